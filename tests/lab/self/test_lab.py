"""The lab itself: what it promises to every scenario."""

import os
import signal
import subprocess
import sys

import pytest

from cluster.cluster import Cluster
from cluster.running import running_cluster
from machine import cgroup, faults, host, lab as labs
from machine.node import CommandFailed, Node


@pytest.fixture(name="lab")
def lab_fixture():
    """A lab without machines."""
    lab = labs.Lab()
    try:
        yield lab.create()
    finally:
        lab.remove()
        assert_nothing_left(lab.id)


@pytest.fixture(name="node")
def node_fixture(lab):
    """One machine that is on, without a cluster, with a small volume at /srv."""
    node = Node(lab, "n1", "192.0.2.1", []).create()
    node.disk.add_volume("/srv", size_mb=16)
    node.boot()
    return node


def assert_nothing_left(lab_id):
    """No directory, mount, namespace, cgroup or loop device of a lab."""
    assert not os.path.exists(f"{labs.BASE}/{lab_id}")
    for words in (("findmnt", "--noheadings", "--raw", "--output", "TARGET"), ("ip", "netns", "list"),
                  ("losetup", "--list", "--noheadings", "--output", "BACK-FILE")):
        assert lab_id not in host.run(*words).stdout
    for top in cgroup.hierarchies():
        assert not [path for path, _, _ in os.walk(top) if lab_id in path]


def test_power_cut_keeps_the_disk_and_nothing_else(node):
    """What was written stays, /run and every process are gone at once, and the machine does not answer."""
    node.run("echo kept > /var/kept; echo lost > /run/lost; echo kept > /srv/kept")
    sleeper = node.popen("sleep", "1000")
    host.run("ip", "netns", "exec", node.lab.lan.name, "ping", "-c1", "-W5", "192.0.2.1")
    node.power_off()
    assert not node.is_on()
    assert sleeper.wait(5) != 0
    assert host.run("ip", "netns", "exec", node.lab.lan.name, "ping", "-c1", "-W1", "192.0.2.1", check=False).returncode
    assert node.read("/var/kept") == "kept\n"
    node.boot()
    assert node.run("cat /var/kept /srv/kept; ls /run/lost 2>&1 || true").split()[:2] == ["kept", "kept"]
    with pytest.raises(CommandFailed):
        node.run("test -e /run/lost")


def test_orderly_shut_down(node):
    """Units are stopped, unlike by a power cut."""
    node.write("/etc/systemd/system/last.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n"
               "ExecStop=/usr/bin/touch /var/stopped\n")
    node.run("systemctl daemon-reload && systemctl start last")
    node.shut_down()
    assert node.read("/var/stopped") == ""


def test_systemd_answers_on_dbus(node):
    """Our agents talk to it there."""
    assert "running" in node.run("busctl get-property org.freedesktop.systemd1 /org/freedesktop/systemd1 "
                                 "org.freedesktop.systemd1.Manager SystemState")
    assert "lab-wrote-this" in node.run("echo lab-wrote-this | systemd-cat; journalctl --sync; journalctl")


def test_units_of_a_real_systemd(lab):
    """The unit tests of common/service, which a host without systemd skips."""
    node = Node(lab, "n1", "192.0.2.1", []).create()
    node.binds.append(f"{os.environ['VALIDATOR_BUILD']}/tests/unit:/usr/lib/validator-unit")
    node.boot()
    said = node.run("cd /run && /usr/lib/validator-unit/test_unit")
    assert "Failures: 0, Errors: 0" in said and "Checks: 0" not in said, said


def test_host_configuration_is_not_seen(node):
    """A node has no unit enabled by the host and no cluster configuration of it."""
    assert node.run("ls /etc/corosync /var/lib/pacemaker/cib") == "/etc/corosync:\n\n/var/lib/pacemaker/cib:\n"


def test_frozen_node_stands_still(node):
    """Its processes do nothing until it is thawed."""
    counter = node.popen("while :; do echo x; sleep 0.01; done", stdout=subprocess.PIPE)
    counter.stdout.readline()
    with faults.frozen(node):
        os.set_blocking(counter.stdout.fileno(), False)
        counter.stdout.read()
        assert not counter.stdout.read()
        assert counter.poll() is None
        os.set_blocking(counter.stdout.fileno(), True)
    assert counter.stdout.readline() == b"x\n"
    counter.send_signal(signal.SIGKILL)
    counter.wait()


@pytest.mark.parametrize("directory", ["/run", "/srv"])
def test_disk_full(node, directory):
    """A write fails with ENOSPC while it is full, and works before and after."""
    node.run(f"dd if=/dev/zero of={directory}/a bs=64k count=1 status=none")
    with faults.disk_full(node, directory):
        with pytest.raises(CommandFailed, match="No space left"):
            node.run(f"dd if=/dev/zero of={directory}/b bs=64k count=1 status=none")
    node.run(f"dd if=/dev/zero of={directory}/c bs=64k count=1 status=none")


def test_kill_of_a_process(node):
    """By its command line, inside this node only."""
    sleeper = node.popen("sleep", "98765")
    node.run("true")
    assert faults.kill(node, "sleep 98765")
    assert sleeper.wait(5) == -signal.SIGKILL
    with pytest.raises(host.HostError):
        faults.kill(node, "sleep 98765")


def test_cut_and_heal(lab):
    """A cut holds for that pair and that direction only, and the lab itself still sees both."""
    nodes = [Node(lab, f"n{i}", f"192.0.2.{i}", []).create() for i in (1, 2, 3)]
    for node in nodes:
        node.boot()

    def hears(one, other):
        # What was not answered before is asked again by the kernel each second only.
        one.run("ip neigh flush dev eth0")
        return one.try_run("ping", "-c1", "-W1", other.address).returncode == 0

    one, two, three = nodes
    pairs = faults.partition(lab.lan, ["n1"], ["n2"])
    assert sorted(pairs) == [("n1", "n2"), ("n2", "n1")]
    assert not hears(one, two) and hears(one, three) and hears(two, three)
    host.run("ip", "netns", "exec", lab.lan.name, "ping", "-c1", "-W5", "192.0.2.2")
    lab.lan.heal(*pairs)
    assert hears(one, two)
    with faults.unplugged(one):
        assert not hears(two, one)
    assert hears(two, one)


def test_two_labs_at_once_and_the_switch():
    """Same addresses, same names, and each fences only its own."""
    with running_cluster(size=1) as one, running_cluster(size=1) as other:
        assert one["n1"].run("fence_lab", "-o", "list").split() == ["n1"]
        assert one["n1"].run("fence_lab", stdin="action=status\nplug=n1\n") == ""
        one["n1"].popen("fence_lab", stdin=subprocess.PIPE).communicate(b"action=off\nplug=n1\n")
        with one.switch.lock:       # the switch goes on after it has killed its client
            assert not one["n1"].is_on()
        assert other["n1"].run("crm_node", "--list").split()[1:] == ["n1", "member"]
    assert_nothing_left(one.lab.id)
    assert_nothing_left(other.lab.id)


def test_killed_owner_is_swept():
    """After kill -9 of the test runner the next one removes what it left, and leaves living labs alone."""
    script = ("import sys, time; sys.path.insert(0, sys.argv[1]); from machine.lab import Lab; from machine.node import Node; "
              "lab = Lab().create(); node = Node(lab, 'n1', '192.0.2.1', []).create(); node.boot(); "
              "print(lab.id, flush=True); time.sleep(1000)")
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with subprocess.Popen((sys.executable, "-B", "-c", script, top), stdout=subprocess.PIPE, text=True) as owner:
        dead = owner.stdout.readline().strip()
        mine = labs.Lab()
        try:
            mine.create()
            owner.kill()
            owner.wait()
            assert dead in labs.sweep()
            assert_nothing_left(dead)
            assert os.path.exists(mine.directory)
        finally:
            mine.remove()


def test_wait_that_fails_shows_the_cluster(new_cluster):
    """An error of a wait says what stood instead."""
    cluster: Cluster = new_cluster(size=1)
    with pytest.raises(AssertionError, match="(?s)after 0.1 s still not: two nodes.*Online: .* n1 "):
        cluster.wait(lambda view: len(view.nodes) == 2, "two nodes", timeout_s=0.1)
