# SPDX-License-Identifier: LGPL-2.1-or-later
"""A node that somebody starts by hand: with its own key it starts, with the seat's only as a promote does it. Real
systemd, a real keeper and its etcd; the node is a unit that only sleeps."""

import pytest

from parts import ADDRESS, until
from test_seat import Seat, seat_fixture  # noqa: F401  pylint: disable=unused-import

DATA, KLAY = "/var/node", "/var/node/klay"
OWN, SEATS = "2".zfill(64), "1".zfill(64)
LOADED = "/run/validator/cn1/nodekey"
CONF = "".join(f"{name}=\n" for name in ("NETWORK", "NETWORK_ID", "PORT", "REWARDBASE")) + f"DATA_DIR={DATA}\nLOG_DIR={DATA}\n"


@pytest.fixture(name="node")
def node_fixture(seat):
    """A machine after a boot on which kcn-node had started the node before."""
    one = seat.nodes[0]
    one.write(f"{KLAY}/standby-nodekey", OWN, 0o600)
    one.write("/etc/kcnd.conf", CONF)
    one.write("/etc/systemd/system/node.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    one.write("/var/lib/validator-agents/cn1/unit", "unit=node.service\nslice=validator-cn1.slice\n"
              f'check=+/usr/libexec/validator-agents/kcn-may-start "cn1" "{ADDRESS}" "/etc/kcnd.conf"\n', 0o600)
    one.run("systemctl restart validator-keeper@cn1.service && systemctl start node")
    link(one, "standby-nodekey")
    return one


def link(node, target):
    node.run(f"systemctl stop node; ln -sfn {target} {KLAY}/nodekey")


def start(node):
    """The journal's sentence, or "" when it started."""
    node.run("systemctl reset-failed node || true")
    if node.try_run("systemctl start node").returncode == 0:
        return ""
    return node.run("journalctl -u node -o cat --no-pager | grep 'not started' | tail -n 1")


def test_a_start_by_hand_is_judged(seat, node):
    assert node.run("systemctl show -P Slice node").strip() == "validator-cn1.slice"
    assert start(node) == ""
    # The standby needs no keeper; the seat's key does.
    node.run("systemctl stop validator-keeper@cn1.socket validator-keeper@cn1.service; systemctl stop node")
    assert start(node) == ""
    link(node, LOADED)
    assert "does not say" in start(node)
    node.run("systemctl start validator-keeper@cn1.socket validator-keeper@cn1.service")
    assert "does not hold the seat" in start(node)
    # A copy of it, as a file and through a link, is no other thing.
    node.run(f"rm {KLAY}/nodekey; echo {SEATS} >{KLAY}/nodekey; chmod 600 {KLAY}/nodekey")
    assert "does not hold the seat" in start(node)
    node.run(f"mv {KLAY}/nodekey {DATA}/copy; ln -s {DATA}/copy {KLAY}/nodekey")
    assert "does not hold the seat" in start(node)
    node.run(f"chmod 644 {DATA}/copy")
    assert "whose key" in start(node)


def test_only_a_promote_starts_the_signer(seat, node):
    until(lambda: seat.acquire(node))
    link(node, LOADED)
    assert "only a promote" in start(node)
    assert seat.ask(node, "arm", "unit=node.service", "resource=", "node=")["result"] == "ok"
    assert start(node) == ""
    assert seat.ask(node, "lose")["result"] == "ok"
    assert node.run("systemctl show -P ActiveState node").strip() != "active"
    assert "does not hold the seat" in start(node)
