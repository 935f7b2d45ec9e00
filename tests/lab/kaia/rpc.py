"""JSON-RPC as any operator's tool speaks it: over kcn's unix socket, or over HTTP inside the lab's namespace."""

import contextlib
import http.client
import json
import os
import socket

from machine.network import open_socket

PORT = 8551


class RpcError(RuntimeError):
    """The node answered with an error, or not at all."""


def request(method, params):
    """Bytes of one request."""
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()


def result(text):
    """The result in an answer; RpcError if it is none."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise RpcError(f"not an answer: {text[:100]!r}") from error
    if "error" in answer:
        raise RpcError(str(answer["error"]))
    return answer["result"]


def connect(path, timeout_s):
    """A socket connected to a path that may be longer than a socket's address can be."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(timeout_s)
    directory = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        connection.connect(f"/proc/self/fd/{directory}/{os.path.basename(path)}")
    except OSError:
        connection.close()
        raise
    finally:
        os.close(directory)
    return connection


def ask_ipc(path, method, *params, timeout_s=2):
    """One question over a unix socket."""
    try:
        with connect(path, timeout_s) as connection:
            connection.sendall(request(method, params) + b"\n")
            return result(connection.makefile("rb").readline())
    except OSError as error:
        raise RpcError(f"{path}: {error}") from error


def ask_http(namespace_path, address, method, *params, timeout_s=2):
    """One question over HTTP from inside a network namespace."""
    connection = http.client.HTTPConnection(address, PORT, timeout=timeout_s)
    try:
        with contextlib.closing(connection):
            connection.sock = open_socket(namespace_path)
            connection.sock.settimeout(timeout_s)
            connection.sock.connect((address, PORT))
            connection.request("POST", "/", request(method, params), {"Content-Type": "application/json"})
            return result(connection.getresponse().read())
    except (OSError, http.client.HTTPException) as error:
        raise RpcError(f"{address}: {error}") from error


def subscribe_heads(path):
    """Yields the header of each new block that a node pushes over its unix socket, until the socket ends."""
    with contextlib.suppress(OSError), connect(path, 10) as connection:
        connection.sendall(request("klay_subscribe", ["newHeads"]) + b"\n")
        lines = connection.makefile("rb")
        result(lines.readline())
        connection.settimeout(None)
        for line in lines:
            yield json.loads(line)["params"]["result"]
