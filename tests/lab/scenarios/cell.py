"""The core cell that scenarios act on: the pair with our agents and keeper, in the network, configured and settled."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from kaia import rpc
from kaia.network import SEAT_ADDRESS, SEAT_NAME
from kaia.package import DATA_DIR
from kaia.running import running_network

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "crm-examples/kaia-bare-metal/cluster.crm"
FIT = 100       # the score that kcn-node publishes for a standby in sync; one that is behind has less


def make_stage():
    """`make install` of the build that VALIDATOR_BUILD names, into a directory that the caller removes."""
    stage = tempfile.mkdtemp(prefix="validator-lab-stage.")
    os.chmod(stage, 0o755)
    subprocess.run(("make", "-s", "install", f"DESTDIR={stage}"), cwd=os.environ["VALIDATOR_BUILD"], check=True,
                   stdout=subprocess.DEVNULL)
    return stage


def cluster_lines(network):
    """The crm lines of crm-examples/kaia-bare-metal, with this network's names in them and the lab's fence device."""
    changes = {
        r'pn="[^"]*"': f'pn="{" ".join(peer.url() for peer in network.proxies)}"',
        r'reference="[^"]*"': f'reference="{" ".join(f"http://{peer.address}:{rpc.PORT}" for peer in network.proxies)}"',
        r"address=0x[0-9a-f]{40}": f"address={network.seat['address']}",
        r"ip=[0-9.]+": f"ip={SEAT_ADDRESS}",
        r"ipaddress=[0-9.]+": f"ipaddress={SEAT_ADDRESS}",
        r"identity=\w+": f"identity={SEAT_NAME}",
    }
    text = re.sub(r"(?m)^#.*\n", "", EXAMPLE.read_text(encoding="utf-8"))
    for pattern, value in changes.items():
        text, count = re.subn(rf"(?<=[ ]){pattern}", value, text)
        assert count >= 1, f"{EXAMPLE} has no {pattern}"
    return 'primitive fence stonith:fence_lab params pcmk_delay_base="n1:0s;n2:1s" op monitor interval=600s\n' + text


class Cell:
    """The pair as an operator sees it, and the judge's answers about it."""

    def __init__(self, network):
        self.network = network
        self.cluster = network.cluster
        self.chain = network.chain

    def active(self):
        """Name of the node where kcn is promoted, None if there is none."""
        view = self.cluster.view()
        return next(iter(view.promoted("kcn")), None) if view else None

    def stands(self, view, active=None, standby=None):
        """Whether the seat, the address and the promoted signer are on one node and a fit standby on the other."""
        promoted = view.promoted("kcn")
        return (len(promoted) == 1 and view.where("seat") == promoted == view.where("ip")
                and (active is None or promoted == {active})
                and len(view.where("kcn", "Unpromoted")) == 1 and len(view.online()) == 2
                and all(int(view.score("kcn", node) or 0) >= FIT for node in view.where("kcn"))
                and (standby is None or view.where("kcn", "Unpromoted") == {standby}))

    def last_monitor(self, node):
        """Result of the newest recurring monitor of kcn on a node, as Pacemaker recorded it."""
        results = [event.rc for event in self.cluster.events.all
                   if event.kind == "resource" and event.node == node and event.what == "kcn monitor"]
        return results[-1] if results else None

    def settle(self, active=None, timeout_s=120):
        """Waits until all stands (on that node), the standby is fit, and nothing is under way; returns (active, standby).

        A standby whose last result was 190 is not: Pacemaker 2.1.5 stalls for 80 s when its DC dies then
        (docs/cluster.md)."""
        self.cluster.wait(lambda view: self.stands(view, active)
                          and all(self.last_monitor(name) == 0 for name in view.where("kcn", "Unpromoted")),
                          f"seat on {active or 'a node'}, a fit standby", timeout_s)
        self.cluster.wait_until_idle()
        active = self.active()
        return self.cluster[active], next(node for node in self.cluster.nodes if node.name != active)

    def wait_until_promoted(self, name, timeout_s=60):
        """Waits until kcn is promoted on that node."""
        return self.cluster.wait(lambda view: view.promoted("kcn") == {name}, f"kcn promoted on {name}", timeout_s,
                                 node=self.cluster[name])

    def assert_one_signer(self):
        """Never were two machines seen with the seat's key, and the standby's disk does not hold it."""
        assert not self.chain.doubles, f"two signers: {self.chain.doubles}"
        for node in self.cluster.nodes[:2]:
            key = node.host_path(f"{DATA_DIR}/klay/nodekey")
            if os.path.isfile(key) and not os.path.islink(key):
                with open(key, encoding="ascii") as file:
                    assert file.read() != self.network.seat["nodekey"], f"the seat's key lies on the disk of {node.name}"


@contextlib.contextmanager
def running_cell(stage=None, keeper_lines="", **options):
    """A settled cell; `stage` defaults to an installation of VALIDATOR_BUILD."""
    own_stage = stage is None and make_stage()

    def prepare(network):
        for node in network.cluster.nodes[:2]:
            node.write(f"/etc/validator-agents/{SEAT_NAME}.conf",
                       f"chain=kaia\naddress={network.seat['address']}\nauthority=fencing\n{keeper_lines}")

    try:
        with running_network(prepare, stage=stage or own_stage, **options) as network:
            cell = Cell(network)
            for node in network.cluster.nodes[:2]:
                node.run("systemctl", "enable", "--now", f"validator-keeper@{SEAT_NAME}.service")
            network.cluster.configure(cluster_lines(network))
            cell.settle()
            yield cell
    finally:
        if own_stage:
            shutil.rmtree(own_stage)
