"""The seed's test, and what it leaves out: answers switch for a visitor, and an API that is gone moves nothing."""

import time

import pytest

from place import LOOK_TIMEOUT_S, bring, running_place

TOKEN_S, CONSENSUS_S = 1.0, 1.2     # of the lab's corosync
PLANNED_S = 1.0
KILLED_S = TOKEN_S + CONSENSUS_S + 1.0


@pytest.fixture(name="site", scope="module")
def site_fixture():
    """Two nodes, the address on n1."""
    with running_place() as site:
        yield site


@pytest.fixture(name="tutorial")
def tutorial_fixture(site):
    """The same at the begin of each test: both nodes online, no failures, the address on n1."""
    cluster, place, visitor = site
    place.api_back()
    for node in cluster.nodes:
        if not node.is_on():
            node.boot()
    cluster.wait(lambda view: view.online() == {"n1", "n2"}, "both nodes online", 60)
    cluster.living()[0].run("crm_resource", "--cleanup")
    bring(cluster, visitor, "n1")
    return site


def test_node_standby_and_online(tutorial):
    """The seed's own test: crm node standby, then online; the page of the other node comes."""
    cluster, place, visitor = tutorial
    assert place.curl() == "n1"
    mark = visitor.mark()
    cluster.crm("node", "standby", "n1")
    visitor.wait_for("n2")
    assert place.curl() == "n2"
    print(f"planned: longest gap {visitor.gap(mark):.3f} s")
    assert visitor.who(mark) == ["n1", "n2"] and place.holder() == "n2"
    assert visitor.gap(mark) <= PLANNED_S
    cluster.crm("node", "online", "n1")
    cluster.wait_until_idle()
    assert visitor.who(mark) == ["n1", "n2"]


def test_node_is_killed(tutorial):
    """The power of the active node is cut."""
    cluster, _, visitor = tutorial
    mark = visitor.mark()
    cluster["n1"].power_off()
    visitor.wait_for("n2")
    print(f"node killed: longest gap {visitor.gap(mark):.3f} s")
    assert visitor.who(mark) == ["n1", "n2"]
    assert visitor.gap(mark) <= KILLED_S + LOOK_TIMEOUT_S     # what the visitor cannot tell apart


def test_link_is_cut(tutorial):
    """The active node's cable is out: the other one takes the address; when it is back, the address stays there."""
    cluster, place, visitor = tutorial
    mark = visitor.mark()
    cluster["n1"].port.link(False)
    try:
        visitor.wait_for("n2")
        print(f"link cut: longest gap {visitor.gap(mark):.3f} s")
        assert visitor.gap(mark) <= KILLED_S + 1
    finally:
        cluster["n1"].port.link(True)
    cluster.wait(lambda view: view.online() == {"n1", "n2"} and len(view.where("elastic-ip")) == 1, "one cluster again", 60)
    cluster.wait_until_idle()
    held = place.holder()
    assert cluster.view().where("elastic-ip") == {held}
    visitor.wait_for(held)


def test_members_as_the_tutorial_looks_for_them(tutorial):
    """corosync-cmapctl | grep members, on both nodes."""
    cluster, _, _ = tutorial
    for node in cluster.nodes:
        lines = node.run("sh", "-c", "corosync-cmapctl | grep members").splitlines()
        joined = [line for line in lines if line.startswith("runtime.members.") and line.endswith(".status (str) = joined")]
        assert len(joined) == 2, lines


# The seed's monitor runs 10 s after the last one ended, and asks in vain for 5 s.
OUTAGES = [("gone", 60), ("throttled", 60), pytest.param("gone", 300, marks=pytest.mark.long)]


@pytest.mark.parametrize("how, seconds", OUTAGES)
def test_api_away_while_the_node_is_healthy(tutorial, how, seconds):
    """As long as it lasts: nothing fails, nothing moves, and the visitor notices nothing (test_awseip.py: the other)."""
    cluster, place, visitor = tutorial
    cluster.living()[0].run("crm_resource", "--resource", "elastic-ip", "--set-parameter", "api_interval",
                            "--parameter-value", "5s")
    cluster.wait_until_idle()
    mark, events = visitor.mark(), cluster.events.mark()
    getattr(place, f"api_{how}")()
    place.cloud.log(clear=True)
    cluster.events.wait(lambda: None, seconds)      # the outage's length is what is tested
    tries = [entry["at"] for entry in place.cloud.log()]
    monitors = 1 + sum(after - before > 4 for before, after in zip(tries, tries[1:]))
    print(f"{how} for {seconds} s: {len(tries)} requests by {monitors} monitors")
    assert monitors >= seconds // 16, "each monitor has met the outage"
    view = cluster.view()
    assert view.where("elastic-ip") == {"n1"} and not view.failures
    assert visitor.who(mark) == ["n1"] and visitor.gap(mark) < 1
    assert not [event for event in cluster.events.since(events) if event.kind == "resource" and event.rc]


def test_api_away_while_the_active_node_dies(tutorial):
    """The start on the other node tries on, Pacemaker tries again, and the address comes when the API is back."""
    cluster, place, visitor = tutorial
    place.api_gone()
    asked = len(place.cloud.actions())
    cluster["n1"].power_off()
    deadline = time.monotonic() + 60
    while len(place.cloud.actions()) < asked + 5 and time.monotonic() < deadline:
        cluster.events.wait(lambda: None, 0.5)
    assert place.holder() == "n1", "no one has asked EC2 with success yet"
    place.api_back()
    back = time.monotonic()
    visitor.wait_for("n2", 120)
    print(f"API back: {time.monotonic() - back:.1f} s to the first answers")
    cluster.wait(lambda view: view.where("elastic-ip") == {"n2"}, "the address on n2", 60)


@pytest.mark.long
def test_api_away_for_longer_than_a_start_may_take(tutorial):
    """The start fails at its deadline with its reason, Pacemaker tries again, and the address comes when the API is back."""
    cluster, place, visitor = tutorial
    place.api_gone()
    events = cluster.events.mark()
    cluster["n1"].power_off()
    failed = cluster.wait_for_event(
        events, lambda event: event.what == "elastic-ip start" and event.rc, "a start that fails", 120)
    print(f"{failed}")
    assert place.holder() == "n1" and cluster.view().where("elastic-ip") == set()
    place.api_back()
    back = time.monotonic()
    visitor.wait_for("n2", 180)
    print(f"API back after a start that failed: {time.monotonic() - back:.1f} s to the first answers")
    cluster.wait(lambda view: view.where("elastic-ip") == {"n2"}, "the address on n2", 60)
