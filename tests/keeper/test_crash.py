# SPDX-License-Identifier: LGPL-2.1-or-later
"""Full file systems, and a keeper that is killed at any system call: what is left can be told and
taken away."""
import contextlib
import os
import pathlib
import subprocess

import pytest

from keeper import EPOCH, IDENTITY, KEYS, NAMES, NOTES, Keeper, Signer, ask, exchange, files, packet, tell

# What changes something: files, directories, processes, messages.
CALLS = ("openat", "write", "pwrite64", "rename", "renameat", "unlink", "unlinkat", "mkdir", "fsync", "fchmod",
         "fchown", "sendto", "close")


def fill(folder):
    """Until not a byte more fits."""
    path = pathlib.Path(folder) / "fill"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    os.write(fd, b"x" * size)
    finally:
        os.close(fd)
    return path


def test_a_full_run_refuses_the_seat_and_leaves_nothing(keeper, identity):
    full = fill("/run")
    answer = ask("acquire", address=identity.address)
    assert answer["result"] == "failed" and "No space left" in answer["reason"]
    assert files() == [] and tell("status")["held"] == "no"
    full.unlink()
    tell("acquire", address=identity.address)


def test_a_full_run_does_not_keep_the_seat_from_being_lost(keeper, identity, signer):
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    fill("/run")
    tell("lose")
    assert not signer.runs and files() == []
    keeper.again()
    status = tell("status")
    assert status["held"] == "no" and status["armed"] == "no"


def test_a_full_run_leaves_a_signer_armed_or_not_at_all(keeper, identity, signer):
    tell("acquire", address=identity.address)
    full = fill("/run")
    answer = ask("arm", unit="kcnd.service")
    assert answer["result"] == "failed" and "No space left" in answer["reason"]
    assert tell("status")["armed"] == "no"
    full.unlink()
    tell("arm", unit="kcnd.service")


def test_a_full_disk_gives_no_epoch_and_no_seat(keeper, identity):
    full = fill("/var/lib/validator-agents")
    answer = ask("acquire", address=identity.address)
    assert answer["result"] == "failed" and "No space left" in answer["reason"]
    assert files() == []
    full.unlink()
    assert tell("acquire", address=identity.address)["epoch"] == "1"


@pytest.mark.parametrize("text", ["epoch=x\n", "epoch=\n", "epoch=0\n", "epoch=-1\n", "rubbish",
                                  "epoch=18446744073709551615\n", "epoch=18446744073709551616\n",
                                  "x=1\n"])
def test_a_broken_epoch_is_not_begun_anew(keeper, identity, text):
    EPOCH.parent.mkdir()
    EPOCH.write_text(text)
    answer = ask("acquire", address=identity.address)
    assert answer["result"] != "ok" and str(EPOCH) in answer["reason"]
    assert EPOCH.read_text() == text and files() == []


def test_run_that_is_not_in_memory_is_refused(keeper, identity):
    KEYS.parent.mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", "/var/tmp", str(KEYS.parent)], check=True)
    try:
        answer = ask("acquire", address=identity.address)
        assert answer["result"] == "refused" and "tmpfs" in answer["reason"]
        assert files() == []
    finally:
        subprocess.run(["umount", str(KEYS.parent)], check=True)
        with contextlib.suppress(FileNotFoundError):
            (pathlib.Path("/var/tmp") / IDENTITY).rmdir()


def killed_at(keeper, call, number, data):
    """Sends the packet to a keeper that is killed at its nth such call from now on; its answer."""
    tracer = subprocess.Popen(
        ["strace", "-q", "-o", "/dev/null", "-p", str(keeper.pid), "-e", f"trace={call}",
         "-e", f"inject={call}:signal=KILL:when={number}"], stderr=subprocess.PIPE, text=True)
    try:
        while f"TracerPid:\t{tracer.pid}" not in pathlib.Path(f"/proc/{keeper.pid}/status").read_text():
            assert tracer.poll() is None, tracer.stderr.read()
        return exchange(data)
    finally:
        tracer.terminate()
        tracer.communicate()


def consistent(identity):
    """What a keeper says about itself after another one was killed."""
    status = tell("status")
    if status["held"] == "yes" and "fault" not in status:
        assert sorted(NAMES) == [name for name in files() if not name.startswith(".")]
        for name in NAMES:
            assert (KEYS / name).read_text() == identity.keys[name]
    return status


def each_call(keeper, data, prepare):
    """Kills a keeper at each call that a request makes; returns how many those were."""
    kills = 0
    for call in CALLS:
        for number in range(1, 200):
            keeper.again()
            prepare()
            if killed_at(keeper, call, number, data):
                break
            kills += 1
        else:
            raise AssertionError("it never got through")
    keeper.again()
    return kills


def test_a_keeper_killed_while_it_takes_the_seat(identity, pacemaker, tmp_path):
    """Every epoch that was handed out, or that a killed one used up, is new."""
    keeper = Keeper(tmp_path / "log")
    seen = [0]

    def prepare():
        held = consistent(identity)["held"] == "yes"
        epoch = int(tell("status")["epoch"])
        assert not held or epoch > seen[-1]
        taken = int(tell("acquire", address=identity.address)["epoch"])
        assert taken > seen[-1]
        seen.append(taken)
        tell("lose")
        assert files() == []

    assert each_call(keeper, packet("acquire", address=identity.address), prepare) > 20
    prepare()
    keeper.end()


def test_a_keeper_killed_while_it_loses_the_seat(identity, pacemaker, tmp_path):
    keeper = Keeper(tmp_path / "log")
    signers = []

    def prepare():
        consistent(identity)
        tell("lose")
        assert files() == [] and not any(signer.runs for signer in signers)
        tell("acquire", address=identity.address)
        tell("arm", unit="kcnd.service")
        signer = Signer().start()
        signers.append(signer)
        tell("watch", pid=signer.pid, cgroup=signer.group)

    try:
        assert each_call(keeper, packet("lose"), prepare) > 10
        assert files() == [] and not any(signer.runs for signer in signers)
    finally:
        for signer in signers:
            signer.remove()
        keeper.end()


def test_a_keeper_killed_while_it_arms_never_forgets_an_answer(identity, pacemaker, tmp_path):
    keeper = Keeper(tmp_path / "log").start()
    note = NOTES / f"{IDENTITY}.signer"

    def killed_arm(call, number):
        tell("acquire", address=identity.address)
        answer = killed_at(keeper, call, number, packet("arm", unit="kcnd.service"))
        keeper.again()
        armed = tell("status")["armed"] == "yes"
        assert armed or not answer
        # no bus here that could be asked for the unit: forgotten by hand
        keeper.end()
        note.unlink(missing_ok=True)
        keeper.start()
        return answer

    for call in ("openat", "write", "rename", "sendto"):
        assert any(killed_arm(call, number) for number in range(1, 50))
    keeper.end()
