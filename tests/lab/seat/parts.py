# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the scenarios of the seat have in common: an etcd with certificates on a machine of its own, the keepers'
configuration, and a recorder that writes down who signed when."""

import json
import pathlib
import subprocess
import time

HERE = pathlib.Path(__file__).parent
ADDRESS = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"      # of the key 1
ETCD = "192.0.2.3"
GATE, TAKEOVER = 0.8, 2.0

def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def until(what, seconds=20):
    end = now() + seconds
    while now() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"did not happen in {seconds} s")


def certificates(folder):
    """An authority, etcd's certificate and the keepers'."""
    ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    lines = [f"openssl req -x509 {ec} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem"]
    for party in "server", "client":
        lines += [f"openssl req {ec} -subj /CN={party} -addext subjectAltName=IP:{ETCD},IP:127.0.0.1 -keyout {party}.key "
                  f"-out {party}.csr",
                  f"openssl x509 -req -in {party}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
                  f"-copy_extensions copy -out {party}.pem"]
    for line in lines:
        subprocess.run(line, shell=True, check=True, cwd=folder, capture_output=True)
    return {file.name: file.read_text() for file in pathlib.Path(folder).iterdir()}


def etcd_urls(members, base=2379, scheme="https"):
    """Of each member on the third machine, those for keepers."""
    return [f"{scheme}://{ETCD}:{base + 10 * number}" for number in range(members)]


def keeper_prepare(node, files, members=1):
    """Puts key, configuration and certificates on the disk of a machine that is off."""
    etc = "/etc/validator-agents"
    for name, text in files.items():
        node.write(f"/etc/etcd-tls/{name}", text, 0o600)
    node.write(f"{etc}/keys/cn1/nodekey", "0" * 63 + "1", 0o600)
    for folder in (f"{etc}/keys/cn1", f"{etc}/keys"):
        node.chmod(folder, 0o700)
    node.write(f"{etc}/cn1.conf", f"address={ADDRESS}\nauthority=etcd\nprofile=lan\netcd_endpoints={','.join(etcd_urls(members))}\n"
               "etcd_ca=/etc/etcd-tls/ca.pem\netcd_certificate=/etc/etcd-tls/client.pem\n"
               "etcd_key=/etc/etcd-tls/client.key\n", 0o600)
    node.write("/opt/ask.py", (HERE / "ask.py").read_text())
    node.write("/opt/signer.py", (HERE.parents[1] / "seat" / "signer.py").read_text())


def witness_prepare(node, files):
    """The third machine, off."""
    for name, text in files.items():
        node.write(f"/etc/etcd-tls/{name}", text, 0o600)
    node.write("/opt/record.py", (HERE / "record.py").read_text())


def etcd_start(node, members=1, data="/var/lib/lab-etcd", token="seats"):
    """Units lab-etcd-0 and so on. Without data of its own it is empty, with another token another cluster."""
    peers = etcd_urls(members, 2380, "http")
    cluster = ",".join(f"m{number}={peer}" for number, peer in enumerate(peers))
    for number, url in enumerate(etcd_urls(members)):
        node.run(f"systemd-run --collect --unit=lab-etcd-{number} etcd --name m{number} --data-dir {data}-{number} "
                 f"--heartbeat-interval 50 --election-timeout 250 --listen-client-urls {url} --advertise-client-urls {url} "
                 f"--listen-peer-urls {peers[number]} --initial-advertise-peer-urls {peers[number]} "
                 f"--initial-cluster {cluster} --initial-cluster-token {token} --cert-file /etc/etcd-tls/server.pem "
                 "--key-file /etc/etcd-tls/server.key --trusted-ca-file /etc/etcd-tls/ca.pem --client-cert-auth")


def witness_start(node, members=1):
    """etcd and the recorder on it, on."""
    etcd_start(node, members)
    node.run("systemd-run --unit=recorder python3 /opt/record.py /var/spans")


class Spans:
    """What the recorder of a machine has written down."""

    def __init__(self, witness):
        self.witness = witness

    def all(self):
        try:
            return {tuple(who.split()): span for who, span in json.loads(self.witness.read("/var/spans")).items()}
        except FileNotFoundError:
            return {}

    def first(self, node):
        return min((span[0] for (name, _), span in self.all().items() if name == node.name), default=0)

    def last(self, node):
        return max((span[1] for (name, _), span in self.all().items() if name == node.name), default=0)

    def signs(self, node):
        return now() - self.last(node) < 0.5

    def overlap(self):
        spans = [(int(epoch), *span) for (_, epoch), span in self.all().items()]
        return max((old[2] - new[1] for old in spans for new in spans if old[0] < new[0]), default=None)
