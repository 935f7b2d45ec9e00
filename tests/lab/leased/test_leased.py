# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real kcn behind the gate, with stonith off and no-quorum-policy=ignore, and with fencing: the chain and the other
validators judge. Rows of docs/faults.md."""

import os
import re
import time

MOVES = int(os.environ.get("VALIDATOR_ROUNDS", "2"))


def said(node, moment, what):
    """What kcn-node has said there since a moment that matches."""
    return re.findall(what, node.run(f"journalctl -o cat --no-pager -t kcn-node --since=@{moment:.0f}"))


def waited(node, moment):
    """What a promote there said that it waits for."""
    return said(node, moment, r"waiting until [^\n]*")


def fails_over(pair, gone, moment):
    """The other one signs, and has loaded the key only when every height was past in which the lost one can have voted."""
    heir, height = pair.other(gone), pair.chain.height()
    pair.chain.wait(lambda: pair.chain.seat_hosts() == {heir.name}, f"the seat on {heir.name}", 60)
    took = time.time() - moment
    # Validators that still hold the lost one's connection refuse the new one until it has timed out.
    pair.chain.wait_for_seat_proposal(moment + took, 120)
    before = [block.number for block in pair.chain.blocks if block.seen <= moment + took]
    assert max(before) > height, f"the key was loaded at {max(before)}, and the lost signer saw {height}\n{pair.chain}"
    print(f"loaded after {took:.2f} s, first own block after "
          f"{pair.chain.seat_proposals(moment + took)[0].seen - moment:.2f} s; {waited(heir, moment)}")
    return heir


def test_1_the_holder_loses_power(pair):
    active = pair.active
    moment = time.time()
    active.power_off()
    fails_over(pair, active, moment)


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
