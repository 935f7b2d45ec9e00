"""crm-examples/icon-prep in its safe form: the machines have the example's names and addresses, a third one runs
corosync-qnetd, EC2 stops and starts them. What the README tells the operator to type is read from it."""

import contextlib
import json
import pathlib
import re
import shlex

from cluster.running import running_cluster
from machine.login import let_root_in
from machine.network import PREFIX
from machine.node import Node
from place import REGION, Place, Visitor, bring, installed, venv

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "crm-examples/icon-prep"
POLICIES = EXAMPLE.parents[1] / "docs/iam"
NAMES = ("PRep-01", "PRep-02")
PCS_S = 300         # pcs and pcsd are Python and Ruby programs that ask each other
VOICE = PREFIX + "3"
ACCOUNT = "123456789012"


def commands(*begins):
    """The commands of the README that begin so, as they stand there."""
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    found = [re.search(rf"(?:^ +|`)({re.escape(begin)}[^`\n]*)", text, re.M) for begin in begins]
    assert all(found), begins
    return [one[1] for one in found]


def new_machine(lab, name, address):
    """A machine that knows the nodes by name, not booted yet."""
    machine = Node(lab, name, address, []).create()
    machine.write("/etc/hosts", "127.0.0.1 localhost\n" + "".join(f"{PREFIX}{i} {node}\n" for i, node in enumerate(NAMES, 1)))
    return machine


def new_voice(lab):
    """The third machine: booted, with corosync-qnetd as Debian's package leaves it once it is installed."""
    voice = new_machine(lab, "voice", VOICE)
    voice.boot()
    voice.run("DEBIAN_FRONTEND=noninteractive dpkg-reconfigure corosync-qnetd")
    # Debian starts it where it is installed, which the lab's host prevents.
    voice.run("systemctl enable --now corosync-qnetd")
    return voice


def example(name, place):
    """A file of the example with allocation, instances and region put in."""
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    text = text.replace("eipalloc-0123456789abcdef0", place.allocation)
    for number, machine in enumerate(NAMES):
        text = text.replace(f"i-0123456789abcdef{number}", place.instances[machine])
    return text


def give_roles(place):
    """The policies of docs/iam, filled in, and nothing else: no key lies on a machine."""
    filled = []
    for path in ("elastic-ip.json", "fence-aws.json"):
        text = (POLICIES / path).read_text(encoding="utf-8").replace("REGION", REGION).replace("ACCOUNT", ACCOUNT)
        text = text.replace("ALLOCATION", place.allocation)
        for number, machine in enumerate(NAMES, 1):
            text = text.replace(f"INSTANCE-OF-PREP-0{number}", place.instances[machine])
        filled.append(json.loads(text))
    for instance in place.instances.values():
        place.cloud.instance_role(instance=instance, policies=filled)


def prepare(cluster):
    """Before the first boot: steps 1, 2 and 7 of the README; returns the place."""
    place = Place(cluster)
    give_roles(place)
    packages = next((venv() / "lib").glob("python3*")) / "site-packages"
    for node in cluster.nodes:
        node.write("/etc/corosync/corosync.conf", (EXAMPLE / "corosync.conf").read_text(encoding="utf-8"))
        # Debian's boto3 knows no AWS_ENDPOINT_URL, by which fence_aws finds this EC2; a newer one does.
        node.write("/etc/systemd/system/pacemaker.service.d/boto3.conf", f"[Service]\nEnvironment=PYTHONPATH={packages}\n")
    return place


def add_voice(cluster):
    """The README's third voice, for crm."""
    certificates, start = commands("corosync-qdevice-net-certutil -Q", "systemctl restart corosync")
    let_root_in([*cluster.nodes, new_voice(cluster.lab)])
    for node in cluster.nodes:
        node.write("/etc/corosync/corosync.conf", (EXAMPLE / "corosync-qdevice.conf").read_text(encoding="utf-8"))
    cluster[NAMES[0]].run(certificates)
    for node in cluster.nodes:
        node.run(start)
    wait_for_three_votes(cluster.nodes)


def wait_for_three_votes(nodes):
    """Returns when the device votes on each of them."""
    for node in nodes:
        node.run("until corosync-quorumtool -s | grep -q '^Total votes: *3$'; do sleep 0.2; done", timeout_s=90)


def votes(node):
    """What corosync-quorumtool -s says: its fields, and the names of those who vote."""
    said = node.try_run("corosync-quorumtool", "-s").stdout
    fields = dict(re.findall(r"^([A-Z][\w ]*?): +(.*?) *$", said, re.M))
    return fields, re.findall(r"^ +\S+ +1 +(?:[\w,]+ +)?(\S+)(?: \(local\))?$", said, re.M)


def set_up_by_pcs(lab):
    """Both nodes and the third voice, by the README's commands for pcs; returns the nodes."""
    known, setup, other, device = commands("pcs host auth PRep-01", "pcs cluster setup", "pcs host auth 192",
                                           "pcs quorum device add")
    login = " -u hacluster -p secret"
    nodes = [new_machine(lab, name, f"{PREFIX}{i}") for i, name in enumerate(NAMES, 1)]
    for node in nodes:
        node.boot()
    voice = new_voice(lab)
    for machine in (*nodes, voice):
        machine.run("echo hacluster:secret | chpasswd && systemctl start pcsd", timeout_s=PCS_S)
    for command in known + login, setup, other + login, device:
        nodes[0].run(command, timeout_s=PCS_S)
    wait_for_three_votes(nodes)
    return nodes


@contextlib.contextmanager
def running_safe():
    """Both nodes with the safe form, three votes, the address on PRep-01, a visitor who looks."""
    place = None

    def before(cluster):
        nonlocal place
        place = prepare(cluster)

    with contextlib.ExitStack() as stack:
        stage = stack.enter_context(installed())
        cluster = stack.enter_context(running_cluster(before, names=NAMES, stage=stage))
        stack.callback(place.close)
        add_voice(cluster)
        cluster.wait(lambda view: view.dc and view.quorate and view.online() == set(NAMES), "both nodes online again", 60)
        for line in example("safe.crm", place).splitlines():
            cluster.crm("configure", *shlex.split(line))
        visitor = Visitor(place)
        visitor.start()
        stack.callback(visitor.close)
        cluster.wait(lambda view: view.where("elastic-ip") and view.where("fence-aws"), "address and fencing somewhere", 60)
        bring(cluster, visitor, NAMES[0])
        yield cluster, place, visitor
