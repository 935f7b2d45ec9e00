# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is there, as a picture: taken of two moments that should be alike, it shows what was left over between.
Processes, threads and descriptors of the keepers, their files, mounts, control groups, BPF programs, network."""
import collections
import contextlib
import ctypes
import os
import platform
import re
import struct
import subprocess
from pathlib import Path

from waiting import until

BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
PROG_GET_FD_BY_ID, MAP_GET_FD_BY_ID, PROG_QUERY, EGRESS = 13, 14, 16, 1
FOLDERS = "run/validator", "run/validator-keeper", "var/lib/validator-agents"


def bpf(command, attributes):
    """The call's result, -1 when it failed; outputs are in `attributes`."""
    return ctypes.CDLL(None).syscall(BPF, command, attributes, len(attributes))


def programs_on(group):
    """The ids of what is attached to a control group."""
    ids = (ctypes.c_uint32 * 64)()
    fd = os.open(group, os.O_RDONLY)
    try:
        attributes = ctypes.create_string_buffer(struct.pack("IIIIQI", fd, EGRESS, 0, 0, ctypes.addressof(ids), 64), 64)
        assert bpf(PROG_QUERY, attributes) == 0
    finally:
        os.close(fd)
    return ids[:struct.unpack_from("I", attributes, 24)[0]]


def in_kernel(command, number):
    fd = bpf(command, ctypes.create_string_buffer(struct.pack("III", number, 0, 0), 64))
    if fd >= 0:
        os.close(fd)
    return fd >= 0


def process_name(pid):
    """Its command; None when it is gone, or is a child of ours that nobody has waited for yet."""
    with contextlib.suppress(OSError):
        state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
        if state != "Z":
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        return None if int(parent) == os.getpid() else f"zombie of {process_name(parent)}"
    return None


def processes():
    names = (process_name(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return collections.Counter(name for name in names if name)


def descriptors(pid):
    """By kind: numbers of sockets and pipes are left out."""
    found = collections.Counter()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found[re.sub(r":\[\d+\]$", "", os.readlink(entry))] += 1
    return found


def kernel_objects(pid):
    """(command, id) of the BPF programs and maps that a keeper has open. It opens and closes others meanwhile."""
    for entry in Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(FileNotFoundError):
            for name, number in re.findall(r"^(prog|map)_id:\s*(\d+)$", entry.read_text(), re.M):
                yield PROG_GET_FD_BY_ID if name == "prog" else MAP_GET_FD_BY_ID, int(number)


def files(machine):
    return collections.Counter(str(Path(folder) / path.relative_to(machine.root / folder)) for folder in FOLDERS
                               for path in (machine.root / folder).rglob("*"))


def mounts(pid):
    lines = Path(f"/proc/{pid}/mountinfo").read_text().splitlines()
    return collections.Counter(line.split()[4] + " " + line.split(" - ")[1].split()[0] for line in lines)


def groups(rig):
    return [rig.slice, *(path for path in rig.slice.rglob("*") if path.is_dir())]


def said_by(command):
    lines = subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout.splitlines()
    return collections.Counter(re.sub(r"^\d+: |@if\d+|link-netns\S* \S+|counter .*", "", line) for line in lines)


def namespaces():
    found = set()
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            found.add(os.readlink(f"/proc/{entry}/ns/net") if entry.isdigit() else "")
    return collections.Counter({"network namespaces": len(found - {""})})


def host_picture():
    """What is there without any machine."""
    return {"process": processes(), "mount": mounts("self"), "network": said_by("ip -o link; nft list ruleset"),
            "namespace": namespaces()}


def picture(rig):
    found = {**host_picture(), "control group": collections.Counter(str(path) for path in groups(rig))}
    found["program"] = collections.Counter(str(path) for path in groups(rig) for _ in programs_on(path))
    for machine in rig.machines:
        pid = machine.keeper.pid
        found[f"descriptor of {machine.name}"] = descriptors(pid)
        found[f"thread of {machine.name}"] = collections.Counter({"threads": len(os.listdir(f"/proc/{pid}/task"))})
        found[f"file of {machine.name}"] = files(machine)
        found[f"mount of {machine.name}"] = mounts(machine.holder.pid)
    return found


def left_over(before, after):
    """What is there now and was not then: a list of sentences."""
    return [f"{kind}: {more} of {name!r} more" for kind in after for name, more in (after[kind] - before[kind]).items()]


def objects_of(rig):
    """The BPF objects of the rig's machines, to be gone from the kernel after them."""
    for machine in rig.machines:
        if machine.keeper.poll() is None:
            yield from kernel_objects(machine.keeper.pid)
    for path in groups(rig):
        yield from ((PROG_GET_FD_BY_ID, number) for number in programs_on(path))


def assert_gone(objects):
    """The kernel takes them away a moment after their last user."""
    for command, number in objects:
        until(lambda command=command, number=number: not in_kernel(command, number), 10)
