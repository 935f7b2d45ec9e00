"""Key files that are wrong in the source: the seat is refused there with a sentence, and the signer elsewhere signs on."""

import shlex
import time

import pytest

from kaia.network import SEAT_NAME
from kaia.package import DATA_DIR
from pair.pair import KCN, KEYS

OTHER = "3b" * 32       # a valid key of nobody here
MISSED_TURNS = 3        # kcn-node's default
LONG = [pytest.mark.long]


def spoil(node, script):
    """Runs a shell line in the source directory; returns the words that bring the directory back."""
    node.run(f"rm -rf {KEYS}.good && cp -a {KEYS} {KEYS}.good && cd {KEYS} && {script}")
    return f"rm -rf {KEYS} && mv {KEYS}.good {KEYS}"


@pytest.mark.parametrize("script, sentence", [
    pytest.param("echo zz > nodekey", "64 hex digits", id="junk"),
    pytest.param("truncate -s 40 nodekey", "64 hex digits", id="short", marks=LONG),
    pytest.param(f"printf {'0' * 64} > nodekey", "key", id="zero", marks=LONG),
    pytest.param("rm nodekey", "nodekey", id="missing", marks=LONG),
    pytest.param(f"printf {OTHER} > nodekey", "another identity's key", id="foreign"),
    pytest.param(f"printf {OTHER} > bls-nodekey && chmod 600 bls-nodekey && mv nodekey x && mv bls-nodekey nodekey && "
                 "mv x bls-nodekey", "another identity's key", id="swapped", marks=LONG),
    pytest.param("chmod 644 nodekey", "chmod", id="world-readable"),
    pytest.param("chmod 755 .", "chmod 700", id="open-directory", marks=LONG),
    pytest.param("chown nobody nodekey", "chown", id="not-roots", marks=LONG),
    pytest.param("mv nodekey /root/stolen && ln -s /root/stolen nodekey", "nodekey", id="link", marks=LONG),
])
def test_source_is_refused(pair, active, standby, script, sentence):
    """By the start of the seat on that node, and no secret stands in what it says."""
    mend = spoil(standby, script)
    try:
        done = pair.agent(standby, "nodekey", "start")
        said = done.stdout + done.stderr
        assert done.returncode != 0 and sentence in said, said
        assert pair.net.seat["nodekey"] not in said and OTHER not in said
        assert standby.run("ls -A /run/validator/cell1 2>/dev/null || true") == ""
        assert pair.agent(standby, "nodekey", "validate-all", level=10).returncode != 0
        assert pair.chain.seat_hosts() == {active.name}
    finally:
        standby.run(mend)


@pytest.mark.long
def test_move_to_a_broken_source(pair, active, standby):
    """The seat comes back to the node that can have it, after one try; no machine is fenced for it."""
    mend = spoil(standby, "echo junk > nodekey")
    try:
        pair.cluster.move("seat", standby.name)
        assert "64 hex digits" in pair.reason("seat", standby, "start", 60)
        pair.cluster.clear("seat")
        pair.chain.wait(lambda: pair.chain.seat_hosts() == {active.name}, "the seat where it was", 60)
    finally:
        standby.run(mend)
    pair.wait_until_stands(active=active)
    pair.chain.wait(pair.chain_is_smooth, "the seat's blocks again", 60)
    pair.assert_no_fencing()


@pytest.mark.long
def test_seats_key_as_own_key(pair, active, standby):
    """The seat's key lies in the standby's DATA_DIR, as after a fail-over by hand: it is told, put right, and kept."""
    pair.stop_on(standby)
    own = standby.read(f"{DATA_DIR}/klay/standby-nodekey")
    standby.run(f"cd {DATA_DIR}/klay && rm nodekey && install -m 600 {KEYS}/nodekey nodekey")
    done = pair.agent(standby, "kcn-node", "validate-all", level=10)
    assert done.returncode != 0 and "seat's own key" in done.stderr, done.stderr
    pair.cluster.crm("node", "online", standby.name)
    pair.wait_until_stands(active=active)
    assert standby.read(f"{DATA_DIR}/klay/standby-nodekey") == own
    kept = shlex.quote(pair.net.seat["nodekey"])
    assert "found-" in standby.run(f"grep -rl {kept} {DATA_DIR}/klay/found-*")
    standby.run(f"rm -r {DATA_DIR}/klay/found-*")
    pair.assert_no_fencing()


@pytest.mark.parametrize("place", [
    f"ln -sfn /run/validator/{SEAT_NAME}/nodekey nodekey",
    pytest.param(f"rm nodekey && install -m 600 {KEYS}/nodekey nodekey", marks=LONG),
], ids=["link", "copy"])
def test_start_by_hand(pair, active, standby, place):
    """An operator starts kcnd on the machine that does not hold the seat, with the seat's key: refused; with its own
    key it starts."""
    pair.stop_on(standby)
    standby.run(f"cd {DATA_DIR}/klay && {place}")
    assert standby.try_run("systemctl start kcnd").returncode != 0
    said = standby.run("journalctl -u kcnd -o cat --no-pager | grep 'not started'")
    assert "does not hold the seat" in said, said
    assert not standby.pids(KCN)
    standby.run(f"cd {DATA_DIR}/klay && ln -sfn standby-nodekey nodekey && systemctl reset-failed kcnd && systemctl start kcnd")
    assert standby.run("systemctl is-active kcnd").strip() == "active"
    standby.run("systemctl stop kcnd")
    pair.cluster.crm("node", "online", standby.name)
    pair.wait_until_stands(active=active)
    pair.assert_no_fencing()


@pytest.mark.long
def test_wrong_bls_key(pair, active, standby):
    """A source whose bls-nodekey is another identity's: the signer proposes nothing. Its monitor says so at the first missed
    turn and fails at the third, and the seat goes to the machine whose source is right."""
    mend = spoil(standby, f"printf {OTHER} > bls-nodekey && chmod 600 bls-nodekey")
    try:
        mark, began = pair.cluster.events.mark(), time.time()
        pair.cluster.move("seat", standby.name)
        pair.chain.wait(lambda: pair.chain.seat_hosts() == {standby.name}, f"the seat on {standby.name}", 90)
        pair.cluster.clear("seat")
        pair.cluster.wait_for_event(mark, lambda e: e.what == "kcn monitor" and e.rc == 191, "the degraded signer", 90)
        assert "bls" in pair.reason("kcn", standby, "monitor")
        failed = pair.cluster.wait_for_event(mark, lambda e: e.what == "kcn monitor" and e.rc == 9, "the failure", 120)
        assert len([block for block in pair.chain.lost_turns(began) if block.seen < failed.time]) >= MISSED_TURNS
        reason = pair.reason("kcn", standby, "monitor")
        assert "own turns in a row were missed" in reason and "bls" in reason, reason
        pair.wait_for_fail_over(active, failed.time)
    finally:
        standby.run(mend)
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=active)
    pair.assert_no_fencing()
