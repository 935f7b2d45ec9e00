# SPDX-License-Identifier: LGPL-2.1-or-later
"""The seat on machines with systemd: the keeper's unit with its sandbox, the slice, the gate, an etcd on a third
machine. No Pacemaker takes part. Faults of keepers alone are in tests/seat."""

import time

import pytest

from machine.lab import Lab
from machine.node import Node
from parts import ADDRESS, TAKEOVER, Spans, certificates, keeper_prepare, now, until, witness_prepare, witness_start

UNIT = """[Unit]
Description=A signer that numbers its packets
[Service]
Slice=validator-cn1.slice
Environment=EPOCH=0
EnvironmentFile=-/run/signer.env
ExecStart=/usr/bin/python3 -S -E /opt/signer.py {name} ${{EPOCH}} /dev/null 192.0.2.3 4000
"""


class Seat(Spans):
    """Two machines with keepers, n1 and n2, and n3 with etcd and the recorder."""

    def __init__(self, lab, stage, folder):
        layers = [lab.add_stage(stage)]
        self.nodes = [Node(lab, f"n{i}", f"192.0.2.{i}", layers).create() for i in (1, 2, 3)]
        super().__init__(self.nodes[2])
        self.why = None
        files = certificates(folder)
        for node in self.nodes[:2]:
            keeper_prepare(node, files)
            node.write("/etc/systemd/system/signer.service", UNIT.format(name=node.name))
        witness_prepare(self.witness, files)
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_until_booted()
        witness_start(self.witness)
        for node in self.nodes[:2]:
            node.run("systemctl start validator-keeper@cn1.socket validator-keeper@cn1.service")

    @staticmethod
    def ask(node, *words):
        text = node.run("python3", "/opt/ask.py", "cn1", *words)
        return dict(line.split("=", 1) for line in text.splitlines())

    def acquire(self, node):
        """The epoch, or None with what is waited for in `why`."""
        answer = self.ask(node, "acquire", f"address={ADDRESS}")
        self.why = answer.get("pending") or answer.get("reason")
        return int(answer["epoch"]) if "epoch" in answer else None

    def take(self, node):
        """Acquires the seat and starts the signer, as start and promote do."""
        epoch = until(lambda: self.acquire(node))
        assert self.ask(node, "arm", "unit=signer.service", "resource=", "node=")["result"] == "ok"
        node.run(f"echo EPOCH={epoch} >/run/signer.env; systemctl restart signer")
        pid = node.run("systemctl show -P MainPID signer").strip()
        group = node.run("systemctl show -P ControlGroup signer").strip()
        answer = self.ask(node, "watch", f"pid={pid}", f"cgroup={group}")
        assert answer["result"] == "ok", answer
        return epoch


@pytest.fixture(name="seat")
def seat_fixture(request, tmp_path):
    stage = request.config.option.stage
    if not stage:
        pytest.skip("needs --stage")
    lab = Lab()
    try:
        lab.create()
        seat = Seat(lab, stage, tmp_path)
        yield seat
        for node in seat.nodes[:2]:
            if node.is_on():
                print(f"--- {node.name}\n" + node.journal("validator-keeper@cn1.service"))
    finally:
        lab.remove()


def test_a_frozen_machine_is_replaced_and_stays_mute(seat):
    """The whole machine stops and goes on later, as a paused virtual machine whose clock counts."""
    one, two, _ = seat.nodes
    seat.take(one)
    until(lambda: seat.signs(one))
    status = seat.ask(one, "status")
    assert status["gate"] == "leased" and status["lease"] == "held" and status["holder"] == "n1"
    assert "held here" in one.run("validator-keeper", "--status", "cn1")
    one.freeze()
    frozen = now()
    seat.take(two)
    until(lambda: seat.signs(two))
    one.thaw()
    until(lambda: seat.ask(one, "status")["held"] == "no")
    assert seat.last(one) < frozen + 0.1
    assert one.run("systemctl show -P ActiveState signer").strip() != "active"
    assert one.run("ls /run/validator/cn1") == ""
    assert seat.overlap() < 0
    print(f"W {seat.overlap():.2f} s")


def test_a_restart_of_the_keeper_goes_on_without_a_gap(seat):
    """As a package's upgrade does it; then kill -9."""
    one, two, _ = seat.nodes
    epoch = seat.take(one)
    until(lambda: seat.signs(one))
    seat.acquire(two)
    for how in "restart", "kill -s KILL":
        one.run(f"systemctl {how} validator-keeper@cn1.service")
        until(lambda: seat.ask(one, "status").get("lease") == "held")
        time.sleep(TAKEOVER + 0.5)
        assert seat.signs(one) and int(seat.ask(one, "status")["lease_epoch"]) == epoch
        assert {who for who, _ in seat.all()} == {"n1"}


def test_a_signer_outside_the_slice_is_refused(seat):
    one = seat.nodes[0]
    one.run("mkdir -p /run/systemd/system/signer.service.d && "
            "printf '[Service]\\nSlice=system.slice\\n' >/run/systemd/system/signer.service.d/slice.conf && systemctl daemon-reload")
    with pytest.raises(AssertionError, match="not behind the gate"):
        seat.take(one)


def test_power_lost_moves_the_seat_and_the_machine_comes_back_without_the_key(seat):
    one, two, _ = seat.nodes
    seat.take(one)
    until(lambda: seat.signs(one))
    one.power_off()
    lost = now()
    seat.take(two)
    until(lambda: seat.signs(two))
    print(f"TTR {seat.first(two) - lost:.2f} s")
    one.boot()
    one.run("systemctl start validator-keeper@cn1.socket validator-keeper@cn1.service")
    assert not one.run("ls /run/validator/cn1 2>/dev/null || true")
    assert seat.acquire(one) is None and "n2" in seat.why
    assert seat.overlap() < 0


NODEKEY = f"OCF_ROOT=/usr/lib/ocf OCF_RESKEY_identity=cn1 OCF_RESKEY_address={ADDRESS} /usr/lib/ocf/resource.d/validator/nodekey"


def test_a_keeper_that_stays_away_does_not_hold_the_seat(seat):
    """It refuses its configuration and is started again and again; nodekey's stop ends the signer without it."""
    one, two, _ = seat.nodes
    seat.take(one)
    until(lambda: seat.signs(one))
    one.run("echo nonsense=1 >>/etc/validator-agents/cn1.conf && systemctl kill -s KILL validator-keeper@cn1.service")
    asked = now()
    one.run(f"{NODEKEY} stop")
    assert now() < asked + 10
    assert one.run("systemctl show -P ActiveState signer").strip() != "active" and not one.run("ls /run/validator/cn1")
    one.run(f"{NODEKEY} stop")
    seat.take(two)
    until(lambda: seat.signs(two))
    assert seat.overlap() < 0
    one.run("sed -i /nonsense/d /etc/validator-agents/cn1.conf")
    status = until(lambda: (answer := seat.ask(one, "status")).get("holder") and answer)
    assert (status["held"], status["armed"], status["holder"], status["gate"]) == ("no", "no", "n2", "standby")


def test_the_units_sandbox_leaves_what_the_keeper_needs_and_little_else(seat):
    """Locked memory and its real-time priority, in a unit that systemd's own judge calls OK (docs/safety.md)."""
    one = seat.nodes[0]
    pid = one.run("systemctl show -P MainPID validator-keeper@cn1.service").strip()
    assert int(one.run(f"grep VmLck /proc/{pid}/status").split()[1]) > 0
    assert "SCHED_RR|SCHED_RESET_ON_FORK" in one.run("chrt", "-p", pid)
    one.run("systemd-analyze security --threshold=35 --no-pager validator-keeper@cn1.service")
