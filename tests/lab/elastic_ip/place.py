"""EC2 in the lab: the double as the cloud's API and gateway, a metadata service in each machine, a visitor from outside.

The lab's bridge is the VPC: machines have private addresses on it. The Elastic IP is on no machine, as in EC2: the
gateway translates it to the private address that has the association, and the double tells the gateway. The visitor
stands beyond the gateway and knows nothing but the Elastic IP."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

from cluster.running import running_cluster
from machine import guest, host
from machine.network import HOST_ADDRESS, open_socket

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS / "servers"))

# pylint: disable=wrong-import-position
from ec2.cloud import Cloud, venv  # noqa: E402

ELASTIC_IP = "192.0.2.100"
VISITOR, DOORSTEP = "192.0.2.201", "192.0.2.202"
METADATA = "169.254.169.254"
REGION = "ap-northeast-2"
API_PORT = 8773
LOOK_EVERY_S, LOOK_TIMEOUT_S = 0.02, 0.25

GATEWAY = """table ip eip {
    map association { type ipv4_addr : ipv4_addr; }
    chain in { type nat hook prerouting priority dstnat; dnat to ip daddr map @association; }
    chain out { type nat hook postrouting priority srcnat; oifname "br0" ct status dnat masquerade; }
}
"""

# What the double runs when an address moves: $1 the Elastic IP, $2 the private address or none.
HOOK = """#!/bin/sh
nft delete element ip eip association "{ $1 }" 2>/dev/null
[ "$2" = none ] || nft add element ip eip association "{ $1 : $2 }"
conntrack -D -d "$1" >/dev/null 2>&1 || true
"""

# What the double runs when an instance is stopped or started: the lab's power switch does it.
POWER = """#!/usr/bin/python3 -ISs
import pathlib, socket, sys
name = pathlib.Path(__file__).with_name(sys.argv[1]).read_text()
with socket.socket(socket.AF_UNIX) as switch:
    switch.connect("{bus}/power")
    switch.sendall(f"{{'off' if sys.argv[2] == 'stopped' else 'on'}} {{name}}\\n".encode())
    sys.exit(not switch.makefile().read().startswith("ok"))
"""

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}


class Place:
    """The cloud around one cluster; `instances` and `allocation` are its ids."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.lab = cluster.lab
        self.services = {}
        self.folder = pathlib.Path(self.lab.directory, "ec2")
        self.folder.mkdir()
        self.gateway = ["ip", "netns", "exec", self.lab.lan.name]
        self._build_gateway()
        hooks = ["--on-address", self._hook("moved", HOOK), "--on-instance", self._hook("power", POWER.format(bus=self.lab.bus))]
        self.cloud = Cloud(self.folder, f"{HOST_ADDRESS}:{API_PORT}", hooks, self.gateway)
        made = self.cloud.world(region=REGION, allocations=[ELASTIC_IP], instances=[
            {"private": [node.address], "role": [POLICY]} for node in cluster.nodes])
        self.allocation = made["allocations"][0]["allocation"]
        self.instances = {node.name: facts["instance"] for node, facts in zip(cluster.nodes, made["instances"])}
        for node in cluster.nodes:
            (self.folder / self.instances[node.name]).write_text(node.name)
            self._prepare(node)

    def _hook(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    def _build_gateway(self):
        name = self.lab.lan.prefix + "visitor"
        self.visitor_path = f"/run/netns/{name}"
        host.run("ip", "netns", "add", name)
        host.run("ip", "-n", self.lab.lan.name, "-batch", "-", stdin=(
            f"link add visitor type veth peer name eth0 netns {name}\n"
            f"addr add {DOORSTEP}/32 peer {VISITOR}/32 dev visitor\nlink set visitor up\n"))
        host.run("ip", "-n", name, "-batch", "-", stdin=(
            f"link set lo up\naddr add {VISITOR}/32 peer {DOORSTEP}/32 dev eth0\nlink set eth0 up\n"
            f"route add default via {DOORSTEP}\n"))
        host.run(*self.gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        host.run(*self.gateway, "nft", "-f", "-", stdin=GATEWAY)

    def _prepare(self, node):
        """What the tutorial's operator sets up on a machine, before its first boot."""
        node.binds.append(f"{venv()}:{venv()}")     # the AWS command line, for awseip
        guest.enable(node, "nginx.service")
        # Not on all addresses: the metadata service has one of its own here.
        node.write("/etc/nginx/sites-available/default",
                   f"server {{ listen {node.address}:80; root /var/www/html; index index.html; }}\n")
        node.write("/var/www/html/index.html", f"{node.name}\n")
        node.write("/var/www/html/index.nginx-debian.html", f"{node.name}\n")
        node.write("/etc/systemd/system/pacemaker.service.d/aws.conf",
                   f"[Service]\nEnvironment=AWS_DEFAULT_REGION={REGION}\n"
                   f"Environment=AWS_ENDPOINT_URL=http://{HOST_ADDRESS}:{API_PORT}\n")
        node.on_boot.append(self._metadata)

    def give_keys(self):
        """An access key of the operator on each machine, as the tutorial has it; each has a role besides."""
        key = self.cloud.key(policies=[POLICY])
        for node in self.cluster.nodes:
            node.write("/root/.aws/credentials", "[default]\n"
                       f"aws_access_key_id = {key['access_id']}\n"
                       f"aws_secret_access_key = {key['secret']}\n", 0o600)

    def _metadata(self, node):
        """The metadata service, inside the namespace that the machine has since this boot."""
        old = self.services.pop(node.name, None)
        if old:
            self.cloud.processes.remove(old)
            self.cloud.stop(old)
        inside = node.port.exec_command()
        host.run(*inside, "ip", "address", "replace", f"{METADATA}/32", "dev", "lo")
        self.services[node.name], _ = self.cloud.metadata_service(self.instances[node.name], f"{METADATA}:80", inside)

    def curl(self):
        """What the tutorial's own command shows to the visitor; a look of Visitor is the same, but quicker."""
        return host.run("ip", "netns", "exec", pathlib.Path(self.visitor_path).name, "curl", "--silent", "--max-time", "1",
                        ELASTIC_IP).stdout.strip()

    def holder(self):
        """Name of the node that has the address, None if none has."""
        instance = self.cloud.holder(allocation=self.allocation)["instance"]
        return next((name for name, own in self.instances.items() if own == instance), None)

    def api_gone(self):
        """Every request is cut off, from now on."""
        self.cloud.faults(faults={"*": [{"hang_up": True, "times": -1}]})

    def api_throttled(self):
        """Every request is told to come later."""
        self.cloud.faults(faults={"*": [{"code": "RequestLimitExceeded", "status": 503, "times": -1}]})

    def api_back(self):
        """The API answers again."""
        self.cloud.faults(faults={})

    def close(self):
        """Ends the servers; the namespaces go with the lab."""
        self.cloud.close()


class Visitor(threading.Thread):
    """Asks the Elastic IP for its page, again and again, and keeps who answered when."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place = place
        self.looks = []             # (seconds of the epoch when it was asked, node or None)
        self.ended = threading.Event()
        self.change = threading.Condition()

    def look(self):
        """Name of the machine that answers, None if none does."""
        with contextlib.suppress(OSError), open_socket(self.place.visitor_path) as talk:
            talk.settimeout(LOOK_TIMEOUT_S)
            talk.connect((ELASTIC_IP, 80))
            talk.sendall(f"GET / HTTP/1.0\r\nHost: {ELASTIC_IP}\r\n\r\n".encode())
            with talk.makefile("rb") as answer:
                head, _, body = answer.read().partition(b"\r\n\r\n")
            if b" 200 " in head.split(b"\r\n")[0]:
                return body.decode().strip()
        return None

    def run(self):
        while not self.ended.wait(LOOK_EVERY_S):
            asked = time.time()
            found = self.look()
            with self.change:
                self.looks.append((asked, found))
                self.change.notify_all()

    def wait_for(self, name, timeout_s=60):
        """Returns when this machine answers, and ever since for ten looks."""
        with self.change:
            if not self.change.wait_for(lambda: {n for _, n in self.looks[-10:]} == {name} and len(self.looks) >= 10,
                                        timeout_s):
                raise AssertionError(f"{name} does not answer: {self.looks[-10:]}")

    def mark(self):
        """A place in the looks, for `gap`."""
        return max(0, len(self.looks) - 1)

    def gap(self, mark=0):
        """The longest time in seconds between two answers since the mark, an answer counting when it was asked for."""
        answered = [asked for asked, name in self.looks[mark:] if name]
        return max((after - before for before, after in zip(answered, answered[1:])), default=0.0)

    def first(self, name, mark=0):
        """When the first look since the mark was asked that this machine answered, in seconds of the epoch."""
        return next(asked for asked, found in self.looks[mark:] if found == name)

    def who(self, mark=0):
        """The machines that answered since the mark, in order."""
        names = [name for _, name in self.looks[mark:] if name]
        return [name for i, name in enumerate(names) if i == 0 or names[i - 1] != name]

    def close(self):
        """Ends it."""
        self.ended.set()
        self.join()


@contextlib.contextmanager
def installed():
    """A directory with what the build that VALIDATOR_BUILD names would install."""
    build = os.environ.get("VALIDATOR_BUILD")
    if not build:
        raise RuntimeError("VALIDATOR_BUILD is not set: the directory where the project is built")
    with tempfile.TemporaryDirectory(prefix="validator-lab-elastic-ip.") as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["make", "--silent", "install", f"DESTDIR={folder}"], cwd=build, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield folder


def tutorial_line(agent, place, awscli="/usr/bin/aws"):
    """The seed's resource line with its op and meta values; only agent and the two ids are put in."""
    return (f'primitive elastic-ip {agent} params elastic_ip="{ELASTIC_IP}" awscli="{awscli}" '
            f'allocation_id="{place.allocation}" op start  timeout="60s" interval="0s" on-fail="restart" '
            'op monitor timeout="60s" interval="10s" on-fail="restart" '
            'op stop timeout="60s" interval="0s" on-fail="block" '
            'meta migration-threshold="2" failure-timeout="60s" resource-stickiness="100"\n')


@contextlib.contextmanager
def running_place(agent="ocf:validator:elastic-ip", **options):
    """Two nodes as the tutorial has them (no STONITH, quorum ignored), the resource on n1, a visitor who looks."""
    place = visitor = None

    def prepare(cluster):
        nonlocal place
        place = Place(cluster)
        place.give_keys()

    try:
        with installed() as stage, running_cluster(prepare, size=2, stage=stage, **options) as cluster:
            try:
                cluster.configure("property stonith-enabled=false no-quorum-policy=ignore\n"
                                  + tutorial_line(agent, place, f"{venv()}/bin/aws"))
                visitor = Visitor(place)
                visitor.start()
                cluster.wait(lambda view: view.where("elastic-ip"), "the address is somewhere", 60)
                bring(cluster, visitor, "n1")
                yield cluster, place, visitor
            finally:
                if visitor:
                    visitor.close()
                if place:
                    place.close()
                    place = None
    finally:
        if place:
            place.close()


def bring(cluster, visitor, node):
    """Lets the address be on a node, by hand, and waits until the visitor sees it."""
    if cluster.view().where("elastic-ip") != {node}:
        cluster.move("elastic-ip", node)
        cluster.wait(lambda view: view.where("elastic-ip") == {node}, f"the address on {node}", 60)
        cluster.clear("elastic-ip")
    visitor.wait_for(node)
    cluster.wait_until_idle()
