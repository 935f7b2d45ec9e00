"""An agent that is killed at any point at which it has changed something, and what becomes of the machine then.

`kill-at` (tests/kill) kills it right before its nth change, while the cluster is in maintenance, so that nobody else acts.
Then comes what Pacemaker does after a failed action, in each order that it knows. Judged from outside: by the key that kcn
has loaded, the processes, the files."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re

from kaia.network import SEAT_NAME
from kaia.package import DATA_DIR
from pair.pair import KCN

CALLS = "/root/calls"
KEYS = f"/run/validator/{SEAT_NAME}"
KILLED = 128 + 9
# After a failed promote or demote: both are undone and the seat leaves; or the seat's stop comes first, since Pacemaker
# need not demote before it; or the same action comes once more.
RESTART = ("kcn-node demote", "kcn-node stop", "nodekey stop")
RECOVERIES = {
    "kcn-node promote": {"restart": RESTART, "seat lost": ("nodekey stop", "kcn-node stop"), "again": ("kcn-node promote",)},
    "kcn-node demote": {"restart": RESTART[1:], "seat lost": ("nodekey stop", "kcn-node stop"), "again": ("kcn-node demote",)},
    "nodekey start": {"restart": RESTART[2:], "again": ("nodekey start",)},
    "nodekey stop": {"again": ("nodekey stop",)},
}
# A demote says when the signer was dead; a promote refuses where no standby runs any more, and Pacemaker starts one first.
ALLOWED = {"kcn-node demote": (0, 7), "kcn-node promote": (0, 1)}
# What runs, and what is held, when the action begins.
BEFORE = {"kcn-node promote": "standby", "kcn-node demote": "signer", "nodekey start": "seatless", "nodekey stop": "signer"}


@dataclasses.dataclass
class Row:
    """One kill."""

    action: str
    index: int
    call: str
    recovery: str
    found: str = ""
    monitor: int = -1
    codes: tuple = ()
    faults: tuple = ()


class Killed:
    """Kills on the active node of a pair, whose cluster is in maintenance."""

    def __init__(self, pair):
        self.pair = pair
        self.node = pair.active
        program = pathlib.Path(os.environ["VALIDATOR_BUILD"]) / "tests/kill/kill-at"
        self.node.write("/root/kill-at", program.read_bytes(), 0o755)
        self.static_nodes = self.nodes()
        self.own = self.node.read(f"{DATA_DIR}/klay/standby-nodekey")
        self.faults = []
        self.rests = False      # as a row that went well leaves it: a standby, and the seat is here

    # acting

    def act(self, action, kill_at=None):
        """Runs 'AGENT ACTION' as Pacemaker does, killed at its nth change (0: none, only counted)."""
        name, verb = action.split()
        # While nobody has the seat, its turns make the chain wait for a round change each, which is no lag; and a standby that
        # was started again and again waits for kcn's 30 s between two dials, where Pacemaker would wait for its score.
        params = {"handover_wait": 0, "max_head_age": 15, "catch_up": 45} if name == "kcn-node" else {}
        prefix = () if kill_at is None else ("/root/kill-at", str(kill_at), CALLS)
        return self.pair.agent(self.node, name, verb, timeout_s=90, prefix=prefix, crm_feature_set="3.16.2", **params)

    def demand(self, action, *allowed):
        """Runs an action; a code that is not allowed is a fault."""
        done = self.act(action)
        self.check(done.returncode in (allowed or (0,)), f"{action} ended with {done.returncode}: {done.stderr}")
        return done.returncode

    def bring_to(self, state):
        """From whatever is, by what Pacemaker would do too: seatless, standby (the seat is here), signer."""
        for action in ("kcn-node stop", "nodekey stop"):
            self.demand(action)
        self.judge_nothing_left()
        self.demand("kcn-node start")
        self.judge_standby()
        if state != "seatless":
            self.demand("nodekey start")
        if state == "signer":
            self.demand("kcn-node promote")
            self.judge_signer()

    def calls(self):
        """The changes of the last run that was counted or killed."""
        lines = self.node.read(CALLS).splitlines()
        return [re.sub(r"(?<=\.)(\w{6}|[0-9a-f]{16}\.new)(?= |$)", "…", line.split("\t", 1)[1].replace("\t", " "))
                for line in lines]

    def begin(self, state):
        """As bring_to, on the shortest way."""
        rests, self.rests = self.rests, False
        if not rests:
            self.bring_to(state)
        elif state == "seatless":
            self.demand("nodekey stop")
        elif state == "signer":
            self.demand("kcn-node promote")
            self.judge_signer()

    def count(self, action):
        """How many changes an action makes from its usual beginning."""
        self.begin(BEFORE[action])
        assert self.act(action, 0).returncode == 0, f"{action} fails without a kill"
        return len(self.calls())

    def kill(self, action, index, recovery):
        """One kill and one recovery; None when the action ended before."""
        self.faults = []
        self.begin(BEFORE[action])
        if self.act(action, index).returncode != KILLED:
            return None
        row = Row(action, index, self.calls()[-1], recovery)
        self.judge_moment()
        row.monitor = self.act("kcn-node monitor").returncode
        row.found = self.found()
        self.judge_moment()
        self.judge_monitor(row.monitor)
        row.codes = tuple(self.demand(step, *ALLOWED.get(step, (0,))) for step in RECOVERIES[action][recovery])
        self.judge_recovered(action, recovery, row.codes[-1])
        row.faults = tuple(self.faults)
        self.rests = not self.faults
        return row

    # looking

    def loaded(self):
        """'none' (no process), 'silent', 'own' or 'seat': what kcn runs with, as it says itself."""
        address = self.pair.chain.loaded_address(self.node)
        if address is None:
            return "silent" if self.node.pids(KCN) else "none"
        return {self.pair.net.seat["address"]: "seat", self.pair.net.own_address(self.node): "own"}.get(address, "other")

    def keeper(self):
        """The keeper's own status."""
        return json.loads(self.node.run("validator-keeper", "--status", "--json", SEAT_NAME))

    def links(self):
        """Whose key files DATA_DIR leads to: nodekey/bls-nodekey."""
        def of(name):
            path = self.node.host_path(f"{DATA_DIR}/klay/{name}")
            if not os.path.islink(path):
                return "file" if os.path.exists(path) else "none"
            return "seat" if os.readlink(path) == f"{KEYS}/{name}" else "own"
        return f"{of('nodekey')}/{of('bls-nodekey')}"

    def nodes(self):
        """The entries of static-nodes.json."""
        return set(json.loads(self.node.read(f"{DATA_DIR}/klay/static-nodes.json")))

    def keys_in_memory(self):
        """Names in the directory that holds the seat's files while it is held."""
        return self.node.run(f"ls -A {KEYS} 2>/dev/null || true").split()

    def found(self):
        """The state in a few words."""
        keeper = self.keeper()
        armed = {"yes": ", signer armed", "no": ""}.get(keeper["armed"], ", armed?")
        watched = ", watched" if keeper["signer_pid"] else ""
        return (f"kcn {self.loaded()}; links {self.links()}; "
                f"seat {'held' if keeper['held'] == 'yes' else 'not held'}{armed}{watched}")

    # judging

    def check(self, holds, fault):
        """Notes a fault."""
        if not holds:
            self.faults.append(fault)

    def judge_moment(self):
        """What must hold at any moment: the seat's key runs only where the keeper holds the seat and knows of a signer; it
        lies on no disk; nothing of the operator's is lost."""
        if self.loaded() == "seat":
            keeper = self.keeper()
            self.check(keeper["held"] == "yes" and keeper["armed"] == "yes", f"the keeper does not know the signer: {keeper}")
        with contextlib.suppress(AssertionError):
            self.pair.assert_key_is_nowhere_on_disk(self.node)
            return self.judge_files()
        self.faults.append("the seat's key lies on the disk")
        return None

    def judge_files(self):
        """The own key and static-nodes.json are what they were."""
        self.check(self.node.read(f"{DATA_DIR}/klay/standby-nodekey") == self.own, "the own key is lost")
        self.check(self.nodes() == self.static_nodes, "static-nodes.json is not what it was")
        self.check(not self.pair.chain.doubles, f"two signers: {self.pair.chain.doubles[:3]}")

    def judge_monitor(self, code):
        """8 only for a signer that the keeper watches; 0 only for one with the own key."""
        loaded, keeper = self.loaded(), self.keeper()
        if code == 8:
            self.check(loaded == "seat" and keeper["signer_pid"] > 0, f"monitor says promoted: {self.found()}")
        if code == 0:
            self.check(loaded == "own", f"monitor says standby: {self.found()}")

    def judge_nothing_left(self):
        """Stopped and without the seat: no process, no key in memory or on disk."""
        self.check(self.loaded() == "none", f"kcn runs: {self.found()}")
        self.judge_seat_gone()

    def judge_seat_gone(self):
        """No process has the seat's key, nor does memory or disk."""
        self.check(self.loaded() != "seat", f"kcn signs: {self.found()}")
        self.check(not self.keys_in_memory(), f"left in {KEYS}: {self.keys_in_memory()}")
        self.judge_moment()

    def judge_standby(self):
        """A standby with its own key; the monitor waits until it answers."""
        self.demand("kcn-node monitor")
        self.check(self.loaded() == "own" and self.links() == "own/own", f"no standby: {self.found()}")

    def judge_signer(self):
        """The seat's key, proved by kcn, and watched."""
        self.check(self.loaded() == "seat" and self.links() == "seat/seat", f"no signer: {self.found()}")
        self.check(self.keeper()["signer_pid"] > 0, f"not watched: {self.found()}")
        self.judge_monitor(self.act("kcn-node monitor").returncode)

    def judge_recovered(self, action, recovery, code):
        """After the recovery, and that the next promote and demote succeed."""
        if action == "nodekey start" and recovery == "again":
            self.check(self.keeper()["held"] == "yes", f"the seat is not held: {self.found()}")
        elif action == "nodekey start":
            self.judge_seat_gone()
        elif recovery != "again" or action == "nodekey stop":
            self.judge_nothing_left()
        elif code != 0:
            self.check(self.loaded() == "none", f"there is no node to promote or demote, but {self.found()}")
        elif action == "kcn-node promote":
            self.judge_signer()
        else:
            self.judge_standby()
        self.bring_to("signer")
        self.demand("kcn-node demote")
        self.judge_standby()


@contextlib.contextmanager
def killing(pair):
    """A Killed of a pair, whose cluster goes on from the same signer afterwards."""
    pair.cluster.crm("configure", "property", "maintenance-mode=true")
    killed = Killed(pair)
    try:
        yield killed
        killed.bring_to("signer")
    finally:
        pair.cluster.crm("configure", "property", "maintenance-mode=false")


def table(rows):
    """The matrix in Markdown: one line for each change of each action, with all its recoveries."""
    for action in RECOVERIES:
        of_action = [row for row in rows if row.action == action]
        yield f"\n## {action}\n"
        yield "| # | killed before | found | monitor | recovered by | verdict |"
        yield "| ---: | --- | --- | ---: | --- | --- |"
        for index in sorted({row.index for row in of_action}):
            same = [row for row in of_action if row.index == index]
            yield (f"| {index} | {unique(row.call for row in same)} | {unique(row.found for row in same)} "
                   f"| {unique(row.monitor for row in same)} | {', '.join(row.recovery for row in same)} "
                   f"| {unique('; '.join(row.faults) or 'as it must be' for row in same)} |")


def unique(values):
    """Each value once."""
    return " <br> ".join(dict.fromkeys(" ".join(str(value).split()).replace("|", "\\|") for value in values))
