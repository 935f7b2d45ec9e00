# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where a key must never be: log, arguments, environment, notes, core files, and the keeper's own
memory once it has answered."""
import contextlib
import pathlib
import re

from keeper import NOTES, ask, tell, write_key, SOURCE


def children(pid):
    return [int(word) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for word in (task / "children").read_text().split()]


def memory(pid):
    """Each mapping's bytes, as far as it can be read: a guard page cannot."""
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        begin, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
        size = int(end, 16) - int(begin, 16)
        # neither the kernel's own nor a sanitizer's shadow
        if not rights.startswith("r") or "[v" in line or size > 1 << 30:
            continue
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem, contextlib.suppress(OSError):
            mem.seek(int(begin, 16))
            yield line, mem.read(size)


def assert_clean(pid, identity):
    for where, content in memory(pid):
        for number, form in enumerate(identity.forms()):
            assert form not in content, f"form {number} lies in {where}"


def test_the_search_finds_what_is_there(keeper, identity):
    """Else the others prove nothing: the address is known to the keeper."""
    assert any(identity.address.encode() in content for _, content in memory(keeper.pid))


def test_no_key_stays_in_memory(keeper, identity):
    tell("acquire", address=identity.address)
    assert_clean(keeper.pid, identity)
    tell("status")  # reads and checks the files
    assert_clean(keeper.pid, identity)
    tell("lose")
    assert_clean(keeper.pid, identity)


def test_no_key_stays_in_memory_after_a_refusal(keeper, identity):
    write_key(SOURCE / "bls-nodekey", identity.keys["bls-nodekey"] + "0")
    assert ask("acquire", address=identity.address)["result"] == "refused"
    write_key(SOURCE / "nodekey", "0x" + identity.keys["nodekey"])
    assert ask("acquire", address=identity.address)["result"] == "refused"
    assert_clean(keeper.pid, identity)


def test_no_key_is_in_the_process_that_tells_pacemaker(keeper, identity, signer, pacemaker):
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service", resource="kcn", node="node1")
    signer.start()
    tell("watch", pid=signer.pid, cgroup=signer.group)
    pacemaker.switch("crm_mon", "hangs")
    signer.kill()
    pacemaker.expect("crm_mon")
    informers = children(keeper.pid)
    assert informers
    for pid in informers:
        assert_clean(pid, identity)
    assert not any(form in pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                   for pid in [*informers, *children(informers[0]), keeper.pid]
                   for name in ("cmdline", "environ") for form in identity.forms())


def test_notes_hold_no_key(keeper, identity):
    tell("acquire", address=identity.address)
    tell("arm", unit="kcnd.service")
    for path in (*NOTES.iterdir(), *pathlib.Path("/var/lib/validator-agents").rglob("*")):
        if path.is_file():
            assert not any(form in path.read_bytes() for form in identity.forms())


def test_a_keeper_leaves_no_core_file(keeper):
    limits = pathlib.Path(f"/proc/{keeper.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)
