# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real kcn behind the gate, with stonith off and no-quorum-policy=ignore, and with fencing: the chain and the other
validators judge. Rows of docs/faults.md."""

import os
import re
import time

MUTE_S = 0.8 + 0.4      # the gate's time, and room for what this machine is busy with
MOVES = int(os.environ.get("VALIDATOR_ROUNDS", "2"))


def said(node, moment, what):
    """What kcn-node has said there since a moment that matches."""
    return re.findall(what, node.run(f"journalctl -o cat --no-pager -t kcn-node --since=@{moment:.0f}"))


def waited(node, moment):
    """What a promote there said that it waits for; it always knows which peers its signer lacks."""
    lines = said(node, moment, r"waiting until [^\n]*")
    assert not any("connected: " in line for line in lines), lines
    return lines


def fails_over(pair, gone, moment):
    """The other one signs, and has loaded the key only when every height was past in which the lost one can have voted."""
    heir, height = pair.other(gone), pair.chain.height()
    pair.chain.wait(lambda: heir.name in pair.chain.seat_hosts(), f"the seat on {heir.name}", 60)
    took = time.time() - moment
    # Validators that still hold the lost one's connection refuse the new one until it has timed out.
    pair.chain.wait_for_seat_proposal(moment + took, 120)
    before = [block.number for block in pair.chain.blocks if block.seen <= moment + took]
    assert max(before) > height, f"the key was loaded at {max(before)}, and the lost signer saw {height}\n{pair.chain}"
    said_last = pair.wire.last(gone.name, moment)
    assert said_last > moment - 5, "nobody heard the signer before it was lost: this would judge nothing"
    assert said_last < moment + took, "the validators heard the lost signer when the other one had loaded the key"
    print(f"W {said_last - moment - took:.2f} s, loaded after {took:.2f} s, first own block after "
          f"{pair.chain.seat_proposals(moment + took)[0].seen - moment:.2f} s; {waited(heir, moment)}")
    return heir


def test_1_the_holder_loses_power(pair):
    active = pair.active
    moment = time.time()
    active.power_off()
    fails_over(pair, active, moment)
    pair.assert_one_signer()


def stays_one(pair, gone, moment, mute_s):
    """The old signer was mute in time, and once it is back it runs with its own key, if it has not the seat again."""
    assert pair.wire.last(gone.name, moment) < moment + mute_s, "the lost signer was heard for too long"
    pair.chain.wait(lambda: gone.leader and pair.chain.loaded_address(gone) == pair.net.own_address(gone),
                    f"{gone.name} with its own key", 150)
    assert pair.wire.last(gone.name, moment) < moment + mute_s, "the lost signer was heard again"
    pair.chain.wait_for_seat_proposal(time.time(), 90)
    assert len(pair.chain.seat_hosts()) == 1


def test_3_the_holder_is_cut_from_all(pair):
    """From the other node, from etcd and from the third machine; the validators still hear what it says."""
    active, heir = pair.usual().active, pair.standby
    links = [pair_of for other in (heir.name, "third") for pair_of in ((active.name, other), (other, active.name))]
    moment = time.time()
    pair.net.cluster.lab.lan.cut(*links)
    fails_over(pair, active, moment)
    pair.net.cluster.lab.lan.heal()
    stays_one(pair, active, moment, MUTE_S)


def test_9_the_keeper_is_stopped(pair):
    active = pair.usual().active
    moment = time.time()
    active.run("systemctl kill -s STOP validator-keeper@cell1.service")
    fails_over(pair, active, moment)
    stays_one(pair, active, moment, MUTE_S)


def test_10_the_keeper_is_killed_again_and_again(pair):
    active, moment = pair.active, time.time()
    for _ in range(4):
        active.run("systemctl kill -s KILL validator-keeper@cell1.service")
        seen = len(pair.chain.seat_proposals(moment))
        pair.chain.wait(lambda seen=seen: len(pair.chain.seat_proposals(moment)) > seen, "a block by the seat's key", 30)
    print(f"turns lost {len(pair.chain.lost_turns(moment))}, longest gap "
          f"{max((gap for _, gap in pair.chain.gaps(moment)), default=0):.1f} s")
    assert pair.active is active and not pair.chain.lost_turns(moment)
    pair.assert_one_signer()


def test_19_the_machine_freezes_and_thaws(pair):
    active = pair.usual().active
    moment = time.time()
    active.freeze()
    fails_over(pair, active, moment)
    if active.is_on():
        active.thaw()
    stays_one(pair, active, moment, 0.3)


def test_2_a_planned_move(pair):
    for _ in range(MOVES):
        active, standby = pair.active, pair.standby
        moment = time.time()
        pair.move(standby.name)
        ended = said(active, moment, r"ends at block (\d+)")[-1]
        began = said(standby, moment, r"becoming the signer: in sync at block (\d+)")[-1]
        print(f"turns lost {len(pair.chain.lost_turns(moment))}; ended at {ended}, began at {began}; {waited(standby, moment)}")
        assert pair.active is standby
        assert int(began) > int(ended), "a height was voted for that the signer before can have voted for"
    for machine in (*pair.cluster.nodes, pair.third):     # the address that moves is in the certificates
        assert not machine.run("journalctl -u etcd --no-pager | grep 'rejected connection' | tail -n 3")
    pair.assert_one_signer()
