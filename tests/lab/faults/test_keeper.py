# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows 11, 34 and 36: keepers that are not there, begin at once, or end in the midst of a start."""

import contextlib
import os
import pathlib
import signal

import pytest

from rows import GATE, moved, now, one_signs, until

UNITS = "validator-keeper@cn1.service validator-keeper@cn1.socket"


def root(node):
    """Its files as they are now, those in memory too."""
    return pathlib.Path(f"/proc/{node.leader}/root")


def key_is_here(node):
    return (root(node) / "run/validator/cn1/nodekey").exists()


def left_over(node):
    """What could sign there: the key, or a process of the signer."""
    return node.is_on() and (key_is_here(node) or node.pids("/opt/signer.py"))


def test_11_the_keeper_is_killed_and_nobody_comes(pair):
    """The gate shuts by itself, and nodekey's stop ends the signer without its keeper: nobody is fenced."""
    pair.one.run(f"systemctl mask --runtime {UNITS} && systemctl kill -s KILL validator-keeper@cn1.service")
    killed = now()
    mark = pair.cluster.events.mark()
    moved(pair, killed, "keeper gone")
    old = min(pair.all().items(), key=lambda span: int(span[0][1]))
    print(f"mute {old[1][1] - killed:.2f} s after the kill")
    assert old[0][0] == "n1" and old[1][1] < killed + GATE + 0.3
    assert not key_is_here(pair.one) and not pair.one.pids("/opt/signer.py")
    assert not pair.cluster.events.since(mark, "fencing")


def test_34_both_start_at_once_and_do_not_see_each_other(pair):
    """Who ignores that there is no quorum runs start on both; with fencing both wait for the other."""
    for node in pair.one, pair.two:
        node.power_off()
    pair.cluster.lab.lan.cut(("n1", "n2"), ("n2", "n1"))
    mark, begun = pair.cluster.events.mark(), now()
    for node in pair.one, pair.two:
        node.start()
    for node in pair.one, pair.two:
        node.wait_until_booted()
    until(lambda: now() > begun + 30, 40)
    assert len(pair.signers()) == (0 if pair.fences else 1)
    tried = {event.node for event in pair.cluster.events.since(mark, "resource") if event.what == "seat start"}
    assert tried == (set() if pair.fences else {"n1", "n2"})
    assert len(pair.epochs()) == (1 if pair.fences else 2), "who came second takes nothing"
    pair.cluster.lab.lan.heal()
    one_signs(pair, 5)
    name, first = pair.newest()
    assert first > begun
    print(f"both began: TTR {first - begun:.2f} s, {name}")


MOMENTS = {"asks": lambda node: node.pids("validator/nodekey start") or key_is_here(node),
           "key": key_is_here,
           "arms": lambda node: node.pids("lab/signer start")}


def keeper_killed(pair, node):
    node.run("systemctl kill -s KILL validator-keeper@cn1.service")
    one_signs(pair, 3)


def agent_killed(pair, node):
    for pid in node.pids("validator/nodekey start") + node.pids("lab/signer start"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    one_signs(pair, 3)


def power_cut(pair, node):
    node.power_off()
    one_signs(pair, 3)
    if not pair.fences:
        node.boot()
    pair.cluster.wait(lambda view: view.online() == {"n1", "n2"}, "both are back", 90)


@pytest.mark.parametrize("fault", [keeper_killed, agent_killed, power_cut])
def test_36_a_start_is_cut_short(pair, fault):
    """When the agent asks for the seat, when the key is there, when the signer is armed: nothing is left that signs."""
    for moment, begun in MOMENTS.items():
        one_signs(pair, 1)
        old = pair.signers()[0]
        new = pair.two if old is pair.one else pair.one
        pair.cluster.crm("resource", "cleanup", "active")
        pair.cluster.wait_until_idle()
        pair.cluster.move("active", new.name)
        end = now() + 20
        while not begun(new):
            assert now() < end
        struck = now()
        fault(pair, new)
        pair.cluster.clear("active")
        one_signs(pair, 1)
        name, first = pair.newest()
        print(f"{moment} on {new.name}: {name} signs {first - struck:.2f} s later")
        until(lambda: not left_over(old if name == new.name else new))
