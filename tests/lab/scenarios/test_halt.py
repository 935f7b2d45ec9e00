"""A chain that stands still until somebody takes the dead validator's seat: four validators, another one is down."""

import time

import pytest


@pytest.fixture(name="short_handed")
def short_handed_fixture(usual):
    """The chain goes on with three of four; one more that dies stops it."""
    peer = usual.net["v4"]
    peer.kill()
    height = usual.chain.height()
    try:
        usual.chain.wait_for_height(height + 2, 60)
        yield usual
    finally:
        peer.start()
        peer.wait_until_it_serves()


def cut_power_and_fence_late(pair, active, standby):
    """The dead machine is proved to be off only when the chain has stood still for a while."""
    switch = pair.cluster.switch
    switch.broken.add(active.name)
    try:
        active.power_off()
        pair.cluster.wait(lambda view: active.name not in view.online(), "the node lost", node=standby)
        pair.chain.wait(lambda: time.time() - pair.chain.blocks[-1].seen > 7, "a chain that stands still")
    finally:
        switch.broken.clear()
    standby.run("stonith_admin", "--reboot", active.name)


def set_on_halt(node, value):
    """The parameter of kcn, as an operator sets it in the night; None: as it was."""
    node.run("crm_resource", "-r", "kcn", *(("-p", "on_halt", "-v", value) if value else ("-d", "on_halt")))


@pytest.mark.long
def test_seat_of_a_halted_chain_is_taken_when_the_operator_says_so(short_handed):
    """By default nobody signs while the chain stands, and the reason names the way out; that way goes."""
    pair, standby = short_handed, short_handed.standby
    cut_power_and_fence_late(pair, pair.active, standby)
    why = pair.reason("kcn", standby, "promote", 90)
    assert "the chain stands still at block" in why and "on_halt=take" in why, why
    assert pair.chain.seat_hosts() == set()
    began = time.time()
    set_on_halt(standby, "take")
    try:
        pair.chain.wait(lambda: pair.chain.seat_hosts() == {standby.name}, "the seat taken", 120)
        # kcn's rounds grow by 2 s, 4 s, 8 s, …: the others look again only when the one that they are in ends
        pair.chain.wait_for_seat_proposal(began, 180)
        height = pair.chain.height()
        pair.chain.wait_for_height(height + 3, 60)
    finally:
        set_on_halt(standby, None)
