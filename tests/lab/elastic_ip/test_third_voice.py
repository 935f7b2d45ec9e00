"""The safe form of crm-examples/icon-prep with a real corosync-qnetd: who goes on, who does not, and for how long nobody."""

import re
import time

import pytest

from machine.lab import Lab
from place import bring
from third_voice import NAMES, running_safe, set_up_by_pcs, votes

ONE, TWO = NAMES
# Token and consensus; then qnetd misses a node without power after 1.5 * 0.8 of the device's timeout (corosync-qdevice(8)).
SEEN_S, MISSED_S = 2.2, 12
TAKEN_S = 3         # from the proof that the other one is off to the first answer
HEARD = "/root/quorum"


@pytest.fixture(name="site", scope="module")
def site_fixture():
    """Two nodes and the third voice, the address on PRep-01."""
    with running_safe() as site:
        yield site


@pytest.fixture(name="new_lab")
def new_lab_fixture():
    """A lab without a machine."""
    lab = Lab()
    try:
        yield lab.create()
    finally:
        lab.remove()


@pytest.fixture(name="safe")
def safe_fixture(site):
    """The same at the begin of each test: whole, both nodes online, the address on PRep-01."""
    cluster, _, visitor = site
    cluster.lab.lan.heal()
    cluster.wait(lambda view: view.online() == set(NAMES), "both nodes online", 90)
    cluster.wait(lambda view: len(view.where("elastic-ip")) == 1, "the address in one place", 60)
    bring(cluster, visitor, ONE)
    return site


def listen(node):
    """Keeps what corosync-quorumtool says on a node, as it changes."""
    node.write(HEARD, "")
    node.try_run("systemctl", "stop", "listen")
    node.run("systemd-run", "--quiet", "--collect", "--unit=listen", f"--property=StandardOutput=append:{HEARD}",
             "stdbuf", "-oL", "corosync-quorumtool", "-m")


def heard(node):
    """The values of `Quorate` that a node has had since `listen`, each once, in order."""
    said = re.findall(r"^Quorate: +(\w+)$", node.read(HEARD), re.M)
    return [word for i, word in enumerate(said) if i == 0 or said[i - 1] != word]


def assert_three_votes(nodes):
    """corosync-quorumtool -s, on both nodes."""
    for node in nodes:
        fields, voters = votes(node)
        assert fields["Expected votes"] == fields["Total votes"] == "3" and fields["Quorum"].startswith("2"), fields
        assert fields["Quorate"] == "Yes" and "Qdevice" in fields["Flags"], fields
        assert {"Qdevice", *NAMES} <= set(voters), voters


def test_three_votes_one_of_the_device(safe):
    """The README's commands for crm."""
    assert_three_votes(safe[0].nodes)


def fencing_after(cluster, events):
    """The fencing that comes: at once, for with a third voice nobody has to wait so that the other one may win."""
    fenced = cluster.wait_for_event(events, lambda event: event.kind == "fencing", "a fencing", 120)
    for node in cluster.living():
        assert "Delaying 'reboot' action" not in node.read("/var/log/pacemaker/pacemaker.log")
    return fenced


def test_node_is_killed(safe):
    """The survivor has quorum by the third voice, has EC2 stop the dead node, and takes the address."""
    cluster, place, visitor = safe
    mark, events, killed = visitor.mark(), cluster.events.mark(), time.time()
    place.cloud.log(clear=True)
    cluster[ONE].power_off()
    lost = cluster.wait_for_event(events, lambda event: event.kind == "node" and event.node == ONE, "the loss of PRep-01", 60)
    fenced = fencing_after(cluster, events)
    visitor.wait_for(TWO, 60)
    print(f"safe form, node killed: longest gap {visitor.gap(mark):.2f} s; lost after {lost.time - killed:.2f} s, "
          f"fenced after {fenced.time - killed:.2f} s")
    assert lost.time - killed <= SEEN_S + MISSED_S + 1
    assert visitor.first(TWO, mark) - fenced.time <= TAKEN_S
    fields, voters = votes(cluster[TWO])
    assert fields["Quorate"] == "Yes" and fields["Total votes"] == "2" and "Qdevice" in voters
    assert visitor.who(mark) == [ONE, TWO]
    asked = place.cloud.actions()
    assert asked.index("StopInstances") < asked.index("AssociateAddress"), "first the proof, then the address"


@pytest.mark.parametrize("holder", NAMES)
def test_nodes_are_cut_from_each_other(safe, holder):
    """Both see the third voice: one of them goes on, the other one loses quorum and is stopped by EC2."""
    cluster, _, visitor = safe
    bring(cluster, visitor, holder)
    mark, events = visitor.mark(), cluster.events.mark()
    for node in cluster.nodes:
        listen(node)
    cluster.lab.lan.cut(NAMES, NAMES[::-1])
    fenced = fencing_after(cluster, events)
    visitor.wait_for(ONE, 60)
    print(f"safe form, link cut, address on {holder}: longest gap {visitor.gap(mark):.2f} s, {fenced}")
    assert visitor.who(mark) == [holder] + [ONE] * (holder != ONE), "exactly one answers"
    assert visitor.gap(mark) <= 1 if holder == ONE else visitor.first(ONE, mark) - fenced.time <= TAKEN_S
    assert [heard(node) for node in cluster.nodes] == [["Yes"], ["Yes", "No"]]


@pytest.mark.long
def test_three_votes_by_pcs(new_lab):
    """The README's commands for pcs, from the first one on."""
    assert_three_votes(set_up_by_pcs(new_lab))
