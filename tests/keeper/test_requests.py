# SPDX-License-Identifier: LGPL-2.1-or-later
"""One request at a time: what is taken, what is refused, and what it leaves."""
import os
import signal
import socket
import stat
import time

import pytest

from keeper import (EPOCH, IDENTITY, KEYS, NAMES, NOTES, SOCKET, ask, exchange, files, lines, packet, run,
                    tell)


def test_a_fresh_keeper_holds_nothing(keeper, identity):
    status = tell("status")
    assert status["held"] == "no" and status["epoch"] == "0" and status["armed"] == "no"
    assert status["address"] == identity.address and status["authority"] == "fencing"
    assert files() == []


def test_acquire_brings_both_files_as_kcn_wants_them(keeper, identity):
    assert tell("acquire", address=identity.address)["epoch"] == "1"
    assert files() == sorted(NAMES)
    for name in NAMES:
        found = (KEYS / name).lstat()
        assert found.st_mode == stat.S_IFREG | 0o600 and found.st_uid == 0
        assert (KEYS / name).read_text() == identity.keys[name]
    assert KEYS.stat().st_mode & 0o777 == 0o700
    status = tell("status")
    assert status["held"] == "yes" and status["epoch"] == "1" and "fault" not in status


def test_acquire_of_a_held_seat_changes_nothing(keeper, identity):
    tell("acquire", address=identity.address)
    before = [(KEYS / name).stat().st_ino for name in NAMES]
    assert tell("acquire", address=identity.address.upper().replace("X", "x"))["epoch"] == "1"
    assert [(KEYS / name).stat().st_ino for name in NAMES] == before


def test_files_that_lie_there_are_no_holding(keeper, identity):
    """A keeper was killed before it noted that the seat is held."""
    tell("acquire", address=identity.address)
    keeper.end()
    (NOTES / f"{IDENTITY}.seat").unlink()
    keeper.start()
    assert tell("status")["held"] == "no"
    assert tell("acquire", address=identity.address)["epoch"] == "2"
    assert tell("status")["held"] == "yes"


def test_every_holding_has_an_epoch_of_its_own(keeper, identity):
    for epoch in range(1, 6):
        assert tell("acquire", address=identity.address)["epoch"] == str(epoch)
        tell("lose")
    keeper.again()
    assert tell("acquire", address=identity.address)["epoch"] == "6"


def test_lose_wipes_whatever_lies_there(keeper, identity):
    tell("acquire", address=identity.address)
    (KEYS / "bls-nodekey.derived").write_text("kcn made it")
    (KEYS / ".nodekey.0123456789abcdef.new").write_text("a killed install left it")
    os.symlink("/etc/passwd", KEYS / "link")
    tell("lose")
    assert files() == [] and os.path.exists("/etc/passwd")
    assert tell("status")["held"] == "no"
    tell("lose")


def test_a_stale_bls_key_does_not_survive(keeper, identity):
    tell("acquire", address=identity.address)
    (KEYS / "nodekey").unlink()
    os.unlink(f"/etc/validator-agents/keys/{IDENTITY}/bls-nodekey")
    assert tell("acquire", address=identity.address)["epoch"] == "2"
    assert files() == ["nodekey"]


@pytest.mark.parametrize("fields, word", [
    ({}, "address is missing"), ({"address": ""}, "''"), ({"address": "0x12"}, "'0x12'"),
    ({"address": "0x" + "00" * 20}, "'0x0000"), ({"address": "x" * 3000}, "address is missing")])
def test_acquire_for_another_address_is_refused(keeper, fields, word):
    answer = ask("acquire", **fields)
    assert answer["result"] == "refused" and word in answer["reason"]
    assert files() == [] and not EPOCH.exists()


@pytest.mark.parametrize("request_", ["arm", "watch"])
def test_a_signer_needs_the_seat(keeper, request_):
    answer = ask(request_, unit="kcnd.service", pid=1, cgroup="/x")
    assert answer["result"] == "refused", answer
    assert tell("status")["armed"] == "no"


@pytest.mark.parametrize("data", [
    b"", b"\n", b"x", b"version=1\nrequest=lose", b"version=1\nversion=1\nrequest=lose\n",
    b"version=1\nrequest=lose\n\0", b"version=1\nrequest=lose\n\xff=1\n", b"=\n", b"request\n",
    b"version=1\nRequest=lose\n", b"version=1\r\nrequest=lose\r\n", b"version=1\nrequest=lose\n" + b"a" * 4096,
    b"a" * 60000, b"a=\n" * 1000, bytes(range(256)), b"\0" * 4096])
def test_a_malformed_packet_is_refused_and_changes_nothing(keeper, identity, data):
    tell("acquire", address=identity.address)
    answer = lines(exchange(data))
    assert answer["result"] == "refused"
    assert tell("status")["held"] == "yes" and files() == sorted(NAMES)


@pytest.mark.parametrize("version", [None, "0", "2", "1.0", "one", "", "+1", " 1", "-1",
                                     "18446744073709551617"])
def test_another_version_is_refused(keeper, identity, version):
    tell("acquire", address=identity.address)
    answer = lines(exchange(packet("lose", version=version)))
    assert answer["result"] == "refused" and "version" in answer["reason"]
    assert tell("status")["held"] == "yes"


@pytest.mark.parametrize("name", ["", "los", "losee", "LOSE", "status ", "none-such"])
def test_an_unknown_request_is_refused(keeper, identity, name):
    tell("acquire", address=identity.address)
    assert ask(name)["result"] == "refused"
    assert tell("status")["held"] == "yes"


def test_fields_that_nobody_knows_are_left_alone(keeper):
    assert tell("status", colour="blue")["held"] == "no"


def as_nobody(act):
    """Runs it in a child of another user; its exit code."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            os._exit(act())
        except BaseException:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_only_root_can_reach_the_socket(keeper):
    assert SOCKET.stat().st_mode & 0o777 == 0o600 and NOTES.stat().st_mode & 0o777 == 0o700
    assert as_nobody(lambda: 0 if not os.access(SOCKET, os.F_OK) else 1) == 0


def test_another_user_who_asks_for_the_status_is_told_to_be_root(keeper):
    done = run("--status", IDENTITY, user=65534, group=65534, extra_groups=[])
    assert done.returncode != 0 and "use sudo" in done.stderr, done.stderr


def test_a_peer_that_is_not_root_is_refused_by_its_credentials(keeper, identity):
    """Even where somebody has opened the socket to all."""
    tell("acquire", address=identity.address)
    NOTES.chmod(0o755)
    SOCKET.chmod(0o666)

    def lose():
        answer = exchange(packet("lose"))
        return 0 if b"only root" in answer and b"result=refused" in answer else 1

    assert as_nobody(lose) == 0
    assert tell("status")["held"] == "yes" and files() == sorted(NAMES)


def connected():
    """A caller that has not asked yet."""
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    caller.connect(str(SOCKET))
    return caller


def test_a_caller_that_says_nothing_keeps_nobody_waiting_and_is_answered_when_it_asks(keeper):
    """As an agent that waits for a processor between its connecting and its asking."""
    with connected() as slow:
        began = time.monotonic()
        while time.monotonic() - began < 1.5:
            asked = time.monotonic()
            tell("status")
            assert time.monotonic() - asked < 0.5
        slow.send(packet("status"))
        slow.settimeout(5)
        assert b"result=ok" in slow.recv(4096)


def test_of_too_many_silent_callers_the_first_has_to_leave(keeper):
    callers = [connected() for _ in range(40)]
    assert tell("status")["held"] == "no"
    callers[0].settimeout(5)
    assert callers[0].recv(4096) == b""
    callers[-1].send(packet("status"))
    assert b"result=ok" in callers[-1].recv(4096)
    for caller in callers:
        caller.close()


def test_a_caller_that_leaves_without_its_answer_does_no_harm(keeper, identity):
    for _ in range(20):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.connect(str(SOCKET))
            s.send(packet("acquire", address=identity.address))
    assert tell("status")["held"] == "yes"


def test_a_frozen_keeper_is_told_within_the_deadline(keeper):
    """Its backlog is full, so that even connecting would wait."""
    keeper.process.send_signal(signal.SIGSTOP)
    waiting = []
    while True:
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.setblocking(False)
        waiting.append(s)
        try:
            s.connect(str(SOCKET))
        except BlockingIOError:
            break
    began = time.monotonic()
    done = run("--status", IDENTITY)
    assert done.returncode == 1 and "did not answer in time" in done.stderr
    assert time.monotonic() - began < 7
    for s in waiting:
        s.close()


def test_what_is_held_stays_held_over_a_keepers_end(keeper, identity):
    tell("acquire", address=identity.address)
    for number in (signal.SIGTERM, signal.SIGKILL):
        keeper.again(number)
        assert files() == sorted(NAMES)
        assert tell("acquire", address=identity.address)["epoch"] == "1"
