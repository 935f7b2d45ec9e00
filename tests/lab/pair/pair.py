"""The HA pair under test: two nodes of the lab, configured from the examples, and what a scenario asks of them."""

import html
import pathlib
import time

from kaia.network import SEAT_ADDRESS, SEAT_NAME
from kaia.package import DATA_DIR
from pair import examples

CONFIGURATION = f"/etc/validator-agents/{SEAT_NAME}.conf"
KEYS = f"/etc/validator-agents/keys/{SEAT_NAME}"
KCND_CONF = "/etc/kcnd/conf/kcnd.conf"
AGENTS = "/usr/lib/ocf/resource.d/validator"
KCN = "/etc/kcnd/bin/kcn --"        # begins the command line of the node that the packaged script starts


def prepare(net):
    """What an operator does before the cluster knows of it: the keeper's configuration and its unit."""
    for node in net.cluster.nodes:
        node.write(CONFIGURATION, examples.read("cell1.conf", net))
        node.chmod("/etc/validator-agents", 0o700)


class Pair:
    """A network whose nodes n1 and n2 are configured; `net.chain` judges."""

    def __init__(self, net):
        self.net = net
        self.chain = net.chain
        self.cluster = net.cluster
        self.began = 0
        self.loaded = None          # by which the configuration was loaded

    def configure(self, load=examples.load_crm):
        """Enables the keepers and loads the cluster's configuration."""
        for node in self.cluster.nodes:
            node.run("systemctl", "enable", "--now", f"validator-keeper@{SEAT_NAME}.service")
        load(self.net)
        self.loaded = load
        return self

    def unconfigure(self):
        """Takes the configuration away again, in order: all is stopped first. Alerts and properties stay."""
        self.cluster.crm("configure", "property", "stop-all-resources=true")
        self.cluster.wait(lambda view: not any(view.where(name) for name in ("kcn", "seat", "ip")), "all is stopped", 90)
        self.cluster.wait_until_idle()
        for scope in ("constraints", "resources"):
            self.living().run("cibadmin", "--replace", "--scope", scope, "--xml-text", f"<{scope}/>")
        self.living().run("crm_attribute", "--type=crm_config", "--name=stop-all-resources", "--delete")
        return self

    # who is who

    @property
    def active(self):
        """The node whose kcn has the seat's key loaded, as kcn itself says."""
        hosts = self.chain.seat_hosts()
        assert len(hosts) == 1, f"the seat is on {hosts or 'no machine'}\n{self.chain}"
        return self.cluster[hosts.pop()]

    @property
    def standby(self):
        """The other one."""
        return self.other(self.active)

    def other(self, node):
        """The node that is not this one."""
        return next(other for other in self.cluster.nodes if other is not node)

    # standing

    def stands(self, active=None):
        """Whether the pair is whole: one active node with seat, address and key, and a standby in sync. From outside
        (keys, heights, address), and as Pacemaker sees it."""
        hosts = self.chain.seat_hosts()
        if len(hosts) != 1 or (active and hosts != {active.name}):
            return False
        one = self.cluster[next(iter(hosts))]
        other = self.other(one)
        if not self.is_standby(other):
            return False
        if not all(self.follows(node) for node in (one, other)):
            return False
        view = self.cluster.view()
        return (view and view.online() == self.everyone() and view.promoted("kcn") == hosts and view.where("seat") == hosts
                and view.where("ip") == hosts and view.where("source") == hosts and view.where("kcn", "Unpromoted") == {other.name}
                and view.score("kcn", other.name) == "100")

    def everyone(self):
        """Names of both nodes."""
        return {node.name for node in self.cluster.nodes}

    def is_standby(self, node):
        """Whether its kcn runs with its own key."""
        return self.chain.loaded_address(node) == self.net.own_address(node)

    def follows(self, node):
        """Whether a node is at the head of the chain."""
        return self.chain.node_height(node) >= self.chain.height() - 1

    def wait_until_stands(self, active=None, timeout_s=90):
        """Returns when the pair is whole and Pacemaker has nothing more to do."""
        self.chain.wait(lambda: self.stands(active), f"the pair whole{', active on ' + active.name if active else ''}",
                        timeout_s)
        self.cluster.wait_until_idle()

    def wait_until_promoted(self, node, timeout_s=60):
        """Returns when Pacemaker says, on that node, that its kcn is promoted there."""
        self.cluster.wait(lambda view: view.promoted("kcn") == {node.name}, f"kcn promoted on {node.name}", timeout_s,
                          node=node)

    def chain_is_smooth(self):
        """Whether the last blocks came in their first rounds, the seat's among them."""
        last = self.chain.blocks[-5:]
        return len(last) == 5 and not any(block.round for block in last) and any(
            block.proposer == self.net.seat["address"] for block in last)

    def restore(self):
        """Undoes what scenarios leave: links, maintenance, failures, constraints; then waits for a whole pair."""
        self.net.cluster.lab.lan.heal()
        for node in self.cluster.nodes:
            self.chain.wait(lambda node=node: node.leader and node.try_run("true").returncode == 0, f"{node.name} on", 60)
        self.cluster.wait(lambda view: view.online() == self.everyone(), "both nodes are back", 90)
        if self.cluster.view().failures:
            self.living().run("crm_resource", "--cleanup")
            self.cluster.wait(lambda view: not view.failures, "no failure is remembered")
        self.wait_until_stands()
        self.chain.wait(self.chain_is_smooth, "five blocks without a lost turn, one of them the seat's", 60)
        self.chain.doubles.clear()
        self.began = time.time()
        return self

    def living(self):
        """A node that takes commands."""
        return self.cluster.living()[0]

    def usual(self):
        """n1 signs: the node whose power is cut without the delay that the examples give the other one."""
        first = self.cluster.nodes[0].name
        if self.active.name != first:
            self.move(first)
        return self

    # verdicts

    def wait_for_fail_over(self, to, moment, timeout_s=60):
        """Waits until the seat's key proposes from this node, and returns seconds from `moment` to the key's loading."""
        self.chain.wait(lambda: self.chain.seat_hosts() == {to.name}, f"the seat on {to.name}", timeout_s)
        loaded = time.time()
        self.chain.wait_for_seat_proposal(loaded, 60)
        assert self.chain.seat_hosts() == {to.name}
        remote = set(self.chain.seat_connections().values())
        assert remote and remote <= {to.address, SEAT_ADDRESS}, f"validators hear the seat from {remote}"
        return loaded - moment

    def assert_one_signer(self):
        """Since the test began no two machines had the seat's key loaded at once."""
        assert not self.chain.doubles, f"the seat's key on two machines: {self.chain.doubles[:5]}"

    def assert_no_fencing(self):
        """Since the test began nobody was cut from power."""
        cuts = [event for event in self.cluster.events.since(0, "fencing") if event.time > self.began]
        assert not cuts, f"fenced: {[str(event) for event in cuts]}"

    def assert_signs(self, node, turns=1, timeout_s=60):
        """From now on this node's key proposes again, `turns` times, and loses no turn until then."""
        began = time.time()
        self.chain.wait(lambda: len(self.chain.seat_proposals(began)) >= turns, f"{turns} blocks by the seat", timeout_s)
        assert not self.chain.lost_turns(began), f"turns lost\n{self.chain}"
        assert self.chain.seat_hosts() == {node.name}

    def assert_key_is_nowhere_on_disk(self, node):
        """No file of DATA_DIR holds the seat's key (links into memory do not count)."""
        secret = self.net.seat["nodekey"].encode()
        files = [path for path in pathlib.Path(node.host_path(f"{DATA_DIR}/klay")).glob("**/*key*")
                 if path.is_file() and not path.is_symlink()]
        assert not [path for path in files if secret in path.read_bytes()], f"{node.name} has the seat's key on its disk"

    def reason(self, resource, node, task, timeout_s=30):
        """The exit reason of a resource's newest failed operation on a node, as Pacemaker shows it (2.1.5 escapes it twice)."""
        def find():
            view = self.cluster.view()
            return next((failure["exitreason"] for failure in (view.failures if view else [])
                         if failure["op_key"].startswith(f"{resource}_{task}") and failure["node"] == node.name), None)
        return html.unescape(self.cluster.events.wait(find, timeout_s) or "")

    # acting

    def move(self, name):
        """Hands the seat over to a node and waits for a whole pair."""
        self.cluster.move("seat", name)
        self.chain.wait(lambda: self.chain.seat_hosts() == {name}, f"the seat on {name}", 90)
        self.cluster.clear("seat")
        self.wait_until_stands(active=self.cluster[name])

    def stop_on(self, node):
        """Sets a node to standby and waits until its kcn has been stopped."""
        self.cluster.crm("node", "standby", node.name)
        self.cluster.wait(lambda view: node.name not in view.where("kcn"), f"kcn stopped on {node.name}", 60)

    def agent(self, node, name, action, *, timeout_s=60, level=None, instance=None, prefix=(), **params):
        """Runs an agent's action by hand on a node, as Pacemaker would; the CompletedProcess."""
        if name == "kcn-node":
            params.setdefault("pn", " ".join(peer.url() for peer in self.net.proxies))
            params.setdefault("reference", " ".join(f"http://{peer.address}:8551" for peer in self.net.proxies))
            instance = instance or "kcn"
        else:
            params.setdefault("address", self.net.seat["address"])
            instance = instance or "seat"
        params.setdefault("identity", SEAT_NAME)
        words = ["env", "OCF_ROOT=/usr/lib/ocf", f"OCF_RESOURCE_INSTANCE={instance}", "OCF_RA_VERSION_MAJOR=1",
                 "OCF_RA_VERSION_MINOR=1", "OCF_RESOURCE_PROVIDER=validator", f"OCF_RESOURCE_TYPE={name}",
                 f"OCF_RESKEY_CRM_meta_timeout={timeout_s * 1000}", f"OCF_RESKEY_CRM_meta_on_node={node.name}"]
        if level is not None:
            words.append(f"OCF_CHECK_LEVEL={level}")
        words += [f"OCF_RESKEY_{key}={value}" for key, value in params.items()]
        return node.try_run(*words, *prefix, f"{AGENTS}/{name}", action, timeout_s=timeout_s + 10)
