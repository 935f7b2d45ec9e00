# SPDX-License-Identifier: LGPL-2.1-or-later
"""The source directory made from a node's DATA_DIR: whose key it is, and what a failure leaves."""
import contextlib
import json
import os
import pathlib
import re
import socket
import threading

import pytest

from keeper import CONFIG, NAMES, run, write_key

OTHER = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"
MADE = CONFIG / "keys"


class Node:
    """A DATA_DIR with the identity's keys, whose backup was not made yet."""

    def __init__(self, identity):
        self.identity = identity
        self.folder = pathlib.Path("/run/node")
        self.klay = self.folder / "klay"
        self.klay.mkdir(parents=True)
        for name, key in identity.keys.items():
            write_key(self.klay / name, key)
            (MADE / "cell1" / name).unlink()
        (MADE / "cell1").rmdir()
        MADE.rmdir()

    def back_up(self):
        done = run("--backup", str(self.folder), "cell1")
        self.identity.shown += done.stdout + done.stderr
        return done

    def refused(self, *words):
        done = self.back_up()
        assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1, done
        for word in words:
            assert word in done.stderr, done.stderr
        assert not MADE.exists(), "nothing is left of it"

    def made(self, *words):
        done = self.back_up()
        assert done.returncode == 0 and f"address={self.identity.address}\n" in done.stdout, done
        for word in words:
            assert word in done.stdout, done.stdout
        return done.stdout

    @contextlib.contextmanager
    def runs(self, reply):
        """Something listens at klay.ipc, and answers with this."""
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.folder / "klay.ipc"))
            server.listen()

            def serve():
                with contextlib.suppress(OSError), server.accept()[0] as at:
                    asked = json.loads(at.recv(65536))
                    assert [call["method"] for call in asked] == ["klay_nodeAddress"]
                    at.send(json.dumps([{"jsonrpc": "2.0", "id": asked[0]["id"], **reply}]).encode())

            thread = threading.Thread(target=serve)
            thread.start()
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    server.shutdown(socket.SHUT_RDWR)
                thread.join()


@pytest.fixture
def node(identity):
    return Node(identity)


def test_both_keys_are_copied_and_the_node_did_not_run(node, identity):
    shown = node.made("Not checked against a node that runs", "klay.ipc")
    assert "bls-nodekey" not in shown and "User=" not in shown
    for name in NAMES:
        assert (MADE / "cell1" / name).read_text() == identity.keys[name]
    node.made()


@pytest.mark.parametrize("kind", ["link", "copy"])
def test_a_standbys_own_key_is_no_validators(node, kind):
    """As kcn-node leaves a machine that does not have the seat."""
    (node.klay / "nodekey").rename(node.klay / "standby-nodekey")
    if kind == "link":
        (node.klay / "nodekey").symlink_to("standby-nodekey")
    else:
        write_key(node.klay / "nodekey", (node.klay / "standby-nodekey").read_text())
    node.refused("own standby key", "the machine that signs", node.identity.address)


def test_the_key_of_a_signer_beside_its_own_is_the_validators(node):
    write_key(node.klay / "standby-nodekey", f"{1:064x}")
    node.made()


def test_an_own_key_that_cannot_be_read_is_not_taken_for_another(node):
    write_key(node.klay / "standby-nodekey", "x")
    node.refused("standby-nodekey")


def test_the_node_that_runs_signs_with_the_key(node):
    with node.runs({"result": node.identity.address.upper().replace("X", "x")}):
        assert "Not checked" not in node.made("signs with this address")


def test_a_node_that_signs_with_another_key_is_named(node):
    with node.runs({"result": OTHER}):
        node.refused(OTHER, node.identity.address, "nothing was changed")


def test_a_node_that_does_not_say_who_it_is_is_no_check(node):
    with node.runs({"error": {"code": -32601, "message": "the method does not exist"}}):
        assert "signs with" not in node.made("Not checked against a node that runs", "klay_nodeAddress")


def test_a_missing_bls_key_is_told_of(node):
    (node.klay / "bls-nodekey").unlink()
    node.made("There is no bls-nodekey")
    assert os.listdir(MADE / "cell1") == ["nodekey"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spoil", [lambda path: path.chmod(0o640), lambda path: path.write_text("x"),
                                   lambda path: os.chown(path, 65534, 65534)], ids=["mode", "text", "owner"])
def test_a_key_that_is_not_right_leaves_no_directory(node, name, spoil):
    spoil(node.klay / name)
    node.refused(name)


def test_a_missing_nodekey_leaves_no_directory(node):
    (node.klay / "nodekey").unlink()
    node.refused("nodekey")


def test_a_full_disk_leaves_no_directory(node):
    full = CONFIG / "full"
    with contextlib.suppress(OSError), open(full, "wb", buffering=0) as out:
        while out.write(b"x" * 4096):
            pass
    done = node.back_up()
    assert done.returncode == 1 and "No space left" in done.stderr
    assert not (MADE / "cell1").exists()
    full.unlink()
    node.made()


def test_a_nodes_own_user_may_own_its_keys(node):
    """kcn-node will not run it so; taking its key away from it now would give it a new one."""
    for path in (node.folder, node.klay, *(node.klay / name for name in NAMES)):
        os.chown(path, 65534, 65534)
    assert re.search(r"belongs to user 65534.*\n?.*User=", node.made())
    for name in NAMES:
        assert (MADE / "cell1" / name).stat().st_uid == 0 and (node.klay / name).stat().st_uid == 65534
