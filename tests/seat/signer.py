# SPDX-License-Identifier: LGPL-2.1-or-later
"""A signer that says who it is: sends {epoch, instant, name} twice a millisecond, whatever the kernel answers.
usage: signer.py NAME EPOCH CGROUP_PROCS HOST PORT"""
import socket
import struct
import sys
import time

name, epoch, procs, host, port = sys.argv[1:]
with open(procs, "w", encoding="ascii") as members:
    members.write("0")
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.connect((host, int(port)))
out.setblocking(False)
while True:
    packet = struct.pack("QQ16s", int(epoch), time.clock_gettime_ns(time.CLOCK_BOOTTIME), name.encode())
    try:
        out.send(packet)
    except OSError:
        pass
    time.sleep(0.0005)
