"""Planned: the seat is moved by its operator, and no turn is lost."""

import time

import pytest


def hand_over(pair, ask):
    """One hand-over, `ask` being the operator's command; the turns that it lost and how long the seat was nowhere."""
    to = pair.standby
    began = time.time()
    ask(to)
    pair.wait_for_fail_over(to, began)
    return pair.chain.lost_turns(began), to


def test_moves_of_the_seat(pair, rounds):
    """`crm resource move seat`, again and again: the hand-over waits for the moment after an own proposal."""
    lost = []
    for _ in range(rounds(1, 20)):
        turns, to = hand_over(pair, lambda to: pair.cluster.move("seat", to.name))
        lost += turns
        pair.cluster.clear("seat")
        pair.wait_until_stands(active=to)
    pair.assert_no_fencing()
    assert not lost, f"turns lost: {[str(block) for block in lost]}"


@pytest.mark.long
def test_standby_and_online(pair):
    """`crm node standby` of the active node and `online`, there and back: the seat does not come back by itself."""
    lost = []
    for _ in range(20):
        old = pair.active
        turns, to = hand_over(pair, lambda to, old=old: pair.cluster.crm("node", "standby", old.name))
        lost += turns
        pair.cluster.crm("node", "online", old.name)
        pair.wait_until_stands(active=to)
    pair.assert_no_fencing()
    assert not lost, f"turns lost: {[str(block) for block in lost]}"
