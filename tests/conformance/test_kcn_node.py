# SPDX-License-Identifier: LGPL-2.1-or-later
"""kcn-node and a kcnd.conf of this machine that is not as it should be.

There is no systemd here, so whether the unit runs is unknown.
"""
import os
import pathlib
import subprocess

import pytest

import samples
from agent import CONFIGURED, FOLDER, GENERIC, INSTALLED, OK, Agent

MENDS = {
    "DATA_DIR=data": "absolute",
    "DATA_DIR=$HOME/kaia": "DATA_DIR is worked out by the shell",
    "DATA_DIR=$(cat /etc/datadir)": "DATA_DIR is worked out by the shell",
    "source /etc/default/kcnd": "not a plain NAME=VALUE line",
    "PORT=32323\r": "carriage return",
    "NETWORK=\"open": "not a plain NAME=VALUE line",
}


@pytest.fixture
def kcn(tmp_path):
    agent = Agent(FOLDER / "kcn-node")
    agent.sample = samples.parameters("kcn-node", tmp_path)
    # a path of a machine's usual length, since a reason has 128 bytes
    agent.sample["config"] = "/run/kcnd.conf"
    yield agent
    pathlib.Path(agent.sample["config"]).unlink(missing_ok=True)


def write_conf(kcn, text):
    with open(kcn.sample["config"], "w", encoding="ascii", newline="") as conf:
        conf.write(text)


# What tells kcn of another key, directory or socket, or brings it back by itself.
TOLD = {
    "ADDITIONAL='--p2p.node-key /root/k'": "ADDITIONAL holds --p2p.node-key, which overrides the key that the seat gives",
    "ADDITIONAL=-nodekeyhex=00": "ADDITIONAL holds -nodekeyhex",
    "ADDITIONAL='--nat none --conf /root/c'": "ADDITIONAL holds --conf",
    "ADDITIONAL='--datadir /root/d'": "ADDITIONAL holds --datadir",
    "ADDITIONAL=--ipc.disable": "ADDITIONAL holds --ipc.disable",
    "ADDITIONAL=-autorestart.enable": "ADDITIONAL holds -autorestart.enable",
    "VERBOSITY=\"3 --nodekeyhex 01\"": "VERBOSITY holds --nodekeyhex",
    "BIN=bin": "BIN is 'bin', but must be the absolute path",
    "BIN=": "BIN is '', but must be",
    "SUBPORT=$(cat /root/options)": "SUBPORT is worked out by the shell",
    "export KAIA_NODEKEY=/root/k": "sets KAIA_NODEKEY",
}
MENDS.update(TOLD)
MODULE = f"{os.environ['VALIDATOR_LIBEXEC']}/kcn-node-http.so"
MAY_START = f"{os.environ['VALIDATOR_LIBEXEC']}/kcn-may-start"


@pytest.mark.parametrize("line,words", MENDS.items(), ids=MENDS)
def test_mistake_is_named_with_its_mend_and_is_this_machines_alone(kcn, tmp_path, line, words):
    write_conf(kcn, f"DATA_DIR={tmp_path}\n{line}\n")
    for action, level in (("start", 0), ("promote", 0), ("validate-all", 10)):
        answer = kcn.act(action, kcn.sample, level=level)
        assert answer.rc == INSTALLED, "not configured (6) would stop the signer on another node too"
        assert words in answer.reason and kcn.sample["config"] in answer.reason


def test_missing_configuration_is_not_installed_here(kcn):
    assert kcn.act("start", kcn.sample).rc == INSTALLED


@pytest.mark.parametrize("conf", ["rm -rf /\n", "DATA_DIR={dir}\n"], ids=["broken", "good"])
@pytest.mark.parametrize("action", ["stop", "demote", "monitor"])
def test_unknown_is_never_taken_for_stopped(kcn, tmp_path, action, conf):
    write_conf(kcn, conf.format(dir=tmp_path))
    answer = kcn.act(action, kcn.sample)
    assert (answer.rc, len(answer.reasons)) == (GENERIC, 1)


BAD = [("pn", "http://192.0.2.1"), ("pn", f"kni://{'a' * 128}@:"), ("pn", f"kni://{'a' * 128}@192.0.2.1:99999"),
       ("reference", "192.0.2.1:8551"), ("reference", " "), ("reference", "http://"), ("reference", "http://:8551"),
       ("reference", "http://127.0.0.1:8551"), ("reference", "http://192.0.2.9:8551 http://LOCALHOST"),
       ("reference", "https://[::1]:8551/"), ("reference", "http://user@127.1:8551"),
       ("unit", "a/b"), ("unit", "kcnd.socket"), ("unit", "kcnd.target"), ("config", "rel.conf")]


@pytest.mark.parametrize("name,value", BAD)
def test_parameters_alone_are_checked_without_the_host(kcn, name, value):
    answer = kcn.act("validate-all", {**kcn.sample, name: value})
    assert answer.rc != OK and (value[:20] in answer.reason or f"parameter {name}" in answer.reason), answer


@pytest.mark.parametrize("name,value", [("reference", "http://192.0.2.9:8551,https://[2001:db8::1]:8551/x"),
                                        ("reference", "http://127-pn.example.net"), ("unit", "kcnd"), ("unit", "kcnd@1.service")])
def test_parameters_that_are_well_formed_are_taken(kcn, name, value):
    assert kcn.act("validate-all", {**kcn.sample, name: value}).rc == OK


def test_project_that_is_installed_by_half_is_said_before_a_start(kcn, tmp_path):
    """Without the module no standby is in sync, and none would be promoted in the night."""
    write_conf(kcn, f"DATA_DIR={tmp_path}\n")
    subprocess.run(["mount", "--bind", "/dev/null", MODULE], check=True)
    try:
        for action, level in (("start", 0), ("promote", 0), ("validate-all", 10)):
            answer = kcn.act(action, kcn.sample, level=level)
            assert answer.rc == INSTALLED and "kcn-node-http.so" in answer.reason, answer
    finally:
        subprocess.run(["umount", MODULE], check=True)
    assert "kcn-node-http.so" not in kcn.act("start", kcn.sample).reason


def may_start(kcn, **environment):
    """A start by hand of a standby with its own key, as the unit's ExecStartPre sees it."""
    return subprocess.run([MAY_START, "probe", "0x" + "1" * 40, kcn.sample["config"]], capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], **environment}, timeout=60, check=False)


@pytest.mark.parametrize("line,words", TOLD.items(), ids=TOLD)
def test_start_by_hand_is_refused_too(kcn, tmp_path, line, words):
    write_conf(kcn, f"DATA_DIR={tmp_path}\n")
    assert may_start(kcn).returncode == 0
    write_conf(kcn, f"DATA_DIR={tmp_path}\n{line}\n")
    done = may_start(kcn)
    assert done.returncode == 1 and words in done.stderr and "/root/k" not in done.stderr, done.stderr


@pytest.mark.parametrize("name,value", [("KAIA_NODEKEY", "/root/k"), ("KLAYTN_BLS_NODEKEYHEX", "00"),
                                        ("ADDITIONAL", "--p2p.node-key /root/k"), ("AUTO_RESTART", "1")])
def test_environment_of_the_unit_is_judged_at_its_start(kcn, tmp_path, name, value):
    write_conf(kcn, f"DATA_DIR={tmp_path}\n")
    done = may_start(kcn, **{name: value})
    assert done.returncode == 1 and "the unit's environment" in done.stderr and name in done.stderr, done.stderr


@pytest.mark.parametrize("spoil,rc", [({}, INSTALLED), ({"max_lag": "x"}, CONFIGURED)], ids=["host", "parameters"])
def test_refused_promote_has_no_score_any_more(kcn, crm_attribute, spoil, rc):
    """Withdrawn before the failure is known, or the same node would be chosen again at once."""
    write_conf(kcn, "rm -rf /\n")
    assert kcn.act("promote", {**kcn.sample, **spoil}).rc == rc
    assert crm_attribute() == ["--promotion=probe --delete --node=node1"]
