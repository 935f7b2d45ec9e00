"""What the demonstration takes for a fail-over: each step has to be there, or it ends with another code than 0."""

import types

import pytest

from cluster.events import Event
from demo import story

KILLED = 1000.0
EVENTS = [("node", "n1", "", "lost"), ("fencing", "n1", "reboot", ""), ("resource", "n2", "seat start", ""),
          ("resource", "n2", "ip start", ""), ("resource", "n2", "kcn promote", "")]


def pair_that_saw(events, proposals=1, doubles=()):
    """A pair as a judge outside knows it: its events, and the blocks of the seat."""
    seen = [Event(KILLED + i + 1, "n2", kind, node, what, rc, text) for i, (kind, node, what, text, rc) in enumerate(events)]
    blocks = [types.SimpleNamespace(number=100 + i, seen=KILLED + 9 + i) for i in range(proposals)]
    return types.SimpleNamespace(
        cluster=types.SimpleNamespace(events=types.SimpleNamespace(since=lambda mark: seen)),
        chain=types.SimpleNamespace(seat_proposals=lambda since: blocks, since=lambda begin: blocks,
                                    lost_turns=lambda since: [], doubles=list(doubles)),
        net=types.SimpleNamespace(seat={"address": "0x1"}))


def good(skip=None, failed=None):
    """The events of a fail-over, without one of them, or with one that failed."""
    return [(*event, 1 if i == failed else 0) for i, event in enumerate(EVENTS) if i != skip]


def test_whole_story_is_told():
    """In the order of what happened, from the kill on."""
    told = story.tell(pair_that_saw(good()), 0, KILLED, "n1", "n2")
    assert [step.after_s for step in told.steps] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0]
    assert "two signers: none" in str(told) and "turns lost: 0" in str(told)


@pytest.mark.parametrize("missing", range(len(EVENTS)))
def test_story_without_a_step_is_none(missing):
    """Whichever it is."""
    with pytest.raises(story.StoryError):
        story.tell(pair_that_saw(good(skip=missing)), 0, KILLED, "n1", "n2")


@pytest.mark.parametrize("failed", range(1, len(EVENTS)))
def test_step_that_failed_is_none(failed):
    """An action that ended with an error moved nothing."""
    with pytest.raises(story.StoryError):
        story.tell(pair_that_saw(good(failed=failed)), 0, KILLED, "n1", "n2")


def test_seat_that_proposes_nothing_did_not_move():
    """However well the cluster speaks of itself."""
    with pytest.raises(story.StoryError):
        story.tell(pair_that_saw(good(), proposals=0), 0, KILLED, "n1", "n2")


def test_second_signer_is_told():
    """And the demonstration ends with 1 for it."""
    assert "two signers: YES" in str(story.tell(pair_that_saw(good(), doubles=["n1 n2"]), 0, KILLED, "n1", "n2"))
