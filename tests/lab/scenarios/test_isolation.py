"""Links and peers: partitions, a PN that is gone, a standby that is behind."""

import time

import pytest

from machine import faults

# What kcn speaks with its peers; its references answer on another port.
PEERS_BLOCKED = """nft -f - <<'END'
table ip lab {
    chain arriving { type filter hook input priority 0; tcp dport 32323 drop; tcp sport 32323 drop; }
    chain leaving { type filter hook output priority 0; tcp dport 32323 drop; tcp sport 32323 drop; }
}
END"""


@pytest.mark.long
def test_partition_and_heal(pair, active):
    """The nodes lose each other, both live and both see the chain: fencing decides, and one signs at any time."""
    survivor = pair.cluster["n2"]       # the examples delay the cut of n2
    began = time.time()
    faults.partition(pair.cluster.lab.lan, ["n1"], ["n2"])
    pair.chain.wait(lambda: ("off n1", "ok") in pair.cluster.switch.log, "n1 is fenced")
    if active is survivor:
        pair.assert_signs(survivor)
    else:
        pair.wait_for_fail_over(survivor, began)
    pair.cluster.lab.lan.heal()
    pair.wait_until_stands(active=survivor, timeout_s=150)
    assert pair.chain.seat_hosts() == {"n2"}


@pytest.mark.long
def test_proxy_nodes_gone(pair, active, standby):
    """Being in sync is unknown then, which is not yes: no score, no promotion. The signer signs on."""
    for peer in pair.net.proxies:
        peer.kill()
    pair.cluster.wait(lambda view: view.score("kcn", standby.name) is None, "the standby's score is withdrawn", 40)
    pair.assert_signs(active, turns=2)
    for peer in pair.net.proxies:
        peer.start()
    pair.wait_until_stands(active=active, timeout_s=150)
    pair.assert_no_fencing()


@pytest.mark.long
def test_standby_that_is_behind(usual):
    """It gets the seat only when it has caught up, however long there is no other signer."""
    pair, active, standby = usual, usual.active, usual.standby
    standby.run(PEERS_BLOCKED)
    height = pair.chain.height()
    pair.chain.wait_for_height(height + 6)
    pair.cluster.switch.stays_off.add(active.name)
    mark = pair.cluster.events.mark()
    active.power_off()
    pair.cluster.wait_for_event(mark, lambda e: e.kind == "fencing", "the fencing of the old active")
    chain_now = pair.chain.height()
    pair.chain.wait_for_height(chain_now + 3, 60)
    assert pair.chain.seat_hosts() == set(), "a standby that is behind was promoted"
    standby.run("nft delete table ip lab")
    pair.wait_for_fail_over(standby, time.time(), 120)
    assert pair.chain.node_height(standby) > chain_now
    pair.cluster.switch.stays_off.clear()
    pair.cluster.switch.obey(f"on {active.name}")
    pair.wait_until_stands(active=standby, timeout_s=120)


@pytest.mark.long
def test_active_dies_while_nothing_is_known(usual):
    """No proxy node answers and the signer dies: nobody signs on a guess; when one answers again, it goes on."""
    pair, active = usual, usual.active
    for peer in pair.net.proxies:
        peer.kill()
    pair.cluster.wait(lambda view: view.score("kcn", "n2") is None, "the standby's score is withdrawn", 40)
    mark = pair.cluster.events.mark()
    active.power_off()
    fenced = pair.cluster.wait_for_event(mark, lambda e: e.kind == "fencing", "the fencing of the old active")
    pair.cluster.wait(lambda view: view.online() == {"n1", "n2"}, "the old active is back", 90)
    assert not pair.chain.seat_proposals(fenced.time)
    assert pair.chain.seat_hosts() == set()
    for peer in pair.net.proxies:
        peer.start()
    pair.wait_until_stands(timeout_s=200)


@pytest.mark.long
def test_signer_that_hears_nobody(usual):
    """The chain goes on without it, as its references say, and its turns are missed in blocks that it never sees."""
    pair, active, standby = usual, usual.active, usual.standby
    began = time.time()
    active.run(PEERS_BLOCKED)
    pair.wait_for_fail_over(standby, began, 120)
    active.run("nft delete table ip lab")
    pair.wait_until_stands(active=standby)
