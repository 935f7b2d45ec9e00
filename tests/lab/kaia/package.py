"""kcn on a cluster node as its package installs it: /etc/kcnd/{bin,conf}, /usr/bin/kcn, kcnd.service (not enabled)."""

import re
import shutil

from kaia.peer import NETWORK_ID, SMALL
from machine.disk import copy_status

DATA_DIR = "/var/kcnd/data"
# As in the rpm of Kaia 2: the init script behind a forking unit.
UNIT = """[Unit]
Description=Kaia consensus node
After=network.target

[Service]
Type=forking
ExecStart=/etc/kcnd/bin/kcnd start
ExecStop=/etc/kcnd/bin/kcnd stop

[Install]
WantedBy=multi-user.target
"""


def configuration(packaged, rewardbase):
    """The packaged kcnd.conf with what an operator of this network under Pacemaker changes in it."""
    changes = {
        "NETWORK": '""', "NETWORK_ID": str(NETWORK_ID), "REWARDBASE": f'"{rewardbase}"', "DATA_DIR": DATA_DIR,
        "LOG_DIR": "/var/log/kcnd", "AUTO_RESTART": "0", "MULTICHANNEL": "0", "NO_DISCOVER": "1",
        "ADDITIONAL": f'"{SMALL}"',
    }
    for key, value in changes.items():
        packaged, count = re.subn(rf"(?m)^{key}=[^#\n]*", f"{key}={value} ", packaged)
        if count != 1:
            raise ValueError(f"kcnd.conf of the package sets {key} {count} times")
    return re.sub(r"(?m)[ \t]+$", "", packaged)


def install(node, build, identity, rewardbase, static_nodes_json, chaindata):
    """Puts it all on the disk of a node that is off, with a standby's own key and a copy of the chain."""
    for program in ("kcn", "kpn"):
        node.binds.append(f"{build}/bin/{program}:/usr/bin/{program}")
    node.write("/etc/kcnd/bin/kcnd", (build / "package/bin/kcnd").read_text(), 0o755)
    node.write("/etc/kcnd/bin/kcn", "#!/bin/sh\n", 0o755)
    node.binds.append(f"{build}/bin/kcn:/etc/kcnd/bin/kcn")
    node.write("/etc/kcnd/conf/kcnd.conf", configuration((build / "package/conf/kcnd.conf").read_text(), rewardbase))
    node.write("/etc/systemd/system/kcnd.service", UNIT)
    node.write(f"{DATA_DIR}/klay/nodekey", identity["nodekey"], 0o600)
    node.write(f"{DATA_DIR}/klay/static-nodes.json", static_nodes_json)
    node.write("/var/log/kcnd/kcnd.out", "")
    shutil.copytree(chaindata, node.host_path(f"{DATA_DIR}/klay/chaindata"))
    copy_status("/var/log", node.host_path("/var/log/kcnd"))


def install_source(node, identity, name="cell1"):
    """The seat's key in its root-only source directory, from which the keeper takes it."""
    directory = f"/etc/validator-agents/keys/{name}"
    node.write(f"{directory}/nodekey", identity["nodekey"], 0o600)
    node.chmod(directory, 0o700)
    node.chmod("/etc/validator-agents/keys", 0o700)
