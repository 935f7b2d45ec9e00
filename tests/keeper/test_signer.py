# SPDX-License-Identifier: LGPL-2.1-or-later
"""The signer's life and end: a real process in a real control group."""
import os
import signal
import time

import pytest

from keeper import IDENTITY, NAMES, ask, files, run, tell

RESOURCE = {"unit": "kcnd.service", "resource": "kcn", "node": "node1"}


@pytest.fixture
def armed(keeper, identity):
    tell("acquire", address=identity.address)
    assert tell("arm", **RESOURCE)["epoch"] == "1"
    return keeper


@pytest.fixture
def watched(armed, signer):
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    return armed


def test_a_watched_signer_is_shown(watched, signer):
    status = tell("status")
    assert status["armed"] == "yes" and status["signer_unit"] == "kcnd.service"
    assert status["signer_epoch"] == "1" and status["signer_pid"] == str(signer.pid)
    assert str(signer.pid) in run("--status", IDENTITY).stdout


def test_lose_kills_the_signer_proves_it_gone_and_wipes(watched, signer, pacemaker):
    os.kill(signer.pid, signal.SIGSTOP)
    tell("lose")
    assert signer.process.poll() == -signal.SIGKILL
    assert files() == []
    status = tell("status")
    assert status["held"] == "no" and status["armed"] == "no" and status["signer_pid"] == "0"
    # nobody demoted it, so Pacemaker takes it for promoted still
    assert pacemaker.expect("crm_resource")[1][1:] == ["--fail", "--resource", "kcn", "--node", "node1"]


def test_lose_kills_all_of_the_control_group(watched, signer):
    below = signer.folder / "below"
    below.mkdir()
    child = os.fork()
    if child == 0:
        signal.pause()
    (below / "cgroup.procs").write_text(str(child))
    tell("lose")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    below.rmdir()


def test_a_signer_killed_by_force_is_told_within_half_a_second(watched, signer, pacemaker):
    at = time.time()
    signer.kill()
    assert pacemaker.expect("crm_mon")[0] - at < 0.5
    told, words = pacemaker.expect("crm_attribute")
    assert told - at < 0.5 and words[1:] == ["--promotion=kcn", "--node", "node1", "--update=-INFINITY"]
    told, words = pacemaker.expect("crm_resource")
    assert told - at < 0.5 and words[1:] == ["--fail", "--resource", "kcn", "--node", "node1"]
    assert pacemaker.heard(1.5) is None  # once
    status = tell("status")
    assert status["armed"] == "yes" and status["signer_pid"] == "0"


def test_an_end_that_is_planned_is_not_told(watched, signer, pacemaker):
    tell("ease")
    signer.kill()
    tell("disarm")
    assert pacemaker.heard(1) is None
    assert tell("status")["armed"] == "no" and files() == sorted(NAMES)


def test_a_new_watch_ends_the_plan_for_the_old_one(watched, signer, pacemaker):
    tell("ease")
    signer.kill()
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    signer.kill()
    pacemaker.expect("crm_resource")


def test_a_new_watch_ends_the_news_of_the_old_one(watched, signer, pacemaker):
    signer.kill()
    pacemaker.expect("crm_resource")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    watched.again()
    assert pacemaker.heard(1) is None


def test_a_signer_that_died_while_no_keeper_was_there_is_told(watched, signer, pacemaker):
    watched.end()
    signer.kill()
    watched.start()
    pacemaker.expect("crm_resource")


def test_a_signer_that_lives_on_is_adopted(watched, signer, pacemaker):
    watched.again()
    assert tell("status")["signer_pid"] == str(signer.pid)
    at = time.time()
    signer.kill()
    assert pacemaker.expect("crm_resource")[0] - at < 0.5


def test_a_process_that_got_the_signers_number_is_not_the_signer(watched, signer, pacemaker):
    """The note's start time is another process's."""
    watched.end()
    note = f"/run/validator-keeper/{IDENTITY}.signer"
    text = open(note).read()
    began = next(line for line in text.splitlines() if line.startswith("start_ticks="))
    open(note, "w").write(text.replace(began, "start_ticks=1"))
    watched.start()
    assert tell("status")["signer_pid"] == "0"
    pacemaker.expect("crm_resource")


@pytest.mark.parametrize("end", [lambda signer: signer.kill(), lambda _: tell("lose")],
                         ids=["died", "killed with the seat"])
def test_news_that_nobody_takes_is_told_again(watched, signer, pacemaker, end):
    pacemaker.switch("crm_resource", "fails")
    end(signer)
    pacemaker.expect("crm_resource")
    pacemaker.expect("crm_mon")  # it begins again
    pacemaker.switch("crm_resource", "fails", False)
    pacemaker.expect("crm_resource")
    assert pacemaker.heard(1.5) is None


def test_a_cluster_that_does_not_answer_is_asked_again(watched, signer, pacemaker):
    pacemaker.switch("crm_mon", "fails")
    signer.kill()
    for _ in range(2):
        assert pacemaker.heard()[1][0] == "crm_mon"
    pacemaker.switch("crm_mon", "fails", False)
    pacemaker.expect("crm_resource")


def test_news_of_a_killed_signer_is_none_once_an_agent_has_dealt_with_it(watched, signer, pacemaker):
    pacemaker.switch("crm_mon", "fails")
    tell("lose")
    pacemaker.expect("crm_mon")
    tell("ease")  # the demote of what was taken for promoted
    pacemaker.switch("crm_mon", "fails", False)
    while heard := pacemaker.heard(1.5):
        assert heard[1][0] == "crm_mon"  # one that was under way


def test_maintenance_holds_the_news_back_until_it_ends(watched, signer, pacemaker):
    pacemaker.manage(False)
    signer.kill()
    for _ in range(3):
        assert pacemaker.heard()[1][0] == "crm_mon"
    pacemaker.manage(True)
    pacemaker.expect("crm_resource")


def test_what_was_mended_in_maintenance_is_not_told(watched, signer, pacemaker):
    pacemaker.manage(False)
    signer.kill()
    for _ in range(2):  # so that one of them saw the maintenance
        pacemaker.expect("crm_mon")
    signer.start()
    pacemaker.manage(True)
    names = []
    while heard := pacemaker.heard(2):
        names.append(heard[1][0])
    assert set(names) <= {"crm_mon"}


def test_maintenance_of_another_node_or_resource_holds_nothing_back(watched, signer, pacemaker):
    pacemaker.manage(False, node="node2")
    signer.kill()
    pacemaker.expect("crm_resource")
    pacemaker.manage(False, resource="kcn2")
    tell("arm", **RESOURCE)
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    signer.kill()
    pacemaker.expect("crm_resource")


def test_the_keeper_answers_while_pacemaker_hangs(watched, signer, pacemaker):
    pacemaker.switch("crm_mon", "hangs")
    signer.kill()
    pacemaker.expect("crm_mon")
    for _ in range(10):
        began = time.monotonic()
        tell("status")
        assert time.monotonic() - began < 0.25
    tell("lose")
    assert files() == []


def test_a_new_signer_ends_the_news_of_the_old_one(watched, signer, pacemaker):
    pacemaker.manage(False)
    signer.kill()
    for _ in range(2):
        pacemaker.expect("crm_mon")
    tell("arm", **RESOURCE)
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    pacemaker.manage(True)
    while heard := pacemaker.heard(1.5):
        assert heard[1][0] == "crm_mon"


def test_disarm_is_refused_while_the_signer_runs(watched, signer):
    answer = ask("disarm")
    assert answer["result"] == "failed" and "still runs" in answer["reason"]
    assert tell("status")["armed"] == "yes"


def test_a_signer_that_runs_cannot_be_forgotten_by_arming_another(watched, signer):
    assert ask("arm", unit="other.service")["result"] == "failed"
    assert tell("status")["signer_unit"] == "kcnd.service"
    tell("lose")
    assert not signer.runs


def test_an_armed_signer_that_nobody_can_find_is_not_called_gone(armed):
    """There is no bus here to ask for its control group: unknown is not no."""
    for request in ("disarm", "lose"):
        answer = ask(request)
        assert answer["result"] == "failed" and "systemd" in answer["reason"], answer
        status = tell("status")
        assert status["armed"] == "yes" and status["held"] == "yes"
    assert files() == [], "what can be done without systemd is done"


@pytest.mark.parametrize("fields", [
    {}, {"pid": None}, {"cgroup": None}, {"pid": "0"}, {"pid": "-1"}, {"pid": "x"}, {"cgroup": ""},
    {"cgroup": "/"}, {"cgroup": "/.."}, {"cgroup": "relative"}, {"cgroup": "/none-such"},
    {"pid": "1"}, {"pid": "99999999"}, {"cgroup": "/" + "x" * 1100}], ids=str)
def test_a_watch_that_proves_nothing_is_refused_and_keeps_the_one_before(watched, signer, pacemaker, fields):
    if not fields:
        fields = {"pid": None, "cgroup": None}
    answer = ask("watch", **{"pid": signer.pid, "cgroup": signer.group, **fields})
    assert answer["result"] != "ok"
    assert tell("status")["signer_pid"] == str(signer.pid)
    tell("lose")
    assert not signer.runs


def test_a_seat_whose_files_broke_is_taken_anew_under_another_epoch(watched, identity):
    os.chmod(f"/run/validator/{IDENTITY}/nodekey", 0o644)
    assert "0644" in tell("status")["fault"]
    assert tell("acquire", address=identity.address)["epoch"] == "2"
    status = tell("status")
    assert status["epoch"] == "2" and status["signer_epoch"] == "1"  # what signs is of the old one


def test_a_signer_without_a_resource_is_told_to_nobody(keeper, identity, signer, pacemaker):
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    signer.kill()
    assert pacemaker.heard(1) is None
    tell("lose")


def test_a_signer_that_was_gone_already_is_not_told_of_by_lose(watched, signer, pacemaker):
    tell("ease")
    signer.kill()
    tell("lose")
    assert pacemaker.heard(1) is None


def test_a_signer_whose_end_was_told_is_not_told_of_again_by_lose(watched, signer, pacemaker):
    signer.kill()
    pacemaker.expect("crm_resource")
    tell("lose")
    assert pacemaker.heard(1) is None
