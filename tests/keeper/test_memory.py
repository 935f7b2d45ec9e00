# SPDX-License-Identifier: LGPL-2.1-or-later
"""What of a keeper lies in memory: all that ends a signer, whether it was used or not, and not much else."""
import pathlib
import re

import pytest

from keeper import KEEPER

NEEDED = {pathlib.Path(KEEPER).name, "libqb.so", "libc.so", "ld-linux"}
pytestmark = pytest.mark.skipif(b"__asan_init" in pathlib.Path(KEEPER).read_bytes(),
                                reason="AddressSanitizer makes mlock do nothing, and has much memory of its own")


def mappings(pid):
    """Of files: the name, and what the kernel says of each mapping."""
    for text in re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", pathlib.Path(f"/proc/{pid}/smaps").read_text(), flags=re.M):
        head = text.split("\n", 1)[0].split()
        if len(head) > 5 and head[5].startswith("/"):
            yield pathlib.Path(head[5]).name, dict(re.findall(r"^(\w+): +(.+)", text, re.M))


def test_nothing_that_ends_a_signer_is_read_from_a_disk_first(keeper):
    found = set()
    for name, facts in mappings(keeper.pid):
        for needed in NEEDED:
            if name.startswith(needed):
                found.add(needed)
                assert "lo" in facts["VmFlags"].split() and facts["Rss"] == facts["Size"], (name, facts)
    assert found == NEEDED


def test_a_keeper_without_a_lease_is_small(keeper):
    status = pathlib.Path(f"/proc/{keeper.pid}/status").read_text()
    assert int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) < 8 * 1024
