# SPDX-License-Identifier: LGPL-2.1-or-later
"""Passes connections on, both ways as late as it likes: late.py PORT HOST HOST_PORT."""

import contextlib
import random
import socket
import sys
import threading
import time

LATE = 0, 0.1, 0.3, 1.5, 3, 5       # seconds, of one piece


def carry(source, sink):
    """What was sent later is not overtaken: it waits behind."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            time.sleep(random.choice(LATE))
            sink.sendall(data)
    for end in source, sink:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


port, host, host_port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with socket.create_server(("", port)) as server:
    while True:
        here = server.accept()[0]
        there = socket.create_connection((host, host_port))
        for ends in (here, there), (there, here):
            threading.Thread(target=carry, args=ends, daemon=True).start()
