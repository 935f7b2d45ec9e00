# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pair of crm-examples/kaia-bare-metal with a lease in etcd, as its README says it, and real kcn."""

import contextlib
import subprocess

from kaia.network import SEAT_ADDRESS
from kaia.running import running_network
from machine.node import Node
from pair import examples
from pair.pair import CONFIGURATION, Pair

MEMBERS = {"cn1": "192.0.2.1", "cn2": "192.0.2.2", "third": "192.0.2.3"}


def etcd_prepare(node, name, certificates):
    """A member of the etcd, on a machine that is off."""
    text = (examples.EXAMPLE / "etcd.default").read_text()
    lines = [line if line.startswith("ETCD_INITIAL_CLUSTER=") else line.replace(f"{MEMBERS['cn1']}:", f"{MEMBERS[name]}:")
             for line in text.replace("ETCD_NAME=cn1", f"ETCD_NAME={name}").splitlines()]
    node.write("/etc/default/etcd", "\n".join(lines) + "\n")
    for folder in "/etc/etcd-seats", "/etc/validator-agents/etcd":
        for source, target in ("ca.pem", "ca.pem"), (f"{name}.pem", "machine.pem"), (f"{name}.key", "machine.key"):
            node.write(f"{folder}/{target}", (certificates / source).read_text(), 0o600)
        node.chmod(folder, 0o700)


class Leased(Pair):
    """The pair and its third machine."""

    third = None

    def prepare(self, net, certificates):
        """Before the boot."""
        self.third = Node(net.cluster.lab, "third", MEMBERS["third"], []).create()
        for node, name in zip([*net.cluster.nodes, self.third], MEMBERS):
            etcd_prepare(node, name, certificates)
        for node in net.cluster.nodes:
            node.write(CONFIGURATION, examples.read("cell1.etcd.conf", net))
            node.chmod("/etc/validator-agents", 0o700)
        self.third.boot()

    def configure_with(self, policy):
        """What the README's commands do."""
        machines = [*self.cluster.nodes, self.third]
        for node in machines:
            node.run("chown -R etcd: /etc/etcd-seats && systemctl enable etcd && systemctl restart --no-block etcd")
        for node in machines:
            node.run("while ! systemctl is-active -q etcd; do sleep 0.1; done")

        def load(net):
            if policy == "fencing":
                net.cluster.configure(examples.read("fencing.crm", net))
            text = examples.read("cluster.crm", net)
            if policy == "ignore":
                text = examples.replace_once("stonith-enabled=true", "stonith-enabled=false no-quorum-policy=ignore", text)
            net.cluster.configure(text)
        self.configure(load)
        self.wait_until_stands()
        return self


@contextlib.contextmanager
def running_leased(stage, folder, policy, **options):
    """A whole pair; `policy`: "ignore" (no fencing, and no quorum asked for) or "fencing". Certificates are made in `folder`."""
    names = [f"{name}={address}" + ("" if name == "third" else f",{SEAT_ADDRESS}") for name, address in MEMBERS.items()]
    subprocess.run(["sh", str(examples.EXAMPLE / "etcd-certificates.sh"), str(folder), *names], check=True, capture_output=True)
    leased = Leased.__new__(Leased)
    with running_network(lambda net: leased.prepare(net, folder), size=2, stage=stage, **options) as net:
        net.chain.wait(lambda: all(peer.height() >= net.chain.height() - 1 for peer in net.proxies),
                       "the proxy nodes in sync", 90)
        Pair.__init__(leased, net)
        yield leased.configure_with(policy)
