"""The two hosts before the first step: Debian as it is installed, Kaia's package, a validator that signs on one of them.

Names, addresses and networks are those of crm-examples/kaia-bare-metal, so that its files and commands are used as they are.
What the lab adds: `sudo`, which root does not need; a login by ssh; the lab's power switch in the place of the two boards."""

import contextlib
import pathlib
import shutil
import threading
import time

from cluster.cluster import Cluster
from kaia import genesis
from kaia.network import SEAT_ADDRESS
from kaia.package import DATA_DIR
from kaia.running import running_network
from machine.login import let_root_in
from machine.node import Node
from pair import examples
from pair.pair import KCND_CONF, KEYS, Pair
from walk.guide import TOP

SOURCE = "/usr/src/validator-agents"
FOLDER = f"{SOURCE}/crm-examples/kaia-bare-metal"
# of /etc/corosync/corosync.conf as Debian's package leaves it
DEBIANS = """totem {
    version: 2
    cluster_name: debian
    crypto_cipher: none
    crypto_hash: none
}
logging {
    to_logfile: yes
    logfile: /var/log/corosync/corosync.log
    to_syslog: yes
}
quorum {
    provider: corosync_votequorum
}
nodelist {
    node {
        name: node1
        nodeid: 1
        ring0_addr: 127.0.0.1
    }
}
"""
BUILD_S = 900


class Installed(Cluster):
    """Two machines of which each is a cluster of its own, as the packages leave them."""

    def create(self):
        super().create()
        for node in self.nodes:
            node.write("/etc/corosync/corosync.conf", DEBIANS)
            for path in "/etc/corosync/authkey", "/var/lib/pacemaker/cib/cib.xml":
                pathlib.Path(node.host_path(path)).unlink()
        return self

    def boot(self, timeout_s=60):
        return self.boot_nodes(timeout_s)


def second_ring(node):
    """The other network on a card of its own, over the same wire: what it is good for is corosync's to show. Not on eth0, from
    which IPsrcaddr cannot take the source away while that has own addresses of two networks."""
    last = node.address.rpartition(".")[2]
    node.run("ip link add link eth0 name eth1 type macvlan mode bridge && ip link set eth1 up && "
             f"ip address add 198.51.100.{last}/24 dev eth1")


def let_sudo(node):
    """Root needs none; the commands have it."""
    node.write("/usr/local/bin/sudo", '#!/bin/sh\nexec env "$@"\n', 0o755)


def new_host(lab, name, address):
    """One more, not booted."""
    node = Node(lab, name, address, []).create()
    let_sudo(node)
    return node


def prepare(net):
    """Before the first boot."""
    one, two = net.cluster.nodes
    for node in one, two:
        node.on_boot.append(second_ring)
        let_sudo(node)
        shutil.rmtree(node.host_path("/etc/validator-agents"))
        shutil.copytree(TOP, node.host_path(SOURCE), symlinks=True, ignore=shutil.ignore_patterns(
            ".git", "build", "autom4te.cache", "__pycache__", "*.o"))
        text = node.read(KCND_CONF)
        node.write(KCND_CONF, examples.replace_once(r"(?m)^AUTO_RESTART=0", "AUTO_RESTART=1", text))
        for name in "fencing.crm", "fencing.pcs.sh", "cluster.crm", "cluster.pcs.sh", "cell1.conf", "cell1.etcd.conf":
            node.write(f"{FOLDER}/{name}", examples.read(name, net, rename=False))
    node_files = f"{DATA_DIR}/klay"
    one.write(f"{node_files}/nodekey", net.seat["nodekey"], 0o600)
    pathlib.Path(two.host_path(f"{node_files}/nodekey")).unlink()
    pathlib.Path(two.host_path(f"{node_files}/static-nodes.json")).unlink()


class Walk(Pair):
    """An operator with the document in hand; nothing is done but by commands."""

    def is_standby(self, node):
        """It has made a key of its own, which nobody knew before."""
        return self.chain.loaded_address(node) not in (None, self.net.seat["address"])

    def sign_alone(self):
        """The validator as it is before: one host with key and address, and kcnd on at boot."""
        one, two = self.cluster.nodes
        let_root_in([one, two])
        one.run(f"ip address add {SEAT_ADDRESS}/24 dev eth0")
        for node in one, two:
            node.run("systemctl enable kcnd")
        one.run("systemctl start kcnd")
        self.chain.wait_for_seat_proposal(time.time(), 90)
        assert self.active is one
        return self

    def type(self, commands, on=None, timeout_s=120):
        """Types a block of commands; one without the remark `on both` goes to `on`, by default the first host. What they said."""
        said = ""
        for command in commands:
            nodes = self.cluster.nodes if command.everywhere() else [on or self.cluster.nodes[0]]
            said += "".join(self.on_each(nodes, command.text, timeout_s))
        return said

    @staticmethod
    def on_each(nodes, text, timeout_s):
        """A command on these hosts at the same time, as two open terminals would have it."""
        said = {}

        def run(node):
            said[node] = node.try_run("/bin/bash", "-c", f"[ ! -d {FOLDER} ] || cd {FOLDER}\n{text}", timeout_s=timeout_s)
        threads = [threading.Thread(target=run, args=(node,)) for node in nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for node, done in said.items():
            print(f"{node.name}# {text}\n{done.stdout}{done.stderr}", flush=True)
            assert done.returncode == 0, f"{node.name}: '{text}' ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return [done.stdout + done.stderr for done in said.values()]

    def key_on(self, node):
        """Whether the source of the seat's key lies there, as root's alone."""
        return node.try_run("stat", "-c", "%U %a", f"{KEYS}/nodekey").stdout == "root 600\n"


@contextlib.contextmanager
def running_walk(**options):
    """Two hosts, a validator on the first; `stage`: where the agents are installed already."""
    genesis.programs()
    with running_network(prepare, kind=Installed, size=2, names=["cn1", "cn2"], **options) as net:
        yield Walk(net).sign_alone()
