"""One fault per resource of the pair, with real kcn, by crmsh and by pcs: what the constraints promise comes, and one signs.

A host that loses its address by somebody's hand loses with it all routes that name it as their source (the kernel's way), its
own network's among them: it hears nobody, is fenced, and comes back with what it boots with."""

import time

import pytest

from kaia.network import SEAT_ADDRESS
from machine import faults
from pair import examples
from pair.pair import KCN

FORMS = {"crm": examples.load_crm, "pcs": examples.load_pcs}


@pytest.fixture(name="form", params=FORMS)
def form_fixture(request, pair):
    """The pair, whole, from that form of the examples."""
    if pair.loaded is not FORMS[request.param]:
        pair.unconfigure().configure(FORMS[request.param]).wait_until_stands()
        pair.restore()
    return pair.usual().restore()


def source_of(node):
    """The source address of what the node sends beyond its network, None where it has no default route."""
    words = node.run("ip route show default").split()
    return words[words.index("src") + 1] if "src" in words else None


@pytest.mark.long
@pytest.mark.parametrize("resource", ["seat", "kcn"])
def test_what_signs_fails(form, resource):
    """The seat is lost, the node is killed: seat, address and promotion move together."""
    pair, active, standby = form, form.active, form.standby
    began = time.time()
    if resource == "seat":
        pair.cluster.fail("seat", active.name)
    else:
        faults.kill(active, KCN)
    pair.wait_for_fail_over(standby, began)
    pair.wait_until_stands(active=standby)
    assert (source_of(active), source_of(standby)) == (active.address, SEAT_ADDRESS)
    pair.assert_no_fencing()


@pytest.mark.long
def test_source_route_is_deleted(form):
    """It is set again where it was at the next monitor, after a minute at most; nothing moves."""
    pair, active = form, form.active
    active.run(f"ip route replace default via 192.0.2.254 dev eth0 src {active.address}")
    pair.chain.wait(lambda: source_of(active) == SEAT_ADDRESS, "the source set again", 90)
    pair.wait_until_stands(active=active)
    pair.assert_signs(active)
    pair.assert_no_fencing()


@pytest.mark.long
def test_address_is_deleted(form):
    """The machine is cut off by its own kernel: the other one fences it and signs."""
    pair, active, standby = form, form.active, form.standby
    began = time.time()
    active.run(f"ip address del {SEAT_ADDRESS}/24 dev eth0")
    moved_s = pair.wait_for_fail_over(standby, began)
    print(f"moved {moved_s:.1f} s after the address was deleted")
    assert [event for event in pair.cluster.events.since(0, "fencing") if event.time > began and event.node == active.name]
    pair.wait_until_stands(active=standby, timeout_s=150)
