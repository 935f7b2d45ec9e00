"""The Kaia network of the lab itself, without our agents: what scenarios build on, done by hand as the seeds tell it."""

import time

import pytest

from kaia.network import SEAT_ADDRESS
from kaia.package import DATA_DIR
from kaia.running import running_network
from machine import faults


@pytest.fixture(name="net", scope="module")
def net_fixture():
    """The network with both standbys' kcnd running."""
    with running_network(pn_listed=True, size=2) as net:
        for node in net.cluster.nodes:
            node.run("systemctl", "start", "kcnd")
        yield net


def in_sync(net, node):
    """Whether a node follows the chain."""
    return net.chain.node_height(node) >= net.chain.height() - 1


def take_seat(net, node):
    """The seed's fail-over by hand: stop, replace the key, move the address, start."""
    node.run("systemctl", "stop", "kcnd")
    node.run(f"cd {DATA_DIR}/klay && install -m 0600 /etc/validator-agents/keys/cell1/nodekey "
             "nodekey && rm -f bls-nodekey")
    node.run(f"ip addr add {SEAT_ADDRESS}/24 dev eth0 && arping -q -U -c1 -I eth0 {SEAT_ADDRESS}")
    node.run("systemctl", "start", "kcnd")


def test_standbys_follow_with_their_own_keys(net):
    """Through the PN, since validators do not talk to a key that is not in the council."""
    nodes = net.cluster.nodes
    # kcn dials again after 30 s only, and asks a peer that fell silent in between for a minute
    net.chain.wait(lambda: all(in_sync(net, node) for node in nodes), "both standbys in sync", 240)
    assert [net.chain.loaded_address(node) for node in nodes] == [net.own_address(node) for node in nodes]
    assert net.chain.seat_hosts() == set() and net.chain.seat_connections() == {}


def test_seat_by_hand_and_its_loss(net):
    """The moved key proposes; a power cut of its machine is seen as lost turns and no connection."""
    one, two = net.cluster.nodes
    began = time.time()
    take_seat(net, one)
    net.chain.wait_for_seat_proposal(began)
    assert net.chain.seat_hosts() == {"n1"}
    assert set(net.chain.seat_connections().values()) <= {one.address, SEAT_ADDRESS}
    cut = time.time()
    one.power_off()
    net.chain.wait(lambda: net.chain.lost_turns(cut), "a lost turn of the seat", 60)
    assert net.chain.gaps(cut)
    take_seat(net, two)
    proposal = net.chain.wait_for_seat_proposal(time.time())
    assert net.chain.seat_hosts() == {"n2"}
    assert proposal.seen - cut < 60
    assert not net.chain.doubles


def test_double_presence_is_seen(net):
    """Two machines with the seat's key at once are noticed, though the chain shows nothing of it."""
    one = net.cluster["n1"]
    net.chain.doubles.clear()
    one.boot()
    one.run("systemctl", "start", "kcnd")       # the old active comes back with the key on its disk
    net.chain.wait(lambda: net.chain.doubles, "both machines with the seat's key", 30)
    assert net.chain.doubles[0][1] == {"n1", "n2"}
    one.run("systemctl", "stop", "kcnd")


def test_state_survives_a_kill(net):
    """kill -9 of kcn beyond block 128: it comes back and catches up."""
    one = net.cluster["n1"]
    one.run("systemctl", "stop", "kcnd")
    one.write(f"{DATA_DIR}/klay/nodekey", net.identities["n1"]["nodekey"], 0o600)
    one.run(f"rm -f {DATA_DIR}/klay/bls-nodekey")
    one.run("systemctl", "start", "kcnd")
    net.chain.wait(lambda: in_sync(net, one), "n1 in sync", 90)
    faults.kill(one, "/etc/kcnd/bin/kcn ")
    one.run("systemctl", "stop", "kcnd")        # or systemd may take the dead one for a running one
    one.run("systemctl", "start", "kcnd")
    net.chain.wait(lambda: in_sync(net, one), "n1 in sync again", 90)
