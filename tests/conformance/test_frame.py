# SPDX-License-Identifier: LGPL-2.1-or-later
"""The frame of the agents, shown by one whose service is a file."""
import pytest

from agent import CONFIGURED, DEGRADED, DEGRADED_PROMOTED, GENERIC, NOBODY, NOT_RUNNING, OK, PERM, PROMOTED


@pytest.fixture
def params(tmp_path):
    return {"state": str(tmp_path / "state")}


def test_a_whole_life_each_step_twice(probe, params):
    steps = [("stop", OK), ("start", OK), ("monitor", OK), ("promote", OK), ("monitor", PROMOTED),
             ("reload-agent", OK), ("demote", OK), ("monitor", OK), ("stop", OK), ("monitor", NOT_RUNNING)]
    for action, rc in steps:
        for _ in range(2):
            answer = probe.act(action, params, interval_s=10 if action == "monitor" else 0)
            assert (answer.rc, answer.err) == (rc, "")


def test_degraded_is_an_answer_with_a_reason(probe, params):
    probe.act("start", params)
    assert probe.act("monitor", {**params, "healthy": "no"}).rc == DEGRADED
    probe.act("promote", params)
    answer = probe.act("monitor", {**params, "healthy": "no"})
    assert (answer.rc, answer.reasons) == (DEGRADED_PROMOTED, ["not healthy, as asked"])


def test_action_ends_before_pacemakers_timeout_and_says_why(probe, params):
    answer = probe.act("start", {**params, "hold": "1min"}, timeout_s=1)
    assert (answer.rc, answer.reasons) == (GENERIC, ["the service did not start in time"])
    assert 0.5 < answer.seconds < 1


def test_promote_that_used_up_its_time_has_no_score_any_more(probe, params, crm_attribute):
    answer = probe.act("promote", {**params, "hold": "1min"}, timeout_s=2)
    assert (answer.rc, answer.reasons) == (GENERIC, ["the service was not promoted in time"])
    assert crm_attribute() == ["--promotion=probe --delete --node=node1"] and answer.seconds < 2


@pytest.mark.parametrize("timeout", ["18446744073709551615", "9223372036854775807", "x", "-1", ""])
def test_timeout_beyond_sense_is_harmless(probe, params, timeout):
    assert probe.act("start", {**params, "CRM_meta_timeout": timeout}).rc == OK


def test_bad_value_is_no_reason_for_a_probe_to_err(probe, params):
    assert probe.act("monitor", {**params, "count": "x"}).rc == NOT_RUNNING
    assert probe.act("monitor", {}).rc == NOT_RUNNING
    assert probe.act("monitor", {**params, "count": "x"}, interval_s=10).rc == CONFIGURED


def test_what_the_table_cannot_say_is_checked_too(probe, params):
    for action in ("validate-all", "start"):
        answer = probe.act(action, {**params, "count": "13"})
        assert (answer.rc, answer.reasons) == (CONFIGURED, ["parameter count is '13', which is unlucky"])
    assert probe.act("stop", {**params, "count": "13"}).rc == OK


def test_host_is_looked_at_from_level_10_on(probe, tmp_path):
    (tmp_path / "file").touch()
    params = {"state": str(tmp_path / "file" / "state")}
    assert probe.act("validate-all", params).rc == OK
    answer = probe.act("validate-all", params, level=10)
    assert (answer.rc, len(answer.reasons)) == (GENERIC, 1)


def test_permission_is_an_answer_of_its_own(probe, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    assert probe.act("start", {"state": str(folder / "state")}, user=NOBODY).rc == PERM


def test_reason_is_announced_as_pacemaker_asks(probe):
    answer = probe.run("validate-all", {"OCF_EXIT_REASON_PREFIX": "why: ", "PCMK_logfacility": "daemon"})
    assert answer.err == "why: parameter state is missing: state file\n"


def test_by_hand_the_line_of_the_log_goes_to_stderr(probe, params):
    answer = probe.run("start", {"OCF_RESKEY_state": params["state"]})
    assert answer.rc == OK
    assert " start: ok in " in answer.err
