# SPDX-License-Identifier: LGPL-2.1-or-later
"""The seat on machines with systemd: the keeper's unit with its sandbox, the slice, the gate, an etcd on a third
machine. No Pacemaker takes part. Faults of keepers alone are in tests/seat."""

import json
import pathlib
import subprocess
import time

import pytest

from machine.lab import Lab
from machine.node import Node

HERE = pathlib.Path(__file__).parent
ADDRESS = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"      # of the key 1
ETCD = "192.0.2.3"
GATE, TAKEOVER = 0.8, 2.0

UNIT = """[Unit]
Description=A signer that numbers its packets
[Service]
Slice=validator-cn1.slice
Environment=EPOCH=0
EnvironmentFile=-/run/signer.env
ExecStart=/usr/bin/python3 -S -E /opt/signer.py {name} ${{EPOCH}} /dev/null 192.0.2.3 4000
"""


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def until(what, seconds=20):
    end = now() + seconds
    while now() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"did not happen in {seconds} s")


def certificates(folder):
    """An authority, etcd's certificate and the keepers'."""
    ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    lines = [f"openssl req -x509 {ec} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem"]
    for party in "server", "client":
        lines += [f"openssl req {ec} -subj /CN={party} -addext subjectAltName=IP:{ETCD},IP:127.0.0.1 -keyout {party}.key "
                  f"-out {party}.csr",
                  f"openssl x509 -req -in {party}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
                  f"-copy_extensions copy -out {party}.pem"]
    for line in lines:
        subprocess.run(line, shell=True, check=True, cwd=folder, capture_output=True)
    return {file.name: file.read_text() for file in pathlib.Path(folder).iterdir()}


class Seat:
    """Two machines with keepers, n1 and n2, and n3 with etcd and the recorder."""

    def __init__(self, lab, stage, folder):
        layers = [lab.add_stage(stage)]
        self.nodes = [Node(lab, f"n{i}", f"192.0.2.{i}", layers).create() for i in (1, 2, 3)]
        files = certificates(folder)
        for node in self.nodes:
            for name, text in files.items():
                node.write(f"/etc/etcd-tls/{name}", text, 0o600)
        for node in self.nodes[:2]:
            self.prepare(node)
        self.nodes[2].write("/opt/record.py", (HERE / "record.py").read_text())
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_until_booted()
        self.nodes[2].run(
            "systemd-run --unit=lab-etcd etcd --data-dir /var/lib/lab-etcd --heartbeat-interval 50 --election-timeout 250 "
            f"--listen-client-urls https://{ETCD}:2379 --advertise-client-urls https://{ETCD}:2379 "
            "--cert-file /etc/etcd-tls/server.pem --key-file /etc/etcd-tls/server.key "
            "--trusted-ca-file /etc/etcd-tls/ca.pem --client-cert-auth && "
            "systemd-run --unit=recorder python3 /opt/record.py /var/spans")
        for node in self.nodes[:2]:
            node.run("systemctl start validator-keeper@cn1.socket validator-keeper@cn1.service")

    @staticmethod
    def prepare(node):
        etc = "/etc/validator-agents"
        node.write(f"{etc}/keys/cn1/nodekey", "0" * 63 + "1", 0o600)
        for folder in (f"{etc}/keys/cn1", f"{etc}/keys"):
            node.chmod(folder, 0o700)
        node.write(f"{etc}/cn1.conf", f"address={ADDRESS}\nauthority=etcd\nprofile=lan\netcd_endpoints=https://{ETCD}:2379\n"
                   "etcd_ca=/etc/etcd-tls/ca.pem\netcd_certificate=/etc/etcd-tls/client.pem\n"
                   "etcd_key=/etc/etcd-tls/client.key\n", 0o600)
        node.write("/opt/ask.py", (HERE / "ask.py").read_text())
        node.write("/opt/signer.py", (HERE.parents[1] / "seat" / "signer.py").read_text())
        node.write("/etc/systemd/system/signer.service", UNIT.format(name=node.name))

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

    def spans(self):
        try:
            return {tuple(who.split()): span for who, span in json.loads(self.nodes[2].read("/var/spans")).items()}
        except FileNotFoundError:
            return {}

    def last(self, node):
        return max((span[1] for (name, _), span in self.spans().items() if name == node.name), default=0)

    def signs(self, node):
        return now() - self.last(node) < 0.5

    def overlap(self):
        spans = [(int(epoch), *span) for (_, epoch), span in self.spans().items()]
        return max((old[2] - new[1] for old in spans for new in spans if old[0] < new[0]), default=None)


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
        assert {who for who, _ in seat.spans()} == {"n1"}


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
    print(f"TTR {min(s[0] for (name, _), s in seat.spans().items() if name == 'n2') - lost:.2f} s")
    one.boot()
    one.run("systemctl start validator-keeper@cn1.socket validator-keeper@cn1.service")
    assert not one.run("ls /run/validator/cn1 2>/dev/null || true")
    assert seat.acquire(one) is None and "n2" in seat.why
    assert seat.overlap() < 0
