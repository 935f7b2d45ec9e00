"""heartbeat:awseip in the same place, with the same line: what an outage of the API does to a healthy node."""

from place import running_place


def test_outage_fails_awseip_on_a_healthy_node():
    """Its monitor answers 7 for want of an answer, and Pacemaker takes the resource away from a node that has the address."""
    with running_place("ocf:heartbeat:awseip") as (cluster, place, _):
        mark = cluster.events.mark()
        place.api_gone()
        failed = cluster.wait_for_event(
            mark, lambda event: event.kind == "resource" and event.rc not in (0, None), "a failed action of awseip", 90)
        print(f"awseip: {failed}")
        assert place.holder() == "n1", "EC2 has not moved the address"
        place.api_back()
