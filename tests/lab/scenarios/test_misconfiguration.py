"""A machine that is set up wrongly: its standby is refused with a sentence, the signer elsewhere signs on, and no stop
fails because of it."""

import contextlib
import subprocess
import time

import pytest

from kaia.package import DATA_DIR
from pair.pair import KCND_CONF

DROP_IN = "/run/systemd/system/kcnd.service.d"
FAULTS = {
    "malformed": (f"echo 'DATA_DIR=\"/var' >> {KCND_CONF}", KCND_CONF),
    "auto-restart": (f"echo AUTO_RESTART=1 >> {KCND_CONF}", "AUTO_RESTART=0"),
    "auto-restart-node": (f"echo AUTO_RESTART_NODE=1 >> {KCND_CONF}", "AUTO_RESTART_NODE=0"),
    "key-option": (f"echo 'ADDITIONAL=\"--nodekey /root/key\"' >> {KCND_CONF}", "--nodekey"),
    "key-alias": (f"echo 'ADDITIONAL=\"--p2p.node-key /root/key\"' >> {KCND_CONF}", "--p2p.node-key"),
    "key-variable": (f"mkdir -p {DROP_IN} && printf '[Service]\\nEnvironment=KAIA_NODEKEY=/root/key\\n' > {DROP_IN}/key.conf && "
                     "systemctl daemon-reload", "KAIA_NODEKEY"),
    "key-in-file": (f"mkdir -p {DROP_IN} && printf '[Service]\\nEnvironmentFile=-/root/env*\\n' > {DROP_IN}/key.conf && "
                    "echo KLAYTN_NODEKEYHEX=00 > /root/env1 && systemctl daemon-reload", "KLAYTN_NODEKEYHEX"),
    "key-in-command": (f"mkdir -p {DROP_IN} && printf '[Service]\\nExecStart=\\nExecStart=/etc/kcnd/bin/kcnd start "
                       f"--nodekey /root/key\\n' > {DROP_IN}/key.conf && systemctl daemon-reload", "ExecStart= of kcnd.service"),
    "program": (f"echo BIN=/opt/none >> {KCND_CONF}", "BIN is '/opt/none'"),
    "enabled": ("systemctl enable kcnd", "systemctl disable kcnd"),
    "user": (f"mkdir -p {DROP_IN} && printf '[Service]\\nUser=daemon\\n' > {DROP_IN}/key.conf && systemctl daemon-reload",
             "User=root"),
    "override": (f"cp {DATA_DIR}/klay/standby-nodekey {DATA_DIR}/nodekey", "overrides"),
    "static-nodes": (f"echo '[ \"kni://' > {DATA_DIR}/klay/static-nodes.json", "static-nodes.json"),
}


@contextlib.contextmanager
def fault(node, script):
    """What the script spoils is as before afterwards."""
    node.run(f"cp {KCND_CONF} /root/conf && cp {DATA_DIR}/klay/static-nodes.json /root/nodes && {script}")
    try:
        yield
    finally:
        node.run(f"cp /root/conf {KCND_CONF}; cp /root/nodes {DATA_DIR}/klay/static-nodes.json; rm -f {DATA_DIR}/nodekey; "
                 f"rm -f {DROP_IN}/key.conf /root/env1; systemctl disable kcnd 2>/dev/null; systemctl daemon-reload; true")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in ("malformed", "enabled", "key-variable") else [pytest.mark.long])
                                  for name in FAULTS])
def test_validate_all_finds_it(pair, standby, name):
    """At level 10, before the night that would; a start is refused with the same sentence."""
    script, sentence = FAULTS[name]
    assert pair.agent(standby, "kcn-node", "validate-all", level=10).returncode == 0
    with fault(standby, script):
        for action, level in (("validate-all", 10), ("start", None)):
            done = pair.agent(standby, "kcn-node", action, level=level)
            assert done.returncode != 0 and sentence in done.stderr, f"{action}: {done.returncode} {done.stderr}"
        assert pair.chain.loaded_address(standby) == pair.net.own_address(standby)


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in ("static-nodes", "key-alias") else [pytest.mark.long])
                                  for name in FAULTS])
def test_node_is_refused(pair, active, standby, name):
    """Through Pacemaker: it stops the standby all the same, its start is refused, and when mended it comes back."""
    script, sentence = FAULTS[name]
    with fault(standby, script):
        broken = standby.read(f"{DATA_DIR}/klay/static-nodes.json")
        pair.stop_on(standby)
        assert pair.chain.loaded_address(standby) is None
        pair.cluster.crm("node", "online", standby.name)
        reason = pair.reason("kcn", standby, "start")
        assert sentence in reason, reason
        assert standby.read(f"{DATA_DIR}/klay/static-nodes.json") == broken
    pair.assert_signs(active)
    pair.cluster.wait_until_idle()
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=active)
    pair.assert_no_fencing()


@pytest.mark.long
def test_second_node_by_hand(pair, active, standby):
    """A kcn that somebody started on the same DATA_DIR: named, left alone, and nobody is fenced for it."""
    pair.stop_on(standby)
    by_hand = standby.popen("kcn", "--datadir", DATA_DIR, "--networkid", "4242", "--nodiscover", "--nat", "none",
                            "--ntp.disable", "--port", "32399", "--db.num-statetrie-shards", "4",
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pair.chain.wait(lambda: pair.chain.loaded_address(standby), "the node that was started by hand")
    pair.cluster.crm("node", "online", standby.name)
    reason = pair.reason("kcn", standby, "")
    pair.cluster.wait_until_idle()
    pair.assert_no_fencing()
    assert by_hand.poll() is None
    assert "started by hand" in reason, reason
    by_hand.terminate()
    standby.try_run("pkill -x kcn")
    by_hand.wait(20)
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=active)


# In the environment of an action that Pacemaker runs; by it an agent knows that there are other nodes to ask for.
PACEMAKER = {"crm_feature_set": "3.16.2"}


def test_difference_of_the_nodes(pair, standby):
    """REWARDBASE must be the same: named with both values."""
    other = "0x" + "7" * 40
    with fault(standby, f"sed -i 's/^REWARDBASE=.*/REWARDBASE=\"{other}\"/' {KCND_CONF}"):
        done = pair.agent(standby, "kcn-node", "validate-all", level=10, **PACEMAKER)
        assert done.returncode != 0
        assert f"REWARDBASE={other} here, REWARDBASE={pair.net.seat['address']} there" in done.stderr, done.stderr
    assert pair.agent(standby, "kcn-node", "validate-all", level=10, **PACEMAKER).returncode == 0


@pytest.mark.long
def test_difference_is_told_by_the_monitor(pair, active, standby):
    """As a degraded state of the signer, which anybody sees in crm_mon: each node looks once a minute, the changed one
    first, and a standby's monitor says nothing by its exit code."""
    with fault(standby, f"sed -i 's/^REWARDBASE=.*/REWARDBASE=\"0x{'7' * 40}\"/' {KCND_CONF}"):
        reason = pair.reason("kcn", active, "monitor", 150)
        assert "REWARDBASE" in reason and standby.name in reason, reason


@pytest.mark.long
def test_data_dir_that_is_changed_under_a_running_node(pair, active, standby):
    """The signer signs on where it was started, and a standby is no successor any more; both say so."""
    change = f"sed -i 's#^DATA_DIR=.*#DATA_DIR=/var/kcnd/other#' {KCND_CONF}"
    with fault(active, change):
        assert "DATA_DIR=/var/kcnd/other" in pair.reason("kcn", active, "monitor", 60)
        assert pair.chain.seat_hosts() == {active.name}
    with fault(standby, change):
        pair.cluster.wait(lambda view: view.attributes[standby.name].get("sync-cell1") == "not fit", "no successor")
    pair.wait_until_stands(active=active)


def test_cluster_that_does_not_fence(pair, standby):
    """With authority=fencing: no seat, unless the operator has signed for the risk."""
    for name, value, before in (("stonith-enabled", "false", "true"), ("no-quorum-policy", "ignore", "stop")):
        pair.cluster.crm("configure", "property", f"{name}={value}")
        try:
            for action in ("validate-all", "start"):
                done = pair.agent(standby, "nodekey", action, level=10)
                assert done.returncode != 0 and name in done.stderr, done.stderr
            standby.run("echo accept_risk=yes >> /etc/validator-agents/cell1.conf && "
                        "systemctl restart validator-keeper@cell1")
            assert pair.agent(standby, "nodekey", "validate-all", level=10).returncode == 0
        finally:
            pair.cluster.crm("configure", "property", f"{name}={before}")
            standby.run("sed -i /accept_risk/d /etc/validator-agents/cell1.conf && systemctl restart validator-keeper@cell1")


@pytest.mark.long
def test_risk_that_was_not_accepted(pair, active, standby):
    """STONITH is switched off under a running pair: the signer signs on, but nobody takes the seat again before the operator
    has signed for the risk on that machine."""
    configuration, keeper = "/etc/validator-agents/cell1.conf", "systemctl restart validator-keeper@cell1"
    pair.cluster.crm("configure", "property", "stonith-enabled=false")
    try:
        pair.assert_signs(active)
        pair.cluster.move("seat", standby.name)
        reason = pair.reason("seat", standby, "start", 90)
        assert "stonith-enabled is false" in reason and "accept_risk=yes" in reason, reason
        assert pair.chain.seat_hosts() == set(), "the seat was taken without fencing"
        standby.run(f"echo accept_risk=yes >> {configuration} && {keeper}")
        pair.living().run("crm_resource", "--cleanup")
        pair.wait_for_fail_over(standby, time.time())
        assert "accept_risk=yes" in standby.run("validator-keeper", "--status", "cell1")
    finally:
        pair.cluster.clear("seat")
        pair.cluster.crm("configure", "property", "stonith-enabled=true")
        standby.run(f"sed -i /accept_risk/d {configuration} && {keeper}")
    pair.living().run("crm_resource", "--cleanup")
    pair.wait_until_stands(active=standby)
    pair.assert_no_fencing()
