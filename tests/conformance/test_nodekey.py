# SPDX-License-Identifier: LGPL-2.1-or-later
"""nodekey's validate-all says what the present configuration promises, as its keeper tells it."""
import contextlib
import pathlib
import socket
import threading

import pytest

import samples
from agent import FOLDER, GENERIC, OK, Agent

PROMISES = {
    "a lease behind the gate": ("authority=etcd\nlease=watching\ngate=standby\n", OK, "no packet of an old lease"),
    "a lease without a gate": ("authority=etcd\nlease=watching\ngate=none\n", OK, "no gate stands"),
    "the operator's signature": ("authority=fencing\naccept_risk=yes\n", OK, "promised: nothing"),
    "fencing that cannot be seen": ("authority=fencing\n", GENERIC, "cannot tell whether this cluster fences"),
}


@contextlib.contextmanager
def keeper(status):
    """Answers as a keeper that has this status, until it is closed."""
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
                        asked = b"request=status\n" in at.recv(4096)
                        at.send(f"version=1\nresult=ok\n{status if asked else ''}".encode())

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
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
