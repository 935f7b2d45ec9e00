"""crm-examples/kaia-bare-metal/README.md, followed by an operator who types what stands there, on two hosts with real kcn.

What cannot be typed here is done as it happens: the sysrq and the plug are the lab's power cuts."""

import pathlib
import re
import subprocess
import time

import pytest

from kaia.network import SEAT_ADDRESS
from kaia.package import DATA_DIR
from pair import examples
from pair.leased import etcd_prepare
from pair.pair import CONFIGURATION, KCND_CONF
from walk.guide import OPERATIONS, README, Guide, block_after, by_pcs, things_to_do
from walk.hosts import BUILD_S, FOLDER, SOURCE, new_host, running_walk


@pytest.fixture(name="form", params=["crm", "pcs"])
def form_fixture(request):
    """The shell that the operator prefers."""
    return request.param


def in_form(form, command):
    """A command of crmsh in that form, without what the form does by itself."""
    host = "cn1" if "cn1" in command else "cn2"     # the table names but one of them
    plain = command.removeprefix("sudo ").replace(host, "cn2")
    if form == "crm" or plain not in by_pcs():
        return command
    return f"sudo {by_pcs()[plain].replace('cn2', host)}" if by_pcs()[plain] else ""


def do(walk, form, *commands):
    """Types commands that a text names."""
    for command in commands:
        if in_form(form, command):
            walk.on_each(walk.cluster.nodes[:1], in_form(form, command), 180)


def install(walk, guide, build):
    """Step 1; without `build` the agents are there already."""
    for command in guide.next("1.", "sudo apt install") if build else guide.next("1.", "sudo apt install")[:1]:
        walk.on_each(walk.cluster.nodes, f"cd {SOURCE}\n{command.text}", BUILD_S)
    for node in walk.cluster.nodes:
        node.run(f"sed -i s/^AUTO_RESTART=1/AUTO_RESTART=0/ {KCND_CONF}")
    walk.type(guide.next("1.", "sudo systemctl disable kcnd"))


def make_cluster(walk, guide):
    """Step 2; the file is put in its place after both were stopped."""
    block = guide.next("2.", "sudo systemctl stop pacemaker corosync")
    walk.type(block[:1])
    for node in walk.cluster.nodes:
        node.run(f"cp {FOLDER}/corosync.conf /etc/corosync/")
    walk.type(block[1:-1])
    walk.cluster.wait(lambda view: view.online() == walk.everyone() and view.dc, "both online", 90)
    said = walk.type(block[-1:])
    assert "node1" not in said and re.search(r"Online: \[ cn1 cn2 \]", said), said


def back_up(walk, guide, form, configuration="cell1.conf"):
    """Step 3: the seat's key, from the node that signs with it; returns when nobody signs. The pipe as the README has it, or as
    the program itself prints it."""
    one, two = walk.cluster.nodes
    said = walk.type(guide.next("3.", "sudo validator-keeper --backup"))
    address = re.search(r"^address=(0x[0-9a-f]{40})$", said, re.M)[1]
    assert address == walk.net.seat["address"] and "The node that runs there signs with this address." in said
    block, printed = guide.next("3.", "sudo tar"), re.search(r"^.*for example: (tar .*)$", said, re.M)[1]
    if form == "crm":
        walk.type(block)
    else:
        walk.on_each([one], printed.replace("OTHER", two.name), 60)
    assert walk.key_on(one) and walk.key_on(two)
    for node in one, two:
        text = node.read(f"{FOLDER}/{configuration}")
        node.write(CONFIGURATION, examples.replace_once(r"(?<=address=)0x[0-9a-f]{40}", address, text))
    walk.type(guide.next("3.", "sudo systemctl enable --now validator-keeper"))
    assert walk.active is one
    walk.type(guide.next("3.", "sudo systemctl stop kcnd"))
    assert not walk.chain.seat_hosts()


def configure(walk, guide, form):
    """Step 4."""
    began = time.time()
    blocks = {"crm": guide.next("4.", "sudo crm configure"), "pcs": guide.next("4.", "sudo sh fencing.pcs.sh")}
    walk.type(blocks[form])
    walk.wait_until_stands()
    print(f"whole after {time.time() - began:.0f} s", flush=True)
    walk.type(guide.next("4.", "sudo crm_resource --validate=10"))


def try_it(walk, form):
    """Step 5, row by row."""
    one, two = walk.cluster.nodes
    (move, clear), (standby, online), (kill,), _, _ = things_to_do("5. Test it")
    walk.usual().restore()
    do(walk, form, move)
    walk.chain.wait(lambda: walk.chain.seat_hosts() == {two.name}, "the seat moved", 90)
    do(walk, form, clear)
    walk.wait_until_stands(active=two)
    do(walk, form, standby)
    walk.chain.wait(lambda: walk.chain.seat_hosts() == {one.name}, "the seat moved", 90)
    walk.cluster.wait(lambda view: two.name not in view.where("kcn"), "kcn stopped")
    do(walk, form, online)
    walk.wait_until_stands(active=one)
    walk.on_each([one], kill, 30)
    walk.wait_for_fail_over(two, time.time())
    walk.wait_until_stands(active=two)
    two.power_off()                         # as by sysrq
    walk.wait_for_fail_over(one, time.time())
    walk.wait_until_stands(active=one, timeout_s=150)
    walk.assert_one_signer()


def pull_the_plug(walk):
    """Step 5, the last row: the board is dead with its host."""
    one, two = walk.cluster.nodes
    confirm = re.search(r"`(sudo stonith_admin --confirm=[^`]+)`", README.read_text(encoding="utf-8"))[1]
    walk.cluster.switch.broken.add(one.name)
    one.power_off()
    walk.cluster.wait(lambda view: one.name not in view.online(), "the node lost", node=two)
    time.sleep(10)
    assert not walk.chain.seat_hosts()
    walk.on_each([two], confirm, 60)
    walk.wait_for_fail_over(two, time.time())
    walk.cluster.switch.broken.clear()
    one.boot()
    walk.wait_until_stands(active=two, timeout_s=150)
    walk.assert_one_signer()


def lose_the_address(walk, form):
    """Somebody deletes it from the signer's interface, and the kernel the routes that have it as source: corosync's second link
    goes on, so that nobody is fenced; the seat goes where the address can be. What operations.md says mends it."""
    old, new = walk.active, walk.standby
    began = time.time()
    old.run(f"ip address del {SEAT_ADDRESS}/24 dev eth0")
    moved_s = walk.wait_for_fail_over(new, began, 150)
    print(f"moved {moved_s:.0f} s after the address was deleted", flush=True)
    assert not old.run("ip route show default")
    do(walk, form, f"sudo crm node standby {old.name}")
    old.shut_down()
    old.boot()
    do(walk, form, f"sudo crm node online {old.name}")
    walk.wait_until_stands(active=new, timeout_s=150)
    walk.assert_one_signer()


def survive(walk):
    """docs/operations.md: both were off, and the first one is dead for good. The other one waits for a person, and says so."""
    one, two = walk.cluster.nodes
    words = OPERATIONS.read_text(encoding="utf-8").partition("**A node that was fenced again and again**")[2]
    cancel, confirm = re.findall(r"`(sudo corosync-cmapctl[^`]*)`.*?`(sudo\sstonith_admin\s--confirm=cn1)`", words, re.S)[0]
    walk.cluster.switch.broken.add(one.name)
    for node in one, two:
        node.power_off()
    two.boot()
    two.run("until validator-keeper --status cell1 | grep wait_for_all; do sleep 0.5; done")
    walk.on_each([two], cancel, 60)
    walk.cluster.wait(lambda view: view.quorate and view.nodes[one.name]["unclean"] == "true", "the dead one unclean", 90,
                      node=two)
    assert not walk.chain.seat_hosts()
    walk.on_each([two], confirm.replace("\n", " "), 60)
    walk.wait_for_fail_over(two, time.time(), 90)
    walk.cluster.switch.broken.clear()
    one.boot()
    walk.wait_until_stands(active=two, timeout_s=150)
    walk.assert_one_signer()


def bring_to(walk, form, node):
    """The planned move of step 5, where the seat is not there yet."""
    if walk.active is not node:
        do(walk, form, f"sudo crm resource move seat {node.name}")
        walk.chain.wait(lambda: walk.chain.seat_hosts() == {node.name}, f"the seat on {node.name}", 90)
        do(walk, form, "sudo crm resource clear seat")
    walk.wait_until_stands(active=node)


def work_as_planned(walk, form):
    """docs/operations.md: an upgrade of kcn and of the agents, a maintenance, a new copy of the chain data."""
    one, two = walk.cluster.nodes
    bring_to(walk, form, one)
    standby, online, move, clear = (command.text for command in block_after("**Upgrade of kcn**"))
    do(walk, form, standby)
    walk.cluster.wait(lambda view: two.name not in view.where("kcn"), "kcn stopped")
    if form == "crm":
        walk.on_each([two], f"cd {SOURCE} && make -s install", BUILD_S)
    walk.on_each([two], "systemctl daemon-reload && systemctl restart validator-keeper@cell1", 60)
    do(walk, form, online)
    walk.wait_until_stands(active=one)
    do(walk, form, move)
    walk.chain.wait(lambda: walk.chain.seat_hosts() == {two.name}, "the seat moved", 90)
    do(walk, form, clear)
    walk.wait_until_stands(active=two)
    do(walk, form, "sudo crm configure property maintenance-mode=true")
    walk.assert_signs(two)
    do(walk, form, "sudo crm configure property maintenance-mode=false")
    do(walk, form, "sudo crm resource stop seat")
    walk.chain.wait(lambda: not walk.chain.seat_hosts(), "nobody signs")
    do(walk, form, "sudo crm resource start seat", "sudo crm resource restart kcn")
    walk.wait_until_stands()
    bring_to(walk, form, one)
    renew_chain_data(walk, form)
    walk.assert_one_signer()
    walk.assert_no_fencing()


def renew_chain_data(walk, form):
    """A ruined node. The PN is no machine with sshd here: its half of the pipe runs beside it, the other one on the node."""
    two, peer = walk.cluster.nodes[1], walk.net.proxies[-1]
    standby, cleanup, _, pipe, _, online = (command.text for command in block_after("**A ruined node**"))
    do(walk, form, standby)
    walk.cluster.wait(lambda view: two.name not in view.where("kcn"), "kcn stopped")
    two.run(f"rm -r {DATA_DIR}/klay/chaindata/statetrie")
    do(walk, form, online)
    assert "new copy" in walk.reason("kcn", two, "start", 60)
    do(walk, form, standby, cleanup)
    peer.stop()
    words, far_end = re.fullmatch(r"sudo (tar .*) \|\n +ssh root@cn2 '(.*)'", pipe).groups()
    words = words.replace("/var/kpnd/data", f"{peer.directory}/data").split()
    with subprocess.Popen(words, stdout=subprocess.PIPE) as sender:
        assert two.popen(far_end, stdin=sender.stdout).wait(60) == 0
    peer.start()
    do(walk, form, online)
    walk.wait_until_stands(active=walk.cluster.nodes[0], timeout_s=150)


def take_out(walk, guide, form):
    """The last section: the validator as it was, on one host, without the cluster."""
    one, two = walk.cluster.nodes
    section = "Taking it out again"
    blocks = {"crm": guide.next(section, "sudo crm resource stop"), "pcs": guide.next(section, "sudo pcs resource disable")}
    walk.type(blocks[form])
    said = walk.type(guide.next(section, "sudo validator-keeper --status"))
    assert said.count("signer     none") == 2, said
    walk.type(guide.next(section, "sudo rm"))
    two.run("rm -r /etc/validator-agents/keys/cell1")
    walk.chain.wait_for_seat_proposal(time.time(), 90)
    assert walk.active is one
    assert not one.run(f"find {DATA_DIR} -maxdepth 2 -type l"), "it reads what the cluster had linked"
    assert one.read(f"{DATA_DIR}/klay/nodekey") == walk.net.seat["nodekey"]
    walk.assert_one_signer()


@pytest.mark.long
def test_pair_by_the_book(form, stage):
    """From nothing to a tested pair, planned work, and out again: every command of the README in its order."""
    guide = Guide(README)
    with running_walk(stage=None if form == "crm" else stage) as walk:
        install(walk, guide, build=form == "crm")
        make_cluster(walk, guide)
        back_up(walk, guide, form)
        configure(walk, guide, form)
        try_it(walk, form)
        pull_the_plug(walk)
        lose_the_address(walk, form)
        survive(walk)
        work_as_planned(walk, form)
        guide.skip("With a lease in etcd")
        take_out(walk, guide, form)
        assert not guide.blocks


def make_etcd(walk, guide, third):
    """The section on the lease, to where it refers to the steps above; the files are put where it says."""
    section, machines = "With a lease in etcd", [*walk.cluster.nodes, third]
    walk.type(guide.next(section, "sh etcd-certificates.sh"))
    for command in guide.next(section, "sudo apt install etcd-server"):
        walk.on_each(machines, command.text, 60)
    for node in machines:
        etcd_prepare(node, node.name, pathlib.Path(machines[0].host_path(f"{FOLDER}/certificates")))
        node.run("chown -R etcd: /etc/etcd-seats && chmod 700 /etc/etcd-seats")
    for command in guide.next(section, "sudo systemctl enable etcd"):
        walk.on_each(machines, command.text, 60)


@pytest.mark.long
def test_pair_with_a_lease_by_the_book(form, stage):
    """The same with the third machine and without fencing, and out again."""
    guide, lease = Guide(README), Guide(README)
    while not lease.blocks[0][0].startswith("With a lease"):
        lease.blocks.pop(0)
    with running_walk(stage=stage) as walk:
        third = new_host(walk.cluster.lab, "third", "192.0.2.3")
        third.boot()
        install(walk, guide, build=False)
        make_etcd(walk, lease, third)
        make_cluster(walk, guide)
        back_up(walk, guide, form, "cell1.etcd.conf")
        walk.type(lease.next("With a lease in etcd", "sed -i"))
        by_crm, by_pcs_alone = guide.next("4.", "sudo crm configure"), guide.next("4.", "sudo sh fencing.pcs.sh")
        if form == "crm":
            walk.type(by_crm[1:])
        else:
            walk.on_each(walk.cluster.nodes[:1], by_pcs_alone[0].text.partition(" && ")[2], 120)
        walk.wait_until_stands()
        walk.type(guide.next("4.", "sudo crm_resource --validate=10"))
        said = walk.type(lease.next("With a lease in etcd", "sudo ETCDCTL_API=3"), on=third)
        assert f"/validator-agents/seat/{walk.net.seat['address']}" in said
        bring_to(walk, form, walk.standby)
        active, standby = walk.restore().active, walk.standby
        active.power_off()
        walk.wait_for_fail_over(standby, time.time())
        active.boot()
        walk.wait_until_stands(active=standby, timeout_s=150)
        guide.skip("With a lease in etcd")
        take_out(walk, guide, form)
        assert not guide.blocks
