"""Planned: the seat is handed over and back, and lost turns are counted. VALIDATOR_HANDOVERS says how often (40 s each)."""

import os
import time

import pytest

HANDOVERS = int(os.environ.get("VALIDATOR_HANDOVERS", "0"))


def move_seat(cell, standby):
    """`crm resource move seat`, and the constraint taken back."""
    cell.cluster.move("seat", standby.name)
    cell.settle(standby.name)
    cell.cluster.clear("seat")


def node_standby(cell, standby):
    """`crm node standby` of the active one, and back."""
    active = cell.active()
    cell.cluster.crm("node", "standby", active)
    cell.wait_until_promoted(standby.name)
    cell.cluster.crm("node", "online", active)
    cell.settle(standby.name)


@pytest.mark.skipif(HANDOVERS == 0, reason="asked for by VALIDATOR_HANDOVERS=N")
@pytest.mark.parametrize("hand_over", [move_seat, node_standby])
def test_hand_over_there_and_back(cell, hand_over):
    """Each time the moved key proposes; the turns that were lost are counted, and told with their time."""
    lost, took = [], []
    for _ in range(HANDOVERS):
        _, standby = cell.settle()
        began = time.time()
        hand_over(cell, standby)
        took.append(cell.chain.wait_for_seat_proposal(time.time()).seen - began)
        lost += cell.chain.lost_turns(began)
        assert cell.chain.seat_hosts() == {standby.name}
    print(f"{hand_over.__name__}: {HANDOVERS} hand-overs, lost turns {len(lost)}: {[str(block) for block in lost]}")
    assert len(lost) <= HANDOVERS // 2, f"{len(lost)} turns lost in {HANDOVERS} hand-overs: {[str(b) for b in lost]}"
