# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a keeper that stays away left, ended without it."""
import os
import signal

import pytest

from keeper import CONFIG, IDENTITY, KEYS, NAMES, NOTES, files, run, tell, write_key


@pytest.fixture
def signing(keeper, identity, signer):
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service", resource="kcn", node="node1")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    return keeper


def test_a_keeper_that_runs_is_left_alone(signing, signer):
    for _ in range(2):
        done = run("--clear", IDENTITY)
        assert done.returncode == 1 and f"process {signing.pid}:" in done.stderr, done.stderr
        assert files() == sorted(NAMES) and signer.runs
        os.kill(signing.pid, signal.SIGSTOP)  # a frozen one too


@pytest.mark.parametrize("configuration", ["right", "wrong", "gone"])
def test_signer_and_keys_go_without_their_keeper(signing, signer, configuration):
    signing.end()
    os.kill(signer.pid, signal.SIGSTOP)
    if configuration == "wrong":
        (CONFIG / f"{IDENTITY}.conf").write_text("address=none\n")
    if configuration == "gone":
        (CONFIG / f"{IDENTITY}.conf").unlink()
    write_key(KEYS / ".nodekey.half", "0" * 64)
    for _ in range(2):
        done = run("--clear", IDENTITY)
        assert done.returncode == 0 and not done.stderr and not done.stdout, done
        assert files() == [] and list(KEYS.iterdir()) == [] and not signer.runs
    assert "armed=no" in (NOTES / f"{IDENTITY}.signer").read_text()


def test_the_next_keeper_holds_nothing(signing, identity, signer):
    signing.end()
    assert run("--clear", IDENTITY).returncode == 0
    signing.start()
    status = tell("status")
    assert (status["held"], status["armed"]) == ("no", "no")
    tell("acquire", address=identity.address)
    assert tell("status")["epoch"] == "2"


def test_a_key_without_notes_ends_what_runs_in_its_slice(signing, signer):
    """The notes are lost, and the signer runs where the configuration says."""
    signing.end()
    conf = CONFIG / f"{IDENTITY}.conf"
    conf.write_text(conf.read_text() + f"slice={signer.group}\n")
    for name in ("signer", "seat"):
        (NOTES / f"{IDENTITY}.{name}").unlink()
    assert run("--clear", IDENTITY).returncode == 0
    assert files() == [] and not signer.runs


def test_a_standby_lives_beside_a_seat_without_a_signer(keeper, identity, signer):
    """Between the seat's start and the promote: what runs in the slice has a key of its own."""
    signer.start()
    conf = CONFIG / f"{IDENTITY}.conf"
    conf.write_text(conf.read_text() + f"slice={signer.group}\n")
    keeper.again()
    tell("acquire", address=identity.address)
    keeper.end()
    assert run("--clear", IDENTITY).returncode == 0
    assert files() == [] and signer.runs


def test_a_signer_that_nobody_finds_is_not_proved_gone(keeper, identity):
    """Armed, not watched yet, and systemd does not tell where its unit runs."""
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service", resource="kcn", node="node1")
    keeper.end()
    done = run("--clear", IDENTITY)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert files() == [] and "armed=yes" in (NOTES / f"{IDENTITY}.signer").read_text()


def test_nothing_is_nothing_to_clear(identity):
    assert run("--clear", IDENTITY).returncode == 0
    assert run("--clear", "../x").returncode == 1
    assert run("--clear").returncode == 2
