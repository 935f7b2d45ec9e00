# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows of the fault matrix, each a few lines. After each the rig asserts that no packet of an old epoch was
seen after one of a newer (W < 0), and that no epoch was signed by two machines."""
import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from rig import ADDRESS, GATE, IDENTITY, TAKEOVER, now, until


def holder(rig):
    """n1 holds the seat and signs, n2 stands by."""
    one, two = rig.machines
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    return one, two


def report(rig, row, since, name):
    ttr = rig.recorder.first(name) - since
    print(f"row {row}: W {rig.recorder.overlap() * 1e3:.1f} ms, TTR {ttr:.2f} s")
    return ttr


def test_1_a_crash_hands_over_after_the_takeover_time(rig):
    one, two = holder(rig)
    one.crash()
    died = now()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    assert TAKEOVER - 0.5 < report(rig, 1, died, "n2") < TAKEOVER + 1.5


def test_2_a_planned_move_does_not_wait(rig):
    one, two = holder(rig)
    begin = now()
    assert one.lose()["result"] == "ok"
    assert not one.key_is_here()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    assert report(rig, 2, begin, "n2") < 1.5


def mute(machine, height):
    """What a demote does before it ends the signer."""
    assert machine.ask("mute")["result"] == "ok" and machine.ask("end", height=height)["result"] == "ok"


def test_2_a_planned_move_tells_where_the_signer_ended(rig):
    one, two = holder(rig)
    assert one.ask("end", height=99)["result"] == "refused", "a signer that may sign on has not ended"
    mute(one, 100)
    begin, revision = now(), int(one.status()["revision"])
    until(lambda: int(one.status()["revision"]) > revision + 3)
    assert rig.recorder.last("n1") < begin and one.status()["gate"] == "closed", "renewals must not open it again"
    one.ask("height", height=104)
    assert one.lose()["result"] == "ok"
    epoch = until(two.acquire)
    assert two.status()["ended_at"] == "100" and two.status()["floor"] == "104"
    assert two.start_signer(epoch) and "ended_at" not in two.status()
    until(lambda: rig.recorder.signs("n2"))


def test_2_a_mute_ends_when_the_move_that_it_was_for_does_not_come(rig):
    """Its agent was killed in the midst of a demote: the signer signs on, and where it ended is forgotten."""
    one, two = holder(rig)
    assert one.ask("mute", at_most_ms=700)["result"] == "ok"
    assert one.ask("end", height=100)["result"] == "ok"
    muted = now()
    until(lambda: rig.recorder.last("n1") > muted)
    assert 0.6 < rig.recorder.gap(muted, now()) < 1.2
    assert one.ask("end", height=100)["result"] == "refused"
    assert one.lose()["result"] == "ok"
    until(two.acquire)
    assert "ended_at" not in two.status(), "it has signed since"


def test_2_a_mute_does_not_end_while_the_seat_is_given_up(rig):
    one, _ = holder(rig)
    assert one.ask("mute", at_most_ms=300)["result"] == "ok"
    begin = now()
    with one.signer_unkillable():
        assert one.lose()["result"] == "pending"
        time.sleep(1)
        assert one.status()["gate"] == "closed" and rig.recorder.last("n1") < begin
    until(lambda: one.lose()["result"] == "ok")


def test_33_what_a_muted_signer_still_said_is_never_delivered(rig):
    one, _ = holder(rig)
    with rig.recorder.stream(one.slice / "signer/cgroup.procs") as stream:
        stream.say("before ")
        until(lambda: stream.heard() == "before ")
        mute(one, 100)
        stream.say("after ")
        stream.end()
        one.signer.kill()
        one.signer.wait()
        assert one.ask("disarm")["result"] == "ok"
        until(lambda: one.status()["gate"] == "leased")
        revision = int(one.status()["revision"])
        until(lambda: int(one.status()["revision"]) > revision + 10)
        assert stream.heard() == "before "


def test_2_where_a_signer_ended_is_not_told_by_a_keeper_that_did_not_mute_it(rig):
    """Of a gate that it finds shut the next keeper does not know why: the signer behind it is killed."""
    one, two = holder(rig)
    assert one.ask("mute")["result"] == "ok"
    one.kill_keeper()
    one.start_keeper()
    assert one.ask("end", height=100)["result"] == "refused"
    assert one.signer.wait(5) == -signal.SIGKILL
    one.lose()
    until(two.acquire)
    assert "ended_at" not in two.status()


def test_2_where_a_signer_ended_counts_for_the_next_tenure_alone(rig):
    one, two = holder(rig)
    mute(one, 100)
    one.lose()
    two.take()
    assert two.lose()["result"] == "ok"
    until(one.acquire)
    assert "ended_at" not in one.status(), "of a signer that was killed nobody knows where it ended"
    assert one.lose()["result"] == "ok"
    until(two.acquire)
    assert "ended_at" not in two.status(), "of a tenure without a signer there is no end"


def test_status_tells_the_seat_on_either_machine(rig):
    def status(machine, *options):
        return subprocess.run(["nsenter", "-m", "-t", str(machine.holder.pid), "--", rig.keeper, "--status", *options,
                               machine.identity], capture_output=True, text=True, check=True).stdout

    one, two = holder(rig)
    until(lambda: two.status().get("holder") == "n1")
    here, there = (json.loads(status(machine, "--json")) for machine in (one, two))
    assert (here["held"], there["held"]) == ("yes", "no")
    assert here["holder"] == there["holder"] == "n1" and here["holder_epoch"] == there["holder_epoch"] == here["epoch"]
    assert 0 < here["kill_left_ms"] <= 1500 and here["takeover_left_ms"] == 0
    assert there["seen_ms"] < 1000 and 1000 < there["takeover_left_ms"] <= TAKEOVER * 1000 and there["kill_left_ms"] == 0
    assert "the signer has" in status(one) and "holder n1, epoch 1, seen to be renewed" in status(two)


def test_4_a_holder_cut_from_etcd_is_mute_before_the_other_signs(rig):
    one, two = holder(rig)
    one.way.is_cut = True
    cut = now()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    assert rig.recorder.last("n1") < cut + GATE + 0.1
    until(lambda: one.status()["held"] == "no")
    assert not one.key_is_here() and one.signer.wait(5) == -signal.SIGKILL
    report(rig, 4, cut, "n2")


def test_6_one_way_loss_is_an_unknown_result(rig):
    one, two = holder(rig)
    begin = now()
    one.way.delay = lambda: 30 if now() - begin < 3 else 0
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    report(rig, 6, begin, "n2")


def test_7_short_cuts_do_not_move_the_seat(rig):
    one, two = holder(rig)
    epoch = one.status()["lease_epoch"]
    two.acquire()
    for _ in range(8):
        one.way.is_cut = True
        time.sleep(0.3)
        one.way.is_cut = False
        time.sleep(0.5)
    assert one.status()["held"] == "yes" and one.status()["lease_epoch"] == epoch
    assert rig.recorder.signs("n1")


def test_8_late_renewals_never_open_an_old_gate(rig):
    one, two = holder(rig)
    begin = now()
    one.way.delay = lambda: random.choice([0, 0.1, 0.3, 1.5, 3])
    while now() < begin + 12:
        for machine in one, two:
            epoch = machine.acquire()
            if epoch and machine.status()["armed"] == "no":
                machine.start_signer(epoch)
        time.sleep(0.05)
    assert rig.recorder.signs("n2", 1) or rig.recorder.signs("n1", 1)


def test_9_a_frozen_keeper_is_mute_and_stays_so_when_it_goes_on(rig):
    one, two = holder(rig)
    one.keeper.send_signal(signal.SIGSTOP)
    begin = now()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    assert rig.recorder.last("n1") < begin + GATE + 0.05
    one.keeper.send_signal(signal.SIGCONT)
    assert one.signer.wait(5) == -signal.SIGKILL
    assert one.status()["held"] == "no" and not one.key_is_here()
    assert rig.recorder.last("n1") < begin + GATE + 0.05
    report(rig, 9, begin, "n2")


def test_9_an_answer_that_was_read_late_does_not_open_the_gate(rig):
    """Only the judging thread stops, so that a granted renewal waits for it while the other takes the seat."""
    one, two = holder(rig)
    one.way.delay = lambda: 0.12
    time.sleep(1)
    with one.main_thread_stopped():
        begin = now()
        two.take()
        until(lambda: rig.recorder.signs("n2"))
    until(lambda: one.status()["held"] == "no")
    time.sleep(0.3)
    assert rig.recorder.last("n1") < begin + GATE + 0.05


def test_10_a_killed_keeper_is_taken_over_by_the_next_without_a_gap(rig):
    one, two = holder(rig)
    epoch = one.status()["lease_epoch"]
    two.acquire()
    for _ in range(5):
        begin = now()
        one.kill_keeper()
        one.start_keeper()
        until(lambda: one.status().get("lease") == "held")
        time.sleep(TAKEOVER / 2)
        assert rig.recorder.gap(begin, now()) < 0.2
    assert one.status()["lease_epoch"] == epoch and one.status()["signer_epoch"] == epoch


def test_10_both_keepers_restarted_at_once_go_on_where_they_were(rig):
    one, two = holder(rig)
    epoch = one.status()["lease_epoch"]
    two.acquire()
    begin = now()
    for machine in one, two:
        machine.kill_keeper()
    for machine in one, two:
        machine.start_keeper()
    until(lambda: one.status().get("lease") == "held")
    time.sleep(TAKEOVER)
    assert rig.recorder.gap(begin, now()) < 0.3 and two.acquire() is None
    assert one.status()["lease_epoch"] == epoch and one.status()["signer_epoch"] == epoch


def test_10_both_keepers_restarted_when_the_lease_has_run_out_let_one_sign(rig):
    one, two = holder(rig)
    for machine in one, two:
        machine.kill_keeper()
    until(lambda: not rig.recorder.signs("n1", TAKEOVER))
    for machine in one, two:
        machine.start_keeper()
    assert one.signer.wait(5) == -signal.SIGKILL
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    assert one.acquire() is None


def test_11_a_keeper_that_stays_away_leaves_a_mute_signer_that_the_next_kills(rig):
    one, two = holder(rig)
    one.kill_keeper()
    begin = now()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    assert rig.recorder.last("n1") < begin + GATE + 0.05
    one.start_keeper()
    assert one.signer.wait(5) == -signal.SIGKILL
    until(lambda: not one.key_is_here())
    report(rig, 11, begin, "n2")


def test_17_a_frozen_etcd_within_the_gates_time_moves_nothing(rig):
    one, two = holder(rig)
    two.acquire()
    begin = now()
    for _ in range(4):
        rig.etcd.signal(signal.SIGSTOP)
        time.sleep(0.35)
        rig.etcd.signal(signal.SIGCONT)
        time.sleep(1)
    assert one.status()["held"] == "yes" and rig.recorder.signs("n1")
    print(f"row 17: longest gap {rig.recorder.gap(begin, now()) * 1e3:.0f} ms")


def test_17_without_etcd_nobody_signs(rig):
    one, two = holder(rig)
    rig.etcd.signal(signal.SIGSTOP)
    begin = now()
    for _ in range(40):
        assert two.acquire() is None
        time.sleep(0.1)
    assert rig.recorder.last("n1") < begin + GATE + 0.05 and not rig.recorder.last("n2")
    assert one.signer.wait(5) == -signal.SIGKILL
    rig.etcd.signal(signal.SIGCONT)
    two.take()
    until(lambda: rig.recorder.signs("n2"))


def test_18_an_etcd_that_was_restored_is_refused(rig):
    one, two = holder(rig)
    time.sleep(1)
    rig.etcd.kill()
    rig.etcd.start("fresh")
    time.sleep(TAKEOVER + 1)
    assert two.acquire() is None and "restored" in two.why
    assert one.status()["held"] == "no" and not rig.recorder.signs("n1", 0.5)


def test_18_an_operator_who_knows_that_another_etcd_is_right_says_so(rig):
    """As docs/operations.md says; a restart alone is no reason to believe it."""
    one, two = holder(rig)
    rig.etcd.kill()
    rig.etcd.start("other", "other")
    assert one.signer.wait(10) == -signal.SIGKILL
    for forget in False, True:
        for machine in one, two:
            machine.kill_keeper()
            if forget:
                (machine.root / f"var/lib/validator-agents/{IDENTITY}/guard").unlink()
            machine.start_keeper()
        if not forget:
            until(lambda: two.acquire() is None and "not the etcd cluster" in two.why)
    assert one.take() == 2, "the machines that go on count on"
    until(lambda: rig.recorder.signs("n1"))


def test_19_a_frozen_machine_says_nothing_when_it_thaws(rig):
    one, two = holder(rig)
    one.freeze(True)
    begin = now()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    one.freeze(False)
    assert one.signer.wait(5) == -signal.SIGKILL
    assert rig.recorder.last("n1") < begin + 0.1
    report(rig, 19, begin, "n2")


def test_one_key_under_two_names_is_one_seat(rig):
    """An old set-up that was given another name, and its address in other letters."""
    one, two = rig.machines
    two.kill_keeper()
    two.identity = "cn2"
    two.configure("0x" + ADDRESS[2:].upper())
    two.start_keeper()
    one.take()
    end = now() + TAKEOVER * 2
    while now() < end:
        assert two.acquire() is None and not two.key_is_here()
    one.lose()
    until(two.acquire)
    assert one.acquire() is None


def test_34_of_two_that_start_at_once_one_signs(rig):
    one, two = rig.machines
    epochs = {}

    def both():
        for machine in one, two:
            epochs[machine] = machine.acquire()
        return [m for m in epochs if epochs[m]]

    winner = until(both)
    assert len(winner) == 1
    winner[0].start_signer(epochs[winner[0]])
    until(lambda: rig.recorder.signs(winner[0].name))
    end = now() + TAKEOVER * 2
    while now() < end:
        assert sum(m.acquire() is not None for m in rig.machines) == 1
        time.sleep(0.1)


def test_36_a_keeper_killed_at_any_moment_of_a_start_leaves_nothing_that_signs(rig):
    one, two = rig.machines
    for _ in range(12):
        one.acquire()
        time.sleep(random.random() * 0.3)
        one.kill_keeper()
        one.start_keeper()
    one.lose()
    assert not one.key_is_here()
    two.take()
    until(lambda: rig.recorder.signs("n2"))


def test_a_standby_is_not_behind_a_shut_gate(rig):
    one, two = holder(rig)
    until(lambda: two.status()["gate"] == "standby")
    one.lose()
    until(lambda: one.status()["gate"] == "standby")


def gets_the_seat(machine, rig):
    """Within the time that a start of nodekey has."""
    machine.take(8)
    until(lambda: rig.recorder.signs(machine.name))


def test_a_seat_goes_to_nobody_who_stopped_asking_for_it(rig):
    one, two = holder(rig)
    assert two.acquire() is None
    one.lose()
    until(lambda: two.status().get("holder") == "n2")
    gets_the_seat(one, rig)
    assert not two.key_is_here() and two.status()["lease"] == "watching"


def test_11_a_keeper_that_killed_what_it_found_does_not_hold_the_seat_for_nobody(rig):
    one, two = holder(rig)
    one.kill_keeper()
    until(lambda: not rig.recorder.signs("n1", 0.55))
    one.start_keeper()
    assert one.signer.wait(5) == -signal.SIGKILL
    gets_the_seat(two, rig)


def test_a_lose_leaves_a_standby_alone_on_a_machine_that_never_held(rig):
    _, two = holder(rig)
    with rig.recorder.node(two.slice / "standby") as node:
        assert two.lose()["result"] == "ok"
        assert node.answers() and two.status()["gate"] == "standby"


def signer_ends(machine):
    """What a demote does."""
    machine.ask("ease")
    machine.signer.kill()
    machine.signer.wait()
    assert machine.ask("disarm")["result"] == "ok"


@pytest.mark.parametrize("group", ["standby", "signer"])
def test_a_planned_move_leaves_the_standby_alone_that_was_started_in_the_signers_place(rig, group):
    one, two = holder(rig)
    signer_ends(one)
    with rig.recorder.node(one.slice / group) as node:
        assert one.lose()["result"] == "ok"
        until(lambda: one.status()["gate"] == "standby")
        assert node.answers()
        two.take()
        assert node.answers()


def test_a_restarted_keeper_leaves_a_standby_alone_that_runs_where_a_signer_did(rig):
    """Its note still names the control group in which that signer ran."""
    one, _ = holder(rig)
    signer_ends(one)
    one.lose()
    with rig.recorder.node(one.slice / "signer") as node:
        one.kill_keeper()
        one.start_keeper()
        assert node.answers()
        one.lose()
        assert node.answers()


def test_a_signer_that_nobody_watches_is_killed_without_systemds_word(rig):
    """There is no bus here: that nothing else of its unit is left cannot be told, so nothing is given up."""
    one, two = rig.machines
    epoch = until(one.acquire)
    one.spawn_signer(epoch)
    until(lambda: rig.recorder.signs("n1"))
    answer = one.lose()
    assert answer["result"] == "failed" and "systemd" in answer["reason"]
    assert one.signer.wait(5) == -signal.SIGKILL and not one.key_is_here()
    assert one.status()["held"] == "yes" and one.status()["gate"] == "closed"


def test_27_a_signer_that_does_not_end_keeps_neither_the_loop_nor_the_caller_waiting(rig):
    one, two = holder(rig)
    with one.watched_by_systemd(5) as beats, one.signer_unkillable():
        begin = now()
        answer = one.lose()
        assert answer["result"] == "pending" and "SIGKILL" in answer["reason"] and now() - begin < 4
        assert not one.key_is_here() and rig.recorder.last("n1") < begin + 0.1
        while now() < begin + 12:
            asked = now()
            assert one.status()["armed"] == "yes" and now() - asked < 1.5
            time.sleep(0.2)
        assert one.status()["gate"] == "closed" and "SIGKILL" in one.status()["signer_fault"]
        stamps = [begin, *(s for s in beats if s > begin), now()]
        assert max(b - a for a, b in zip(stamps, stamps[1:])) < 5
        assert one.said("it does not end") and not one.said(": killed")
    until(lambda: one.lose()["result"] == "ok")
    until(lambda: one.status()["gate"] == "standby")
    assert one.said("is gone")


def test_21_a_wall_clock_that_jumps_shuts_the_gate_until_the_next_renewal(rig, tmp_path):
    """A pause that the kernel's clock did not see looks so: without an answer, nothing is said on."""
    source = Path(__file__).parents[1] / "lab/faults/wall.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", "-o", tmp_path / "wall.so", source], check=True)
    one, _ = rig.machines
    one.kill_keeper()
    one.command = ["env", f"LD_PRELOAD={tmp_path}/wall.so", *one.command]
    one.start_keeper()
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    one.way.is_cut = True
    (one.root / "run/wall").write_bytes((3600).to_bytes(8, "little"))
    jumped = now()
    time.sleep(0.6)
    assert rig.recorder.last("n1") < jumped + 0.45
    one.way.is_cut = False
    until(lambda: rig.recorder.signs("n1") or one.said("the seat was lost"))


def test_24_a_floor_that_is_not_on_the_disk_holds_the_seat(rig):
    """The release waits for the floor; the take-over after T is safe without it, as the record has it."""
    one, two = holder(rig)
    folder = one.root / "var/lib/validator-agents/cn1"
    one.ask("height", height=1000)
    until(lambda: two.status().get("floor") == "1000")
    (folder / "floor").unlink()
    (folder / "floor").mkdir()
    one.ask("height", height=1001)
    one.lose()
    until(lambda: "floor" in one.status().get("floor_fault", ""))
    assert two.acquire() is None
    (folder / "floor").rmdir()
    until(two.acquire, TAKEOVER + 2)
    assert (folder / "floor").read_text() == "height=1001\n" and two.status()["floor"] == "1001"


def test_38_the_floor_survives_whoever_had_it(rig):
    one, two = holder(rig)
    one.ask("height", height=77)
    one.ask("height", height=70)
    until(lambda: two.status().get("floor") == "77")
    one.crash()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
    two.ask("height", height=78)
    assert two.lose()["result"] == "ok"
    one.start_keeper()
    one.take()
    assert one.status()["floor"] == "78"


def test_38_a_height_that_no_chain_has_is_refused(rig):
    one, two = holder(rig)
    one.ask("height", height=1000)
    until(lambda: two.status().get("floor") == "1000")
    for machine in one, two:
        for height in 2**64 - 2, 190_000_000:
            answer = machine.ask("height", height=height)
            assert answer["result"] == "refused" and "another network" in answer["reason"]
    assert two.ask("height", height=1010)["result"] == "ok" and two.status()["floor"] == "1010"


def test_38_an_operator_mends_a_wrong_floor(rig):
    """As docs/operations.md says."""
    one, two = holder(rig)
    one.ask("height", height=10**12)
    until(lambda: two.status().get("floor") == str(10**12))
    one.lose()
    until(lambda: two.status().get("holder") == "")
    for machine in one, two:
        machine.kill_keeper()
        (machine.root / f"var/lib/validator-agents/{IDENTITY}/floor").unlink(missing_ok=True)
    key = f"/validator-agents/seat/{ADDRESS}"
    record = rig.etcd.control("get", "--print-value-only", key)
    mended = subprocess.run(["sed", "/^$/d; s/^floor=.*/floor=190000000/"], input=record, capture_output=True, text=True,
                            check=True).stdout
    rig.etcd.control("put", key, text=mended)
    for machine in one, two:
        machine.start_keeper()
    two.take()
    assert two.ask("height", height=190_000_009)["result"] == "ok"
    until(lambda: one.status()["floor"] == two.status()["floor"] == "190000009")


def profile_set(machine, profile):
    file = machine.root / f"etc/validator-agents/{IDENTITY}.conf"
    file.write_text(file.read_text().replace("profile=lan", f"profile={profile}").replace("profile=wan", f"profile={profile}"))


def test_shorter_times_count_before_anything_is_asked(rig):
    """Both keepers change from wan to lan. The gate that the old one left open for 5 s would outlast lan's wait of 2 s,
    which the first swap grants."""
    one, two = rig.machines
    for machine in one, two:
        until(lambda machine=machine: machine.status()["gate"] == "standby")
        machine.kill_keeper()
        profile_set(machine, "wan")
        machine.start_keeper()
    one.take(30)
    until(lambda: rig.recorder.signs("n1"))
    time.sleep(1.5)  # the last renewal is younger than that
    two.kill_keeper()
    profile_set(two, "lan")
    two.start_keeper()
    one.kill_keeper()
    one.way.is_cut = True
    profile_set(one, "lan")
    one.start_keeper()
    assert int(one.status()["gate_left_ms"]) <= GATE * 1000
    since = now()
    time.sleep(GATE + 0.3)
    assert not rig.recorder.signs("n1"), "the gate of the longer profile is still open"
    print(f"open for {rig.recorder.last('n1') - since:.2f} s after the restart")
    one.way.is_cut = False


@pytest.mark.parametrize("lost", [("lease", "seat", "signer"), ("seat", "signer")], ids=["all", "all but the lease's"])
def test_a_signer_of_which_no_note_tells_is_killed(rig, lost):
    """What is not known is not taken for nothing: the gate opens for a standby only behind that proof."""
    one, two = holder(rig)
    one.kill_keeper()
    for name in lost:
        (one.root / f"run/validator-keeper/{IDENTITY}.{name}").unlink()
    one.start_keeper()
    assert one.signer.wait(5) == -signal.SIGKILL and not one.key_is_here()
    until(lambda: one.status()["gate"] == "standby")
    two.take(15)
    until(lambda: rig.recorder.signs("n2"))
    assert rig.recorder.overlap() < 0


def test_a_standby_behind_its_own_gate_outlives_the_notes(rig):
    one, _ = rig.machines
    until(lambda: one.status()["gate"] == "standby")
    with rig.recorder.node(one.slice / "signer") as node:
        one.kill_keeper()
        for file in (one.root / "run/validator-keeper").glob(f"{IDENTITY}.*"):
            file.unlink()
        one.start_keeper()
        assert node.answers()
