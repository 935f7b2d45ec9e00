"""Faults as they happen to real machines. Each can be undone where a real one could; context managers undo themselves."""

import contextlib
import itertools
import os
import select
import signal

from machine.host import HostError


def kill(node, pattern, number=signal.SIGKILL):
    """A signal to every process of the node whose command line holds the pattern; returns their host pids.

    After SIGKILL they are proved dead."""
    pids = node.pids(pattern)
    if not pids:
        raise HostError(f"{node.name} runs nothing like '{pattern}'")
    with contextlib.ExitStack() as stack:
        handles = [os.pidfd_open(pid) for pid in pids]
        for handle in handles:
            stack.callback(os.close, handle)
            signal.pidfd_send_signal(handle, number)
        while number == signal.SIGKILL and handles:
            dead, _, _ = select.select(handles, [], [], 10)
            if not dead:
                raise TimeoutError(f"{node.name}: '{pattern}' survived SIGKILL for 10 s")
            handles = [handle for handle in handles if handle not in dead]
    return pids


def partition(lan, *sides):
    """Machines (names) of different sides do not hear each other any more; returns the cut pairs for `lan.heal`."""
    pairs = [pair for one, other in itertools.permutations(sides, 2) for pair in itertools.product(one, other)]
    lan.cut(*pairs)
    return pairs


@contextlib.contextmanager
def unplugged(node):
    """The node's cable is out of the bridge."""
    node.port.link(False)
    try:
        yield
    finally:
        node.port.link(True)


@contextlib.contextmanager
def frozen(node):
    """Every process of the node stands still, as in a paused virtual machine; network and clock go on."""
    node.freeze()
    try:
        yield
    finally:
        node.thaw()


@contextlib.contextmanager
def disk_full(node, directory, left_kb=0):
    """The file system below a directory of a running node takes at most `left_kb` more. A tmpfs is made small for that;
    any other must be a volume of the node's own (Disk.add_volume): the root would fill the host."""
    kind, mount_point, size_kb, used_kb = node.run(
        "findmnt", "--noheadings", "--raw", "--bytes", "--output", "FSTYPE,TARGET", "--target", directory).split() + [
            int(word) // 1024 for word in node.run(
                "df", "--block-size=1", "--output=size,used", directory).splitlines()[1].split()]
    if kind == "overlay":
        raise HostError(f"{directory} on {node.name} is on the root file system; give it a volume (Disk.add_volume)")
    filler = f"{mount_point}/filler-of-the-lab"
    if kind == "tmpfs":
        node.run("mount", "--options", f"remount,size={used_kb + left_kb + 4}k", mount_point)
    else:
        node.try_run("dd", "if=/dev/zero", f"of={filler}", "bs=1M", "conv=fsync")
        # ext4 holds some blocks back from a large write that it then gives to small ones
        node.run(f"while dd if=/dev/zero of={filler} bs=4k count=1 oflag=append conv=notrunc,fsync 2>/dev/null; do :; done")
        node.run("truncate", "--no-create", f"--size=-{left_kb}K", filler)
    try:
        yield
    finally:
        if kind == "tmpfs":
            node.run("mount", "--options", f"remount,size={size_kb}k", mount_point)
        else:
            node.run("rm", "--force", filler)
