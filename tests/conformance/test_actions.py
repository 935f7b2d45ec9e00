# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every agent, every action, in a world where nothing of what it manages exists."""
import pytest

from agent import (ARGS, CONFIGURED, DEGRADED, DEGRADED_PROMOTED, FAILED_PROMOTED, GENERIC, INSTALLED,
                   NOBODY, NOT_RUNNING, OK, PERM, PROMOTED, UNIMPLEMENTED)

# What an action may answer at all. A stop that is not sure fails softly: a hard answer would be none
# to the question whether the thing is gone.
MAY_ANSWER = {
    "monitor": {OK, GENERIC, PERM, INSTALLED, CONFIGURED, NOT_RUNNING, PROMOTED, FAILED_PROMOTED, DEGRADED,
                DEGRADED_PROMOTED},
    "stop": {OK, GENERIC, PERM},
    "demote": {OK, GENERIC, PERM, NOT_RUNNING, FAILED_PROMOTED},
}
MAY_ANSWER_ELSE = {OK, GENERIC, PERM, INSTALLED, CONFIGURED, NOT_RUNNING}
PLAIN = {OK, NOT_RUNNING, PROMOTED}  # need no reason
RUNS = {OK, PROMOTED, DEGRADED, DEGRADED_PROMOTED}


def judge(action, answer, timeout_s=5):
    """Holds for every call of every action."""
    assert answer.rc in MAY_ANSWER.get(action, MAY_ANSWER_ELSE), answer
    assert answer.out == "", "stdout is for meta-data"
    assert len(answer.reasons) <= 1, answer.err
    assert answer.reasons or answer.rc in PLAIN, answer
    assert answer.seconds < timeout_s, "Pacemaker would have killed it without a word"
    for reason in answer.reasons:
        assert reason.isascii() and reason.isprintable()
        assert reason == reason.strip() and not reason.endswith(".")
        assert not reason.lower().startswith("error")
        assert len(reason) <= 128 or "; " not in reason, "Pacemaker would cut off what to do"
    return answer


def test_unknown_action_is_unimplemented(agent):
    answer = agent.act("dance", {})
    assert (answer.rc, answer.out, len(answer.reasons)) == (UNIMPLEMENTED, "", 1)


def test_no_action_at_all_is_a_wrong_call(agent):
    answer = agent.run(None, {})
    assert (answer.rc, answer.out, len(answer.reasons)) == (ARGS, "", 1)


def test_further_arguments_are_ignored(agent):
    assert agent.run("meta-data", {}, extra=["x", "--man"]).out == agent.run("meta-data", {}).out


def test_empty_environment_is_answered_plainly(agent, action):
    answer = judge(action, agent.run(action, {}), timeout_s=20)
    if agent.required and action not in ("stop", "demote", "monitor"):
        assert answer.rc == CONFIGURED
        assert any(name in answer.reason for name in agent.required)
    if action in ("start", "promote"):
        assert answer.rc != OK


def test_missing_parameters_make_a_recurring_monitor_fail(agent):
    answer = judge("monitor", agent.act("monitor", {}, interval_s=10))
    assert not agent.required or answer.rc == CONFIGURED


def test_a_resource_without_its_parameters_fences_no_node(agent, sample):
    """It was never started: the probe on each node, and the stop that follows, say so."""
    for name in agent.required:
        for params in ({**sample, name: ""}, {key: sample[key] for key in sample if key != name}):
            assert judge("monitor", agent.act("monitor", params)).rc == NOT_RUNNING, name
            assert judge("stop", agent.act("stop", params)).rc == OK, name


def test_bad_value_is_refused_by_name(agent, sample, bad):
    name, value = bad
    answer = judge("validate-all", agent.act("validate-all", {**sample, name: value}))
    assert answer.rc == CONFIGURED
    assert name in answer.reason and f"'{value}'" in answer.reason


def test_bad_value_keeps_start_from_acting(agent, sample, bad):
    name, value = bad
    assert judge("start", agent.act("start", {**sample, name: value})).rc == CONFIGURED


def test_bad_values_keep_no_stop_from_stopping(agent, sample):
    with_typos = judge("stop", agent.act("stop", {**sample, **dict(agent.bad_values())}))
    assert with_typos.rc == judge("stop", agent.act("stop", sample)).rc


def test_line_break_in_a_value_forges_no_second_reason(agent, sample, bad):
    name, _ = bad
    judge("validate-all", agent.act("validate-all", {**sample, name: "x\nocf-exit-reason:y"}))


@pytest.mark.parametrize("user", [None, NOBODY], ids=["root", "nobody"])
def test_well_formed_parameters_pass_without_rights_and_cluster(agent, sample, user):
    answer = judge("validate-all", agent.act("validate-all", sample, user=user))
    assert (answer.rc, answer.reasons) == (OK, [])


def test_check_of_the_host_ends_with_an_answer(agent, sample):
    judge("validate-all", agent.act("validate-all", sample, level=10))


def test_probe_finds_nothing_running(agent, sample):
    assert judge("monitor", agent.act("monitor", sample)).rc not in RUNS


def test_each_action_can_be_repeated(agent, sample, action):
    first = judge(action, agent.act(action, sample))
    again = judge(action, agent.act(action, sample))
    assert (again.rc, again.reason) == (first.rc, first.reason)


def test_start_succeeds_only_if_its_monitor_would(agent, sample):
    if judge("start", agent.act("start", sample)).rc == OK:
        assert judge("monitor", agent.act("monitor", sample, interval_s=10)).rc in RUNS


def test_nothing_runs_after_a_stop_that_succeeded(agent, sample):
    judge("start", agent.act("start", sample))
    if judge("stop", agent.act("stop", sample)).rc == OK:
        assert judge("monitor", agent.act("monitor", sample)).rc not in RUNS
