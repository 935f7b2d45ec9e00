# SPDX-License-Identifier: LGPL-2.1-or-later
"""That the picture shows what is left over: each kind is left on purpose, and has to be found."""
import contextlib
import ctypes
import os
import socket
import struct
import subprocess

from agent import rest, through_all
from remains import bpf, left_over, picture
from rig import IDENTITY
from waiting import sh, until

PROG_LOAD, PROG_ATTACH, PROG_DETACH, CGROUP_SKB, EGRESS, ALLOW_MULTI = 5, 8, 9, 8, 1, 2


@contextlib.contextmanager
def process(command):
    """Runs `command`, which says when it is there."""
    left = subprocess.Popen(["sh", "-c", f"{command}"], stdout=subprocess.PIPE)
    assert left.stdout.readline() == b"there\n"
    try:
        yield
    finally:
        left.kill()
        left.wait()


@contextlib.contextmanager
def undone(make, undo):
    sh(make)
    try:
        yield
    finally:
        sh(undo)


def a_process(_):
    return process("echo there; exec sleep 1000")


def a_namespace(_):
    return process("exec unshare --net sh -c 'echo there; exec sleep 1000'")


@contextlib.contextmanager
def a_descriptor(machine):
    """A caller that asks nothing: the keeper has accepted it."""
    sockets = len(os.listdir(f"/proc/{machine.keeper.pid}/fd"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as at:
        at.connect(str(machine.root / f"run/validator-keeper/{IDENTITY}.sock"))
        until(lambda: len(os.listdir(f"/proc/{machine.keeper.pid}/fd")) > sockets)
        yield


def a_key(machine):
    folder = machine.root / "run/validator"
    return undone(f"mkdir -p {folder} && touch {folder}/key", f"rm {folder}/key")


def a_state_file(machine):
    file = machine.root / f"var/lib/validator-agents/{IDENTITY}/floor.new"
    return undone(f"touch {file}", f"rm {file}")


def a_mount(machine):
    inside = f"nsenter -m -t {machine.holder.pid} --"
    return undone(f"{inside} mount -t tmpfs tmpfs /media", f"{inside} umount /media")


def a_control_group(machine):
    return undone(f"mkdir {machine.slice}/probe-1", f"rmdir {machine.slice}/probe-1")


def a_table(_):
    return undone("nft add table inet left", "nft delete table inet left")


def a_link(_):
    return undone("ip link add left type veth peer name right", "ip link del left")


@contextlib.contextmanager
def a_program(machine):
    """A second one on the slice, which passes everything."""
    code = struct.pack("BBhi", 0xb7, 0, 0, 1) + struct.pack("BBhi", 0x95, 0, 0, 0)  # r0 = 1; exit
    words, licence = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"MIT")
    load = struct.pack("IIQQ", CGROUP_SKB, 2, ctypes.addressof(words), ctypes.addressof(licence))
    program = bpf(PROG_LOAD, ctypes.create_string_buffer(load, 128))
    group = os.open(machine.slice, os.O_RDONLY)
    try:
        attach = struct.pack("IIII", group, program, EGRESS, ALLOW_MULTI)
        assert program >= 0 and bpf(PROG_ATTACH, ctypes.create_string_buffer(attach, 128)) == 0
        yield
    finally:
        bpf(PROG_DETACH, ctypes.create_string_buffer(struct.pack("IIII", group, program, EGRESS, 0), 128))
        os.close(group)
        os.close(program)


LEAKS = [("process", a_process), ("namespace", a_namespace), ("descriptor of n1", a_descriptor), ("file of n1", a_key),
         ("file of n1", a_state_file), ("mount of n1", a_mount), ("control group", a_control_group),
         ("program", a_program), ("network", a_table), ("network", a_link)]


def test_what_is_left_over_is_found(rig):
    one = rig.machines[0]
    through_all(rig)
    before = picture(rig)
    assert left_over(before, picture(rig)) == []
    for kind, leak in LEAKS:
        with leak(one):
            found = left_over(before, picture(rig))
        assert any(line.startswith(f"{kind}:") for line in found), f"{leak.__name__} was not found: {found}"
    assert left_over(before, picture(rig)) == []


def test_a_seat_that_moved_leaves_nothing(rig):
    one, two = rig.machines
    through_all(rig)
    before = picture(rig)
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    assert left_over(before, picture(rig)) != [], "a signer runs"
    one.lose()
    two.take()
    rest(rig)
    assert left_over(before, picture(rig)) == []
