# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks the keeper of this machine, as an agent does. usage: ask.py IDENTITY REQUEST [FIELD=VALUE...]"""
import socket
import sys

at = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
at.settimeout(20)
at.connect(f"/run/validator-keeper/{sys.argv[1]}.sock")
at.send("".join(f"{line}\n" for line in ["version=1", f"request={sys.argv[2]}", *sys.argv[3:]]).encode())
sys.stdout.write(at.recv(8192).decode())
