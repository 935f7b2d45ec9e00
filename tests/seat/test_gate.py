# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is between the keeper and its gate: clocks that differ, another's refusals."""
import contextlib
import os
import signal
import time

from rig import ADDRESS, IDENTITY, TAKEOVER, now, sh, until


@contextlib.contextmanager
def firewall():
    """Nothing leaves by a network card, as with an output policy of drop."""
    sh("nft 'table inet wall { chain output { type filter hook output priority 0; policy drop; oif lo accept; }; }'")
    try:
        yield
    finally:
        sh("nft delete table inet wall")


def refused(machine, words):
    """The seat is refused for good, not just now."""
    answer = until(lambda: (answer := machine.try_ask("acquire", address=ADDRESS)) and
                   "pending" not in answer and answer)
    return answer["result"] == "refused" and words in answer["reason"]


def test_22_a_keeper_in_a_time_namespace_is_refused(rig):
    one, two = rig.machines
    one.kill_keeper()
    one.command = ["unshare", "--time", "--boottime", "3600", *one.command]
    one.start_keeper()
    assert refused(one, "time namespace") and not one.key_is_here()
    assert one.status()["gate"] == "none"
    two.take()
    until(lambda: rig.recorder.signs("n2"))


def test_a_firewall_is_not_taken_for_the_gate(rig):
    one, _ = rig.machines
    with firewall():
        assert refused(one, "firewall") and not one.key_is_here()
    one.take()
    until(lambda: rig.recorder.signs("n1"))


def test_a_gate_of_another_version_is_replaced_without_a_gap(rig):
    one, two = rig.machines
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    two.acquire()
    this, epoch = one.command, one.status()["lease_epoch"]
    for command in [os.environ["VALIDATOR_KEEPER_OTHER_GATE"]], this:
        begin = now()
        one.kill_keeper()
        one.command = command
        one.start_keeper()
        until(lambda: one.status().get("lease") == "held")
        time.sleep(TAKEOVER / 2)
        assert rig.recorder.gap(begin, now()) < 0.2 and one.status()["gate"] == "leased"
    assert one.status()["lease_epoch"] == epoch and one.status()["signer_epoch"] == epoch
    one.lose()
    two.take()
    until(lambda: rig.recorder.signs("n2"))


def configure(machine, **values):
    until(lambda: machine.status()["gate"] == "standby")
    file = machine.root / f"etc/validator-agents/{IDENTITY}.conf"
    lines = dict(line.split("=", 1) for line in file.read_text().splitlines())
    file.write_text("".join(f"{name}={value}\n" for name, value in {**lines, **values}.items()))
    machine.kill_keeper()
    machine.start_keeper()


def cgroup_of(machine, name):
    return f"/{(machine.rig.slice / name).relative_to(machine.rig.root)}"


def test_a_preferred_gate_that_stands_has_to_hold_the_signer(rig):
    one, _ = rig.machines
    (rig.slice / "elsewhere").mkdir()
    try:
        configure(one, gate="preferred", slice=cgroup_of(one, "elsewhere"))
        epoch = until(one.acquire)
        assert not one.start_signer(epoch), "a signer that is not behind the gate was accepted"
        assert one.signer.wait(5) == -signal.SIGKILL and not one.key_is_here()
        until(lambda: one.status()["held"] == "no")
        one.kill_keeper()
    finally:
        (rig.slice / "elsewhere").rmdir()


def test_a_slice_that_holds_the_keeper_gets_no_gate(rig):
    """It would be killed with the signer, and so would all that is beside it."""
    one, _ = rig.machines
    one.kill_keeper()
    one.command = ["sh", "-c", f"echo $$ >{one.slice}/signer/cgroup.procs && exec \"$@\"", "-", *one.command]
    one.start_keeper()
    assert refused(one, "holds this keeper too") and one.status()["gate"] == "none"
    assert not one.key_is_here() and one.keeper.poll() is None


def test_with_a_preferred_gate_that_does_not_stand_status_says_so(rig):
    one, two = rig.machines
    configure(one, gate="preferred", slice=cgroup_of(one, "late"))
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    status = one.status()
    assert status["gate"] == "none" and "late" in status["gate_fault"]
    # A gate that comes later is not one for this signer.
    (rig.slice / "late").mkdir()
    try:
        until(lambda: one.said(f"gate made on {cgroup_of(one, 'late')}"))
        assert one.status()["gate"] == "none" and rig.recorder.signs("n1")
        assert one.lose()["result"] == "ok"
        two.take()
        until(lambda: rig.recorder.signs("n2"))
        one.kill_keeper()
    finally:
        (rig.slice / "late").rmdir()


def test_without_a_gate_the_seat_moves_and_status_says_so(rig):
    one, two = rig.machines
    configure(one, gate="off")
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    assert one.status()["gate"] == "none" and one.status()["lease"] == "held"
    assert one.lose()["result"] == "ok"
    two.take()
    until(lambda: rig.recorder.signs("n2"))
