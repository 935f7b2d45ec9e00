# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows of the fault matrix under Pacemaker: machines, their wires, the cluster's daemons, the signer and its gate. What
befalls etcd and the keepers is in the files beside this one."""

import pathlib
import subprocess
import time

import pytest

from rows import ETCD, GATE, etcd_cut, moved, now, one_signs, rest, status, until

HERE = pathlib.Path(__file__).parent


def test_1_the_holder_loses_power(pair):
    lost = now()
    pair.one.power_off()
    moved(pair, lost, "power lost")


def test_2_a_planned_move(pair):
    asked = now()
    pair.cluster.move("active", "n2")
    moved(pair, asked, "move")


def test_the_seat_is_an_attribute_of_each_node(pair):
    """As crm_mon -A shows it; it follows the seat."""
    def told(**wanted):
        view = pair.cluster.view()
        return view and all(view.attributes.get(node, {}).get("seat-cn1") == text for node, text in wanted.items())

    until(lambda: told(n1="held, epoch 1, gate leased", n2="not here"))
    pair.cluster.move("active", "n2")
    until(lambda: told(n1="not here", n2="held, epoch 2, gate leased"))


def test_3_the_holder_is_cut_from_the_other_and_from_etcd(pair):
    """Both sides of the cluster run start; only the one that reaches etcd may sign."""
    cut = now()
    etcd_cut(pair, True)
    pair.cluster.lab.lan.cut(("n1", "n2"), ("n2", "n1"))
    moved(pair, cut, "cut")
    assert pair.last(pair.one) < cut + GATE + 0.3
    etcd_cut(pair, False)
    pair.cluster.lab.lan.heal()
    end = now() + 8
    until(lambda: now() > end, 10)
    assert sum(pair.signs(node) for node in (pair.one, pair.two)) == 1


def test_4_the_holder_is_cut_from_etcd_alone(pair):
    """The cluster is whole; Pacemaker learns of it from the keeper."""
    cut = now()
    etcd_cut(pair, True)
    moved(pair, cut, "cut from etcd")
    assert pair.last(pair.one) < cut + GATE + 0.3


def test_10_the_keeper_is_killed_again_and_again(pair):
    for _ in range(4):
        pair.one.run("systemctl kill -s KILL validator-keeper@cn1.service")
        rest(pair, 3)


@pytest.mark.parametrize("daemon", ["pacemaker-based", "pacemaker-execd", "pacemaker-attrd"])
def test_16_a_daemon_of_pacemaker_is_killed(pair, daemon):
    pair.one.run("pkill", "-KILL", "-x", daemon)
    end = now() + 12
    until(lambda: now() > end, 15)
    assert sum(pair.signs(node) for node in (pair.one, pair.two)) == 1


def test_9_the_keeper_is_stopped(pair):
    stopped = now()
    pair.one.run("systemctl kill -s STOP validator-keeper@cn1.service")
    until(lambda: now() > stopped + GATE + 0.2, 5)
    assert pair.last(pair.one) < stopped + GATE + 0.2
    moved(pair, stopped, "keeper stopped")


def test_19_the_machine_freezes_and_thaws(pair):
    frozen = now()
    pair.one.freeze()
    moved(pair, frozen, "frozen")
    if pair.one.is_on():
        pair.one.thaw()
    end = now() + 5
    until(lambda: now() > end, 8)
    # Under a newer lease it may well sign: Pacemaker finds the group active on both and starts it on one.
    old = min(pair.all().items(), key=lambda span: int(span[0][1]))
    assert old[0][0] == "n1" and old[1][1] < frozen + 0.2


def test_5_corosync_alone_is_cut(pair):
    """Both sides reach etcd, and both run start: the one that has the seat keeps it, or loses its power."""
    pair.cluster.lab.lan.cut(("n1", "n2"), ("n2", "n1"))
    one_signs(pair, 10)
    pair.cluster.lab.lan.heal()
    one_signs(pair, 8)


def test_6_answers_are_lost_one_way(pair):
    """What n1 asks reaches etcd and is granted; it never hears of it."""
    cut = now()
    pair.witness.run("nft", "table ip deaf { chain outgoing { type filter hook output priority 0; "
                            "ip daddr 192.0.2.1 tcp sport 2379 drop; }; }")
    moved(pair, cut, "answers lost")
    assert pair.last(pair.one) < cut + GATE + 0.3


def test_8_what_the_holder_asks_and_hears_is_late(pair):
    """Each piece up to 5 s, for 15 s: what is granted late opens no gate."""
    witness, begin = pair.witness, now()
    connections = "ss --kill --tcp --numeric dst 192.0.2.1 sport = :2379"
    witness.run("systemd-run", "--unit=late", "python3", "/opt/late.py", "2399", ETCD, "2379")
    witness.run("nft", "table ip late { chain incoming { type nat hook prerouting priority dstnat; "
                       "ip saddr 192.0.2.1 tcp dport 2379 redirect to :2399; }; }")
    witness.run(connections)
    moved(pair, begin, "answers late")
    until(lambda: now() > begin + 15, 20)
    witness.run("nft delete table ip late && systemctl stop late && " + connections)
    one_signs(pair, 8)


def test_12_the_signer_is_stopped(pair):
    stopped = now()
    pair.one.run("systemctl kill -s STOP signer")
    moved(pair, stopped, "signer stopped")
    assert not pair.one.run("systemctl show -P MainPID signer").strip("0\n")


def test_13_the_signer_is_killed(pair):
    """Pacemaker learns of it from the keeper, not from its next monitor."""
    killed = now()
    pair.one.run("systemctl kill -s KILL signer")
    moved(pair, killed, "signer killed")


@pytest.mark.parametrize("daemon", ["corosync", "pacemakerd", "pacemaker-controld", "pacemaker-execd"])
def test_15_a_daemon_of_the_cluster_is_stopped(pair, daemon):
    """The signer signs on, or the seat moves; later the daemon goes on."""
    pair.one.run("pkill", "-STOP", "-x", daemon[:15])
    one_signs(pair, 12)
    if pair.one.is_on():
        pair.one.try_run("pkill", "-CONT", "-x", daemon[:15])
    one_signs(pair, 10)


def test_24_the_disk_is_full(pair):
    """The holder signs on; what it cannot write the record has, and the next one knows it."""
    pair.one.run("for size in 65536 1024; do dd if=/dev/zero bs=$size >>/var/lib/validator-agents/fill 2>/dev/null; done; true")
    assert "result=ok" in pair.one.run("python3", "/opt/ask.py", "cn1", "height", "height=1000")
    until(lambda: "floor_fault=" in status(pair.one))
    rest(pair, 6)
    asked = now()
    pair.cluster.move("active", "n2")
    moved(pair, asked, "move with a full disk")
    assert "floor=1000" in status(pair.two)


def test_31_the_gate_is_detached(pair):
    """By a root who should not: noticed within one renewal, and the signer killed. A firewall's reload is nothing to it."""
    pair.one.run("nft", "flush", "ruleset")
    rest(pair, 2)
    removed = now()
    pair.one.run("python3", "/opt/detach.py", "/validator.slice/validator-cn1.slice")
    moved(pair, removed, "gate detached")
    print(f"leaked for {pair.last(pair.one) - removed:.2f} s")
    assert pair.last(pair.one) < removed + 0.6


def test_21_the_wall_clock_jumps(pair, tmp_path):
    """As far as the keeper sees it: an hour ahead, back, and a day. Mute for a moment at most, and no move."""
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", "-o", tmp_path / "wall.so", HERE / "wall.c"], check=True)
    pair.one.write("/opt/wall.so", (tmp_path / "wall.so").read_bytes(), 0o755)
    pair.one.write("/etc/systemd/system/validator-keeper@.service.d/wall.conf", "[Service]\nEnvironment=LD_PRELOAD=/opt/wall.so\n")
    pair.one.run("systemctl daemon-reload && systemctl restart validator-keeper@cn1.service")
    pair.one.run("grep -q wall.so /proc/$(systemctl show -P MainPID validator-keeper@cn1.service)/maps")
    for jump in 3600, 0, -3600, 86400:
        pair.one.run("python3", "-c", f"open('/run/wall', 'wb').write(({jump}).to_bytes(8, 'little', signed=True))")
        rest(pair, 3)


def queued(node, port, side):
    """Bytes that wait at one end of the connection: of those received, or of those to be sent."""
    line = node.run(f"ss -Htn state all '( sport = :{port} or dport = :{port} )' | grep -v LISTEN")
    return int(line.split()[{"received": 1, "sent": 2}[side]])


def test_33_what_a_killed_signer_had_said_is_never_delivered(pair):
    """The far end of its connection does not read until this machine has the seat and an open gate again."""
    pair.witness.run("systemd-run python3 /opt/stream.py hear 4001 /var/go /var/heard")
    pair.one.run("group=$(systemctl show -P ControlGroup signer); for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do "
                 "[ -d $root$group ] && break; done; sh -c \"echo \\$\\$ >$root$group/cgroup.procs; exec python3 "
                 f"/opt/stream.py say {ETCD} 4001\" >/dev/null 2>&1 &")
    until(lambda: pair.one.try_run("ss -Htn state established dport = :4001").stdout)
    time.sleep(2)
    unsent, waiting = queued(pair.one, 4001, "sent"), queued(pair.witness, 4001, "received")
    assert unsent > 0 and waiting > 0
    killed = now()
    pair.one.run("systemctl kill -s KILL signer")
    moved(pair, killed, "signer killed")
    pair.cluster.crm("resource", "cleanup", "active")
    pair.cluster.move("active", "n1")
    pair.wait_for(pair.one)
    pair.witness.write("/var/go", "")
    time.sleep(3)
    heard = int(pair.witness.read("/var/heard"))
    print(f"{waiting} bytes had arrived, {unsent} waited at the kill, {heard} were read")
    assert heard == waiting
