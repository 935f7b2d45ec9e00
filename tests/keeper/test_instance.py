# SPDX-License-Identifier: LGPL-2.1-or-later
"""One keeper of an identity on a machine, however it is started."""
import os
import pathlib
import select
import signal
import socket
import subprocess

import pytest

from keeper import (CONFIG, IDENTITY, KEEPER, KEYS, NAMES, NOTES, SOCKET, Keeper, configure, files, run, tell,
                    write_key)

LOCK = NOTES / f"{IDENTITY}.lock"


def traces():
    """Every file that a keeper could have touched, with what would tell of it."""
    found = {}
    for top in (NOTES, KEYS, pathlib.Path("/var/lib/validator-agents"), CONFIG):
        for path in (top, *top.rglob("*")):
            about = path.lstat()
            found[path] = (about.st_ino, about.st_mode, about.st_size, about.st_mtime_ns)
    return found


def started(how):
    """Another keeper, by hand or as systemd does: its end, which has to come by itself."""
    if how == "by hand":
        return run(IDENTITY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as passed:
        passed.bind("\0another")
        passed.listen()
        script = f'exec 3<&{passed.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$1"'
        return subprocess.run(["bash", "-c", script, KEEPER, IDENTITY], pass_fds=[passed.fileno()],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10)


@pytest.mark.parametrize("how", ["by hand", "by systemd"])
def test_a_second_keeper_is_refused_and_touches_nothing(keeper, identity, signer, how):
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    status, before = tell("status"), traces()
    done = started(how)
    assert done.returncode == 1 and done.stdout == "", done
    assert f"process {keeper.pid}:" in done.stderr and "systemctl restart" in done.stderr, done.stderr
    assert traces() == before
    assert tell("status") == status and files() == sorted(NAMES) and signer.runs
    tell("lose")
    assert files() == [] and not signer.runs


def test_a_wrong_configuration_does_not_hide_the_first_keeper(keeper):
    configure(address="none")
    assert f"process {keeper.pid}:" in run(IDENTITY).stderr


def test_of_many_that_start_at_once_one_is_the_keeper(identity, pacemaker):
    racing = [subprocess.Popen([KEEPER, IDENTITY], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
              for _ in range(8)]
    ends = [os.pidfd_open(process.pid) for process in racing]
    try:
        while sum(process.poll() is None for process in racing) > 1:
            assert select.select(ends, [], [], 10)[0]
            ends = [fd for fd in ends if not select.select([fd], [], [], 0)[0] or os.close(fd)]
        assert sorted(str(process.poll()) for process in racing) == ["1"] * 7 + ["None"]
        assert tell("status")["held"] == "no"
    finally:
        for process in racing:
            process.kill()
            process.wait()
        for fd in ends:
            os.close(fd)


def test_the_claim_ends_with_a_killed_keeper(keeper, identity, pacemaker, signer):
    """Also while its child, which is to tell Pacemaker of a dead signer, has not ended yet."""
    pacemaker.switch("crm_mon", "hangs")
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service", resource="kcn", node="node1")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    signer.kill()
    pacemaker.expect("crm_mon")
    for _ in range(20):
        keeper.again(signal.SIGKILL)
        pacemaker.expect("crm_mon")
    pacemaker.switch("crm_mon", "hangs", on=False)
    assert tell("status")["held"] == "yes"


@pytest.mark.parametrize("text", ["", "1\n", "x" * 5000])
def test_a_lock_file_that_is_left_over_claims_nothing(identity, pacemaker, tmp_path, text):
    NOTES.mkdir(mode=0o700)
    write_key(LOCK, text)
    Keeper(tmp_path / "log").start().end()


def test_a_lock_that_is_a_link_is_not_followed(identity):
    NOTES.mkdir(mode=0o700)
    LOCK.symlink_to("/etc/made-by-a-keeper")
    assert str(LOCK) in run(IDENTITY).stderr
    assert not pathlib.Path("/etc/made-by-a-keeper").exists()


def test_the_other_commands_work_beside_a_keeper(keeper, identity):
    node = pathlib.Path("/run/node/klay")
    node.mkdir(parents=True)
    for name in NAMES:
        write_key(node / name, identity.keys[name])
    for words in (["--check", IDENTITY], ["--status", IDENTITY], ["--backup", str(node.parent), IDENTITY]):
        done = run(*words)
        assert done.returncode == 0, done.stderr
    assert tell("status")["held"] == "no"


def test_another_identitys_keeper_runs_beside(keeper, identity, tmp_path):
    (CONFIG / "cell2.conf").write_text(f"address={identity.address}\n")
    Keeper(tmp_path / "log2", "cell2").start().end()
    assert tell("status")["held"] == "no"


def test_a_socket_at_which_systemd_listens_stays(identity):
    """Its keeper is not started yet: somebody who takes its place leaves it deaf."""
    NOTES.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(SOCKET))
        listening.listen()
        before = SOCKET.lstat().st_ino
        done = run(IDENTITY)
        assert done.returncode == 1 and str(SOCKET) in done.stderr and "systemctl" in done.stderr
        assert SOCKET.lstat().st_ino == before
