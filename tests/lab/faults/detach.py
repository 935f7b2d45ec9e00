# SPDX-License-Identifier: LGPL-2.1-or-later
"""Detaches what filters the egress of a control group: detach.py PATH, below the hierarchy's root."""

import ctypes
import os
import struct
import sys

BPF, QUERY, FROM_ID, DETACH, EGRESS = 321, 16, 13, 9, 1
libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    result = libc.syscall(BPF, command, buffer, 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result, buffer


roots = [root for root in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup") if os.path.exists(root + sys.argv[1])]
group = os.open(roots[0] + sys.argv[1], os.O_RDONLY)
ids = (ctypes.c_uint32 * 16)()
_, answer = bpf(QUERY, struct.pack("=IIIIQI", group, EGRESS, 0, 0, ctypes.addressof(ids), 16))
count = struct.unpack_from("=I", answer, 24)[0]
assert count, "nothing is attached"
for number in ids[:count]:
    program, _ = bpf(FROM_ID, struct.pack("=I", number))
    bpf(DETACH, struct.pack("=III", group, program, EGRESS))
