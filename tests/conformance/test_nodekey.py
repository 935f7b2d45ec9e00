# SPDX-License-Identifier: LGPL-2.1-or-later
"""nodekey beside a keeper: what the configuration promises, and an identity that cannot be one."""
import contextlib
import pathlib
import socket
import threading

import pytest

import samples
from agent import CONFIGURED, FOLDER, GENERIC, NOT_RUNNING, OK, Agent

PROMISES = {
    "a lease behind the gate": ("authority=etcd\nlease=watching\ngate=standby\n", OK, "no packet of an old lease"),
    "a lease without a gate": ("authority=etcd\nlease=watching\ngate=none\n", OK, "no gate stands"),
    "the operator's signature": ("authority=fencing\naccept_risk=yes\n", OK, "promised: nothing"),
    "fencing that cannot be seen": ("authority=fencing\n", GENERIC, "cannot tell whether this cluster fences"),
}
NAMES = ["a b", "../validator", "-x", "x" * 33]


@contextlib.contextmanager
def keeper(status, pending=0):
    """Answers as a keeper that has this status, until it is closed; what it was asked for, in order. Its signer
    outlives as many times `lose`."""
    asked = []
    folder = pathlib.Path("/run/validator-keeper")
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "probe.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(str(path))
        server.listen()

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    with server.accept()[0] as at:
                        asked.append(at.recv(4096).split(b"request=")[1].split()[0].decode())
                        held = [name for name in asked if name in ("acquire", "lose")][-1:] == ["acquire"]
                        now = status.replace("held=no", "held=yes") if held else status
                        result = "ok"
                        if asked[-1] == "lose" and asked.count("lose") <= pending:
                            result = "pending\nreason=a process does not end on SIGKILL"
                        at.send(f"version=1\nresult={result}\n{now if asked[-1] == 'status' else ''}".encode())

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            path.unlink()


@pytest.mark.parametrize("status,rc,words", PROMISES.values(), ids=PROMISES)
def test_validate_all_says_which_promise_the_configuration_gives(tmp_path, status, rc, words):
    sample = samples.parameters("nodekey", tmp_path)
    with keeper(f"held=no\nepoch=0\narmed=no\naddress={sample['address']}\n{status}"):
        answer = Agent(FOLDER / "nodekey").act("validate-all", sample, level=10, by_hand=True)
    assert answer.rc == rc, answer.err
    assert words in answer.err and not answer.out
    assert answer.err.count("promised") == (rc == OK) and bool(answer.reasons) == (rc != OK)


@pytest.fixture
def nodekey(tmp_path):
    agent = Agent(FOLDER / "nodekey")
    agent.sample = samples.parameters("nodekey", tmp_path)
    return agent


def without(sample, name):
    return {**sample, "identity": name} if name else {"address": sample["address"]}


@pytest.mark.parametrize("name", [None, *NAMES])
def test_what_no_start_can_have_taken_is_not_running(nodekey, name):
    params = without(nodekey.sample, name)
    probe = nodekey.act("monitor", params)
    assert (probe.rc, nodekey.act("stop", params).rc) == (NOT_RUNNING, OK)
    assert "identity" in probe.reason
    assert nodekey.act("start", params).rc == CONFIGURED
    assert nodekey.act("monitor", params, interval_s=10).rc == CONFIGURED
    assert (nodekey.act("monitor", params).rc, nodekey.act("stop", params).rc) == (NOT_RUNNING, OK)


@pytest.mark.parametrize("name", [None, *NAMES])
def test_an_identity_that_was_edited_away_is_not_forgotten(nodekey, name):
    """Pacemaker stops with the old parameters, unless it was restarted in a maintenance."""
    params, sample = without(nodekey.sample, name), nodekey.sample
    with keeper(f"held=no\nepoch=0\naddress={sample['address']}\nauthority=fencing\naccept_risk=yes\n") as asked:
        assert nodekey.act("start", sample).rc == OK
        for action in ("monitor", "stop"):
            answer = nodekey.act(action, params)
            assert answer.rc == GENERIC and f"identity={sample['identity']}" in answer.reason
        assert "lose" not in asked
        assert nodekey.act("stop", sample).rc == OK and "lose" in asked
        assert (nodekey.act("monitor", params).rc, nodekey.act("stop", params).rc) == (NOT_RUNNING, OK)


@pytest.mark.parametrize("pending,rc", [(2, OK), (10**6, GENERIC)])
def test_a_stop_waits_for_a_signer_that_ends_slowly_and_says_when_it_does_not(nodekey, pending, rc):
    sample = nodekey.sample
    status = f"held=no\nepoch=0\naddress={sample['address']}\nauthority=fencing\naccept_risk=yes\n"
    with keeper(status, pending) as asked:
        assert nodekey.act("start", sample).rc == OK
        answer = nodekey.act("stop", sample, timeout_s=5)
    assert answer.rc == rc and asked.count("lose") > 2
    assert ("SIGKILL" in answer.reason) == (rc == GENERIC)
