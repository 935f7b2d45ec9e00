"""Unplanned: the seat moves by itself, in seconds, and there is never a second signer."""

import time

from cluster.cluster import WaitTimeout
from machine import faults

import pytest


def test_first_start(cell):
    """From nothing to a signer that proposes and a standby that follows with its own key."""
    active, standby = cell.settle()
    cell.chain.wait_for_seat_proposal(time.time())
    assert cell.chain.seat_hosts() == {active.name}
    assert cell.chain.loaded_address(standby) == cell.network.own_address(standby)
    assert cell.chain.node_height(standby) >= cell.chain.height() - 2


def test_kill_of_kcn(cell):
    """kill -9 of the signer: the other node signs; the keeper told Pacemaker, no monitor had to find it."""
    active, standby = cell.settle()
    mark, killed = cell.cluster.events.mark(), time.time()
    faults.kill(active, "/etc/kcnd/bin/kcn ")
    told = cell.cluster.wait_for_event(mark, lambda e: e.what == "kcn asyncmon", "the keeper's report")
    cell.wait_until_promoted(standby.name)
    promoted = time.time()
    proposal = cell.chain.wait_for_seat_proposal(promoted)
    assert told.time - killed < 0.5
    assert promoted - killed < 15
    assert cell.chain.seat_hosts() == {standby.name}
    print(f"kill -9: reported {told.time - killed:.2f} s, promoted {promoted - killed:.2f} s, "
          f"first block {proposal.seen - killed:.2f} s, lost turns {len(cell.chain.lost_turns(killed))}")


def test_power_cut(cell):
    """The machine of the signer is gone: fenced, then the other one signs; the old one comes back as a standby."""
    active, standby = cell.settle()
    cut = time.time()
    active.power_off()
    cell.wait_until_promoted(standby.name)
    promoted = time.time()
    proposal = cell.chain.wait_for_seat_proposal(promoted)
    assert promoted - cut < 20
    print(f"power cut: promoted {promoted - cut:.2f} s, first block {proposal.seen - cut:.2f} s, "
          f"lost turns {len(cell.chain.lost_turns(cut))}")
    now_active, now_standby = cell.settle(standby.name)
    assert (now_active, now_standby) == (standby, active)
    assert cell.chain.loaded_address(active) == cell.network.own_address(active)


def test_seat_fails_while_promoted(cell):
    """The seat is reported lost: kcn does not stay promoted there."""
    active, standby = cell.settle()
    cell.cluster.fail("seat", active.name)
    cell.wait_until_promoted(standby.name)
    cell.chain.wait_for_seat_proposal(time.time())
    assert cell.chain.seat_hosts() == {standby.name}
    cell.settle(standby.name)


def test_partition_and_heal(cell):
    """Neither hears the other: the power switch lets one live, which signs; healed, the other one is a standby."""
    mark = cell.cluster.events.mark()
    faults.partition(cell.cluster.lab.lan, ["n1"], ["n2"])
    event = cell.cluster.wait_for_event(mark, lambda e: e.kind == "fencing" and e.rc == 0, "one is fenced")
    cell.cluster.lab.lan.heal()
    winner = {"n1": "n2", "n2": "n1"}[event.node]
    cell.settle(winner)
    cell.chain.wait_for_seat_proposal(time.time())
    assert cell.chain.seat_hosts() == {winner}


def test_frozen_machine(cell):
    """It stands still and says nothing: fenced before the other one signs; thawing it would find it dead."""
    active, standby = cell.settle()
    mark = cell.cluster.events.mark()
    active.freeze()
    event = cell.cluster.wait_for_event(mark, lambda e: e.kind == "fencing" and e.node == active.name and e.rc == 0,
                                        "the frozen node fenced", 60)
    cell.wait_until_promoted(standby.name)
    assert cell.chain.wait_for_seat_proposal(event.time).seen > event.time
    cell.settle(standby.name)


def test_dead_fence_device_holds_the_seat_back(cell):
    """No proof that the old machine is off: no second signer, whatever it costs."""
    active, standby = cell.settle()
    cell.cluster.switch.broken.add(active.name)
    try:
        active.freeze()     # so that it cannot fence the other one either
        cell.cluster.wait(lambda view: active.name not in view.online(), "the node lost", node=standby)
        with pytest.raises(WaitTimeout):
            cell.cluster.wait(lambda view: view.promoted("kcn") == {standby.name}, "a promotion that must not come", 15,
                              node=standby)
    finally:
        cell.cluster.switch.broken.clear()
    # Pacemaker gave up after ten attempts; a person who has mended the device asks again
    standby.run("stonith_admin", "--reboot", active.name)
    cell.wait_until_promoted(standby.name)
    cell.settle(standby.name)
