# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the rows have in common: two nodes under Pacemaker, an etcd and a recorder on a third machine that is no member,
and what a row does to them and waits for."""

import contextlib
import pathlib
import sys
import time

from cluster.running import running_cluster
from machine.node import Node

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "seat"))

# pylint: disable=wrong-import-position
from parts import (ADDRESS, ETCD, GATE, Spans, certificates, etcd_start, keeper_prepare, now, until,  # noqa: E402
                   witness_prepare, witness_start)

__all__ = ["ETCD", "GATE", "POLICIES", "etcd_cut", "etcd_start", "moved", "now", "one_signs", "rest", "running_pair", "status",
           "until"]

UNIT = """[Unit]
Description=A signer that numbers its packets
[Service]
Slice=validator-cn1.slice
TimeoutStopSec=3
EnvironmentFile=/run/signer.env
ExecStart=/usr/bin/python3 -S -E /opt/signer.py {name} ${{EPOCH}} /dev/null 192.0.2.3 4000
"""
CRM = f"""
primitive seat ocf:validator:nodekey params identity=cn1 address={ADDRESS} op start timeout=20s op stop timeout=20s \\
    op monitor interval=2s timeout=10s meta migration-threshold=1 failure-timeout=5s
primitive signer ocf:lab:signer op start timeout=20s op stop timeout=20s op monitor interval=2s timeout=10s \\
    meta migration-threshold=1 failure-timeout=5s
group active seat signer
location first active 10: n1
rsc_defaults resource-stickiness=1000
"""
POLICIES = {"ignore": "property stonith-enabled=false no-quorum-policy=ignore\n",
            "fencing": "primitive fence stonith:fence_lab params pcmk_delay_base=\"n1:0s;n2:1s\" op monitor interval=600s\n"
                       "property stonith-enabled=true\n"}


class Pair(Spans):
    """n1 holds the seat and signs."""

    def __init__(self, cluster, witness, policy):
        super().__init__(witness)
        self.cluster, (self.one, self.two), self.fences = cluster, cluster.nodes, policy == "fencing"

    def wait_for(self, node, seconds=60):
        until(lambda: self.signs(node), seconds)

    def signers(self):
        return [node for node in (self.one, self.two) if self.signs(node)]

    def epochs(self):
        return {epoch for _, epoch in self.all()}

    def newest(self):
        """Who signs, or signed, under the newest epoch, and from when on."""
        (name, _), (first, _) = max(self.all().items(), key=lambda span: int(span[0][1]))
        return name, first


def node_prepare(node, files, members):
    """A machine of the cluster, off."""
    keeper_prepare(node, files, members)
    node.write("/etc/systemd/system/signer.service", UNIT.format(name=node.name))
    for name in "detach.py", "stream.py":
        node.write(f"/opt/{name}", (HERE / name).read_text())
    node.disk.add_volume("/var/lib/validator-agents", 4)
    node.write("/usr/lib/ocf/resource.d/lab/signer", (HERE / "signer").read_text(), 0o755)
    for unit in "validator-keeper@cn1.socket", "validator-keeper@cn1.service":
        folder = "sockets.target.wants" if unit.endswith("socket") else "multi-user.target.wants"
        template = unit.replace("cn1", "")
        node.write(f"/etc/systemd/system/{folder}/.keep", "")
        (pathlib.Path(node.host_path(f"/etc/systemd/system/{folder}")) / unit).symlink_to(f"/lib/systemd/system/{template}")


@contextlib.contextmanager
def running_pair(stage, folder, policy, members):
    """Whole and signing; what no row may show is asserted at the end."""
    files, witnesses = certificates(folder), []

    def prepare(cluster):
        for node in cluster.nodes:
            node_prepare(node, files, members)
        witness = Node(cluster.lab, "w", ETCD, []).create()
        witness_prepare(witness, files)
        for name in "late.py", "stream.py":
            witness.write(f"/opt/{name}", (HERE / name).read_text())
        witness.boot()
        witness_start(witness, members)
        witnesses.append(witness)

    with running_cluster(prepare, size=2, stage=stage) as cluster:
        cluster.configure(CRM + POLICIES[policy])
        pair = Pair(cluster, witnesses[0], policy)
        pair.wait_for(pair.one)
        yield pair
        assert (pair.overlap() or -1) < 0
        print(f"{policy}: W {pair.overlap()} s")
        for epoch in pair.epochs():
            assert len({who for who, e in pair.all() if e == epoch}) == 1


def moved(pair, since, name):
    pair.wait_for(pair.two)
    print(f"{name}: TTR {pair.first(pair.two) - since:.2f} s")


def etcd_cut(pair, on):
    """Between n1 and etcd; what n1's signer sends still reaches the recorder on that machine."""
    rule = "table ip cut { chain incoming { type filter hook input priority 0; ip saddr 192.0.2.1 tcp dport 2379 drop; }; }"
    pair.witness.run("nft", rule if on else "delete table ip cut")


def rest(pair, seconds):
    """n1 goes on signing under the same epoch, without a gap that a second would show."""
    end = now() + seconds
    while now() < end:
        assert now() - pair.last(pair.one) < 1
        time.sleep(0.1)
    assert len(pair.all()) == 1


def one_signs(pair, seconds):
    """After so many seconds exactly one of them signs."""
    end = now() + seconds
    until(lambda: now() > end, seconds + 2)
    until(lambda: len(pair.signers()) == 1, 40)


def status(node):
    return node.run("python3", "/opt/ask.py", "cn1", "status")
