"""corosync.conf and its key: knet with encryption, token 1000 ms."""

import secrets

from machine.guest import enable


def configuration(nodes):
    """Text of corosync.conf for these nodes; two of them get two_node, as Pacemaker's guides say."""
    members = "".join(
        f"    node {{\n        ring0_addr: {node.address}\n        name: {node.name}\n        nodeid: {number}\n    }}\n"
        for number, node in enumerate(nodes, 1))
    two_node = "    two_node: 1\n" if len(nodes) == 2 else ""
    return f"""totem {{
    version: 2
    cluster_name: lab
    transport: knet
    token: 1000
    crypto_cipher: aes256
    crypto_hash: sha256
}}
quorum {{
    provider: corosync_votequorum
{two_node}}}
logging {{
    to_logfile: yes
    logfile: /var/log/corosync/corosync.log
    to_syslog: no
    timestamp: hires
}}
nodelist {{
{members}}}
"""


def install(nodes):
    """Writes configuration and key to the disks of nodes that are off, and enables the services."""
    key = secrets.token_bytes(256)
    hosts = "127.0.0.1 localhost\n" + "".join(f"{node.address} {node.name}\n" for node in nodes)
    for node in nodes:
        node.write("/etc/corosync/corosync.conf", configuration(nodes))
        node.write("/etc/corosync/authkey", key, 0o400)
        node.write("/etc/hosts", hosts)
        enable(node, "corosync.service")
        enable(node, "pacemaker.service")
