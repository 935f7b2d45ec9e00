"""The cluster of a lab: nodes, switch, events; to configure it, to look at it, and to wait for what must come."""

import shutil

from cluster import corosync
from cluster.events import Events
from cluster.switch import Switch
from cluster.view import View
from machine.host import HostError
from machine.network import PREFIX
from machine.node import Node

# The CIB that every node has on its disk at its first boot: the alert agent of the lab, a short wait for a DC that nobody
# has elected yet (20 s is the default), and from which load on Pacemaker does less at once on a node (80% is the default).
FIRST_CIB = """<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0">
  <configuration>
    <crm_config><cluster_property_set id="cib-bootstrap-options">
      <nvpair id="cib-bootstrap-options-dc-deadtime" name="dc-deadtime" value="2s"/>
      <nvpair id="cib-bootstrap-options-load-threshold" name="load-threshold" value="{load_threshold}"/>
    </cluster_property_set></crm_config>
    <nodes/><resources/><constraints/>
    <alerts><alert id="lab-alert" path="/usr/lib/validator-lab/alert">
      <meta_attributes id="lab-alert-meta"><nvpair id="lab-alert-timeout" name="timeout" value="5s"/></meta_attributes>
      <select><select_nodes/><select_fencing/><select_resources/><select_attributes/></select>
      <recipient id="lab-collector" value="/lab/events"/>
    </alert></alerts>
  </configuration>
  <status/>
</cib>
"""


class WaitTimeout(AssertionError):
    """What was waited for did not come; the text shows the cluster and the last events."""


class Cluster:
    """Nodes n1..nN of one cluster, or with `names` of their own. `stage`: directory of an installed tree that the nodes see
    over the host's root."""

    def __init__(self, lab, size=2, stage=None, names=None, load_threshold="80%"):
        self.lab = lab
        layers = [lab.add_stage(stage)] if stage else []
        names = names or [f"n{i}" for i in range(1, size + 1)]
        self.nodes = [Node(lab, name, f"{PREFIX}{i}", layers) for i, name in enumerate(names, 1)]
        self.events = Events(lab.bus)
        self.switch = Switch(lab.bus, self.nodes)
        self.first_cib = FIRST_CIB.format(load_threshold=load_threshold)
        self.evidence = []          # paths on the host that are worth keeping when a test fails

    def create(self):
        """Makes the disks; nothing is booted, so that files can still be put on them."""
        for node in self.nodes:
            node.create()
            node.write("/var/lib/pacemaker/cib/cib.xml", self.first_cib, 0o600)
        corosync.install(self.nodes)
        hacluster = {"user": "hacluster", "group": "haclient"}

        for node in self.nodes:
            shutil.chown(node.host_path("/var/lib/pacemaker/cib/cib.xml"), **hacluster)
            self.events.watch(node.host_path("/var/log/pacemaker"))
        return self

    def boot_nodes(self, timeout_s=60):
        """Boots all nodes at once and returns when systemd is up on all of them."""
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_until_booted(timeout_s)
        return self

    def boot(self, timeout_s=60):
        """The same, and returns when all are online and quorate with a DC."""
        self.boot_nodes(timeout_s)
        everyone = {node.name for node in self.nodes}
        self.wait(lambda view: view.dc and view.quorate and view.online() == everyone, "all nodes online, quorate, a DC",
                  timeout_s)
        return self

    def __getitem__(self, name):
        """A node by name."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def living(self):
        """Nodes that are on and take commands."""
        return [node for node in self.nodes if node.leader is not None]

    def view(self, node=None):
        """What a node (default: the first that lives) says; None where it cannot say."""
        for candidate in [node] if node else self.living():
            try:
                done = candidate.try_run("crm_mon", "--one-shot", "--inactive", "--show-node-attributes", "--output-as=xml")
            except HostError:
                continue
            if done.returncode == 0:
                return View(done.stdout)
        return None

    def wait(self, test, what, timeout_s=30, node=None):
        """Waits until `test(view)` is true, looking again at each event; WaitTimeout says what it saw last."""
        def look():
            view = self.view(node)
            return view and test(view) and view
        view = self.events.wait(look, timeout_s)
        if not view:
            raise WaitTimeout(f"after {timeout_s} s still not: {what}\n{self.describe(node)}")
        return view

    def wait_for_event(self, mark, test, what, timeout_s=30):
        """Waits for an event after a mark for which `test` is true, and returns it."""
        found = self.events.wait(lambda: next((e for e in self.events.since(mark) if test(e)), None), timeout_s)
        if not found:
            raise WaitTimeout(f"after {timeout_s} s no event: {what}\n{self.describe()}")
        return found

    def wait_until_idle(self, timeout_s=60):
        """Returns when Pacemaker has nothing under way and nothing planned."""
        def idle():
            view = self.view()
            return view and view.dc and "S_IDLE" in self.living()[0].try_run("crmadmin", "--status", view.dc).stdout
        if not self.events.wait(idle, timeout_s):
            raise WaitTimeout(f"Pacemaker is not idle after {timeout_s} s\n{self.describe()}")
        self.living()[0].run("crm_resource", "--wait", f"--timeout={timeout_s}", timeout_s=timeout_s + 5)

    def move(self, resource, node):
        """Asks Pacemaker to move a resource, without waiting; `clear` takes the constraint away again."""
        self.living()[0].run("crm_resource", "--move", "--resource", resource, "--node", node)

    def clear(self, resource):
        """Takes away what `move` asked for."""
        self.living()[0].run("crm_resource", "--clear", "--resource", resource)

    def fail(self, resource, node):
        """Reports a failure of a resource to Pacemaker, as our keeper does."""
        self[node].run("crm_resource", "--fail", "--resource", resource, "--node", node)

    def describe(self, node=None):
        """The cluster as a person reads it: crm_mon and the last events."""
        mon = "no node lives"
        for candidate in [node] if node else self.living():
            mon = candidate.try_run("crm_mon", "-1rfA").stdout
            break
        return mon + "\nlast events:\n" + "\n".join(str(e) for e in self.events.all[-40:])

    # configuration

    def configure(self, text, node=None):
        """Loads crmsh lines (`primitive …`, several, each may go on after a backslash) as one commit."""
        (node or self.living()[0]).run("crm", "--force", "configure", "load", "update", "-", stdin=text)

    def crm(self, *words):
        """One crm command on the first node that lives."""
        return self.living()[0].run("crm", "--force", *words)

    def close(self):
        """Ends collector and switch; the machines go with the lab."""
        self.switch.close()
        self.events.close()
