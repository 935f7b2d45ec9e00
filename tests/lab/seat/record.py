# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes down, ten times a second, first and last instant of each machine's and epoch's packets. usage: record.py FILE"""
import json
import os
import socket
import struct
import sys
import time

at = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
at.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
at.bind(("", 4000))
spans, written = {}, 0.0
while True:
    epoch, stamp, name = struct.unpack("QQ16s", at.recv(64))
    who, stamp = f"{name.rstrip(bytes(1)).decode()} {epoch}", stamp / 1e9
    first, last = spans.get(who, (stamp, stamp))
    spans[who] = min(first, stamp), max(last, stamp)
    if time.monotonic() > written + 0.1:
        written = time.monotonic()
        with open(sys.argv[1] + ".new", "w", encoding="ascii") as out:
            json.dump(spans, out)
        os.rename(sys.argv[1] + ".new", sys.argv[1])
