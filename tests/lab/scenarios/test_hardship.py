"""What hangs, is full, is held back or is ruined; and the keeper's own death."""

import os
import signal
import time

import pytest

from kaia.package import DATA_DIR
from machine import faults
from pair.pair import CONFIGURATION, KCN


@pytest.mark.long
def test_signer_that_hangs(pair, active, standby):
    """kcn stands still: the hand-over kills it within the timeouts and nobody is fenced."""
    stuck = faults.kill(active, KCN, signal.SIGSTOP)
    began = time.time()
    pair.cluster.move("seat", standby.name)
    pair.wait_for_fail_over(standby, began, 90)
    pair.cluster.clear("seat")
    assert not [pid for pid in stuck if os.path.exists(f"/proc/{pid}")]
    pair.wait_until_stands(active=standby)
    pair.assert_no_fencing()


@pytest.mark.long
def test_kill_in_maintenance(pair, active, standby):
    """Nothing is done and nothing is remembered while the operator works; when maintenance ends, the seat moves."""
    pair.cluster.crm("configure", "property", "maintenance-mode=true")
    mark = pair.cluster.events.mark()
    try:
        faults.kill(active, KCN)
        height = pair.chain.height()
        pair.chain.wait_for_height(height + 4, 60)
        acted = [str(e) for e in pair.cluster.events.since(mark, "resource") if not e.what.endswith("monitor")]
        assert not acted, acted
        assert pair.chain.seat_hosts() == set()
    finally:
        pair.cluster.crm("configure", "property", "maintenance-mode=false")
    pair.wait_for_fail_over(standby, time.time())
    pair.wait_until_stands(active=standby)
    pair.assert_no_fencing()


def test_keeper_is_killed(pair, active):
    """The signer does not notice: the next keeper takes over what is its own."""
    mark = pair.cluster.events.mark()
    kcn = active.pids(KCN)
    faults.kill(active, "validator-keeper cell1")
    pair.assert_signs(active, turns=3)
    assert active.pids(KCN) == kcn
    assert pair.agent(active, "nodekey", "monitor").returncode == 0
    assert pair.agent(active, "kcn-node", "monitor").returncode == 8
    assert not [e for e in pair.cluster.events.since(mark, "resource") if e.rc not in (0, 8)]


@pytest.mark.long
def test_keeper_that_is_killed_still_watches(pair, active, standby):
    """After it was killed and came back, kill -9 of kcn is known as soon as before."""
    faults.kill(active, "validator-keeper cell1")
    pair.chain.wait(lambda: pair.agent(active, "nodekey", "monitor").returncode == 0, "the next keeper")
    mark = pair.cluster.events.mark()
    killed = time.time()
    faults.kill(active, KCN)
    seen = pair.cluster.wait_for_event(mark, lambda e: e.kind == "resource" and e.what.startswith("kcn"), "kcn's death")
    assert seen.time - killed < 0.5
    pair.wait_for_fail_over(standby, killed)
    pair.wait_until_stands(active=standby)


def test_keeper_that_is_stopped(pair, active, standby):
    """On the standby: the agents say so, and the signer elsewhere does not care."""
    standby.run("systemctl stop validator-keeper@cell1.socket validator-keeper@cell1.service")
    try:
        for name, action in (("nodekey", "start"), ("kcn-node", "promote")):
            done = pair.agent(standby, name, action)
            assert done.returncode != 0 and "keeper" in done.stderr, f"{name} {action}: {done.stderr}"
        assert pair.chain.seat_hosts() == {active.name}
    finally:
        standby.run("systemctl start validator-keeper@cell1.socket validator-keeper@cell1.service")


@pytest.mark.long
def test_keeper_that_stays_away(pair, active, standby):
    """It refuses its configuration when it is started again: the seat moves without its help, and nobody is fenced."""
    began, conf = time.time(), active.read(CONFIGURATION)
    active.run(f"echo nonsense=1 >>{CONFIGURATION}")
    faults.kill(active, "validator-keeper cell1")
    pair.wait_for_fail_over(standby, began, 90)
    active.write(CONFIGURATION, conf)
    pair.wait_until_stands(active=standby)
    pair.assert_no_fencing()


@pytest.mark.long
@pytest.mark.parametrize("left_kb", [0, 8])
def test_run_is_full_on_the_active(pair, active, standby, left_kb):
    """It signs on; and the seat can be handed over, since nothing that takes it away needs space."""
    with faults.disk_full(active, "/run", left_kb):
        pair.assert_signs(active)
        pair.cluster.move("seat", standby.name)
        pair.wait_for_fail_over(standby, time.time(), 90)
        pair.cluster.clear("seat")
    pair.assert_no_fencing()
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=standby)


@pytest.mark.long
def test_data_is_full_on_the_active(pair, active):
    """Whatever kcn does then, the seat is where blocks can be written: the signer signs on, or the seat moves."""
    with faults.disk_full(active, DATA_DIR):
        began = time.time()
        pair.chain.wait(lambda: len(pair.chain.seat_proposals(began)) >= 3, "blocks by the seat", 120)
        print(f"the seat on {pair.chain.seat_hosts()}, turns lost: {len(pair.chain.lost_turns(began))}")
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(timeout_s=150)
    pair.assert_no_fencing()


def test_data_is_full_on_the_standby(pair, active, standby):
    """Its start is refused with a sentence, and the signer elsewhere signs on; with room again it comes back."""
    pair.stop_on(standby)
    with faults.disk_full(standby, DATA_DIR):
        pair.cluster.crm("node", "online", standby.name)
        reason = pair.reason("kcn", standby, "start", 100)
        assert "no space left" in reason and DATA_DIR in reason, reason
        assert pair.agent(standby, "kcn-node", "validate-all", level=10).returncode != 0
    pair.assert_signs(active)
    pair.cluster.wait_until_idle()
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=active)
    pair.assert_no_fencing()


def test_run_is_full_on_the_standby(pair, active, standby):
    """It cannot have the seat: refused with a sentence, and the seat comes back."""
    with faults.disk_full(standby, "/run"):
        done = pair.agent(standby, "nodekey", "start")
        assert done.returncode != 0 and "No space left" in done.stderr, done.stderr
        assert standby.run("ls -A /run/validator/cell1 2>/dev/null || true") == ""
    assert pair.chain.seat_hosts() == {active.name}
    pair.assert_no_fencing()


@pytest.mark.long
def test_ruined_chain_data(pair, active, standby):
    """kcn cannot open it: reported, -INFINITY, kcn is not started again; a new copy mends it."""
    pair.stop_on(standby)
    standby.run(f"cd {DATA_DIR}/klay && cp -a chaindata good && rm -r chaindata/statetrie")
    pair.cluster.crm("node", "online", standby.name)
    reason = pair.reason("kcn", standby, "start", 60)
    assert "new copy" in reason, reason
    said = len(standby.read("/var/log/kcnd/kcnd.out"))
    pair.assert_signs(active, turns=3)      # longer than the failure-timeout
    assert len(standby.read("/var/log/kcnd/kcnd.out")) == said, "kcn was started again"
    assert pair.cluster.view().score("kcn", standby.name) == "-INFINITY"
    standby.run(f"cd {DATA_DIR}/klay && rm -r chaindata && mv good chaindata")
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=active)
    pair.assert_no_fencing()
