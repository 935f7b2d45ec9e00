"""Unplanned: the signer dies, its machine dies, its seat is lost. Judged by keys, blocks and proposers."""

import time

import pytest

from cluster.cluster import WaitTimeout
from kaia.package import DATA_DIR
from machine import faults
from pair import examples
from pair.pair import KCN

SEEN_S = 0.5        # from the death of the signer to the first thing that Pacemaker does
MOVED_S = 6.0       # from the loss of power to the moved key, loaded


def test_first_start(pair, active, standby):
    """Nobody did more than load the examples for crmsh: one signs, the other follows with its own key."""
    assert_begun(pair, active, standby)


@pytest.mark.long
def test_first_start_by_pcs(pair):
    """The same from the examples' other form."""
    pair.unconfigure()
    assert pair.chain.seat_hosts() == set()
    pair.configure(examples.load_pcs).wait_until_stands()
    assert_begun(pair, pair.active, pair.standby)


def assert_begun(pair, active, standby):
    """One signs, the other follows with its own key, and none has the seat's on its disk."""
    pair.assert_signs(active, turns=2)
    assert pair.chain.loaded_address(standby) == pair.net.own_address(standby)
    for node in (active, standby):
        pair.assert_key_is_nowhere_on_disk(node)
    pair.assert_no_fencing()


def test_power_cut_of_the_active(usual):
    """The seat moves after the fencing is confirmed; the old machine comes back as the standby, without the key."""
    pair, active, standby = usual, usual.active, usual.standby
    cut = time.time()
    active.power_off()
    moved_s = pair.wait_for_fail_over(standby, cut)
    pair.wait_until_stands(active=standby)
    pair.assert_key_is_nowhere_on_disk(active)
    print(f"moved key loaded {moved_s:.1f} s after the power cut")
    assert moved_s < MOVED_S


def test_kill_of_kcn(pair, active, standby):
    """Pacemaker knows at once, not at the next monitor; the seat moves and the dead one returns as a standby."""
    mark = pair.cluster.events.mark()
    killed = time.time()
    faults.kill(active, KCN)
    seen = pair.cluster.wait_for_event(mark, lambda e: e.kind == "resource" and e.what.startswith("kcn"), "kcn's death")
    moved_s = pair.wait_for_fail_over(standby, killed)
    print(f"seen after {seen.time - killed:.2f} s, moved after {moved_s:.1f} s")
    assert seen.time - killed < SEEN_S
    pair.wait_until_stands(active=standby)
    pair.assert_no_fencing()
    pair.assert_key_is_nowhere_on_disk(active)


@pytest.mark.long
def test_power_cut_while_promoting(pair, active, standby):
    """Both machines die, the second in the middle of its promote: nobody signs; it recovers when the power returns."""
    pair.cluster.switch.stays_off.add(active.name)
    mark = pair.cluster.events.mark()
    active.power_off()
    pair.cluster.wait_for_event(mark, lambda e: e.what == "seat start" and e.node == standby.name, "the seat's start")
    standby.power_off()         # its promote has begun: the seat's start comes right before
    assert pair.chain.seat_hosts() == set()
    for node in (active, standby):
        pair.assert_key_is_nowhere_on_disk(node)
    pair.cluster.switch.stays_off.clear()
    for node in (active, standby):
        pair.cluster.switch.obey(f"on {node.name}")
    pair.wait_until_stands(timeout_s=150)
    pair.assert_signs(pair.active)


@pytest.mark.long
def test_seat_fails_while_promoted(pair, active, standby):
    """kcn does not stay promoted where the seat is not: all three move together, and nothing is lost."""
    began = time.time()
    pair.cluster.fail("seat", active.name)
    pair.wait_for_fail_over(standby, began)
    pair.wait_until_stands(active=standby)
    pair.assert_no_fencing()


@pytest.mark.long
def test_reboot_of_the_active(pair, active, standby):
    """An orderly reboot hands the seat over, and the machine comes back as the standby."""
    began = time.time()
    active.shut_down()
    pair.wait_for_fail_over(standby, began)
    active.boot()
    pair.wait_until_stands(active=standby)
    assert active.read(f"{DATA_DIR}/klay/nodekey") == pair.net.identities[active.name]["nodekey"]


@pytest.mark.long
def test_frozen_machine(usual):
    """It stands still and says nothing: fenced before the other one signs; thawing it would find it dead."""
    pair, active, standby = usual, usual.active, usual.standby
    mark = pair.cluster.events.mark()
    began = time.time()
    active.freeze()
    fenced = pair.cluster.wait_for_event(
        mark, lambda e: e.kind == "fencing" and e.node == active.name and e.rc == 0, "the frozen node fenced", 60)
    pair.wait_for_fail_over(standby, began)
    assert not [block for block in pair.chain.seat_proposals(began) if block.seen < fenced.time]
    pair.wait_until_stands(active=standby)


@pytest.mark.long
def test_fence_device_that_is_broken(usual):
    """No proof that the old machine is off: no second signer, whatever it costs."""
    pair, active, standby = usual, usual.active, usual.standby
    pair.cluster.switch.broken.add(active.name)
    try:
        active.freeze()     # so that it cannot fence the other one either
        pair.cluster.wait(lambda view: active.name not in view.online(), "the node lost", node=standby)
        with pytest.raises(WaitTimeout):
            pair.cluster.wait(lambda view: view.promoted("kcn") == {standby.name}, "a promotion that must not come", 15,
                              node=standby)
    finally:
        pair.cluster.switch.broken.clear()
    # Pacemaker gave up after ten attempts; a person who has mended the device asks again
    standby.run("stonith_admin", "--reboot", active.name)
    pair.wait_for_fail_over(standby, time.time())
    pair.wait_until_stands(active=standby, timeout_s=150)
