"""heartbeat:awseip in the same place, with the same line: what an outage of the API does to a healthy node."""

from place import running_place


def test_outage_takes_awseip_from_a_healthy_node():
    """Its monitor answers 7 for want of an answer, its stop says that it gave up an address that it did not give up, and
    Pacemaker takes the resource away from a node that has the address, was never ill, and answers every visitor."""
    with running_place("ocf:heartbeat:awseip") as (cluster, place, visitor):
        mark, looks = cluster.events.mark(), visitor.mark()
        place.api_gone()
        failed = cluster.wait_for_event(
            mark, lambda event: event.what == "elastic-ip monitor" and event.rc, "a failed monitor", 60)
        moved = cluster.wait_for_event(
            mark, lambda event: event.what == "elastic-ip start" and event.node == "n2", "a fail-over", 90)
        print(f"awseip: {failed}\nawseip: {moved}")
        assert place.holder() == "n1", "EC2 has not moved the address"
        assert visitor.who(looks) == ["n1"] and visitor.gap(looks) < 1, "the service was never away"
        place.api_back()
