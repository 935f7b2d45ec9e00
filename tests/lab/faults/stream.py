# SPDX-License-Identifier: LGPL-2.1-or-later
"""A connection whose far end does not read. usage: stream.py say HOST PORT; stream.py hear PORT GO HEARD: begins to read
when there is a file GO, and writes to HEARD how many bytes came."""

import os
import pathlib
import socket
import sys
import time


def say(host, port):
    with socket.create_connection((host, int(port))) as at:
        while True:
            at.sendall(b"of an old epoch " * 256)


def hear(port, go, heard):
    with socket.create_server(("", int(port))) as server:
        at = server.accept()[0]
    while not os.path.exists(go):
        time.sleep(0.05)
    count = 0
    while piece := at.recv(65536):
        count += len(piece)
        pathlib.Path(heard).write_text(f"{count}\n", encoding="ascii")


{"say": say, "hear": hear}[sys.argv[1]](*sys.argv[2:])
