"""The lab's wire: one namespace with a bridge, and one namespace with a veth pair for each machine on it."""

import ctypes
import os
import socket

from machine.host import HostError, run

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

PREFIX = "192.0.2."          # RFC 5737: for documentation, nobody's
HOST_ADDRESS = PREFIX + "254"

# A default route, as machines have one; nothing is beyond, and who asks is told so at once.
ROUTES = f"route add default via {HOST_ADDRESS}\nroute add unreachable 0.0.0.0/1\nroute add unreachable 128.0.0.0/1\n"

# What is in `cut` does not cross the bridge; the lab's own address is not crossing it, so the judge still sees everyone.
CUTS = """table bridge lab {
    set cut { type ifname . ifname; }
    chain forward { type filter hook forward priority 0; iifname . oifname @cut counter drop; }
}
"""


def enter(namespace_path):
    """Moves the calling thread into a network namespace."""
    with open(namespace_path, "rb") as handle:
        if LIBC.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise HostError(f"cannot enter the network namespace {namespace_path}: {os.strerror(ctypes.get_errno())}")


class Lan:
    """The bridge of one lab; the lab's own address on it is 192.0.2.254."""

    def __init__(self, lab_id):
        self.prefix = f"vl{lab_id}-"
        self.name = self.prefix + "lan"
        self.path = f"/run/netns/{self.name}"

    def create(self):
        """Makes the bridge in a namespace of its own, so that labs may use the same addresses at the same time."""
        run("ip", "netns", "add", self.name)
        run("ip", "-n", self.name, "-batch", "-", stdin=(
            "link set lo up\n"
            "link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0\n"
            f"addr add {HOST_ADDRESS}/24 dev br0\n"
            "link set br0 up\n"))
        run("ip", "netns", "exec", self.name, "nft", "-f", "-", stdin=CUTS)

    def cut(self, *pairs):
        """From now on nothing that machine a sends reaches machine b, for each pair (a, b)."""
        self._change_cuts("add", pairs)

    def heal(self, *pairs):
        """Takes cuts away: those of the pairs, or all."""
        if pairs:
            self._change_cuts("delete", pairs)
        else:
            run("ip", "netns", "exec", self.name, "nft", "flush", "set", "bridge", "lab", "cut")

    def _change_cuts(self, verb, pairs):
        elements = ", ".join(f'"{a}" . "{b}"' for a, b in pairs)
        run("ip", "netns", "exec", self.name, "nft", f"{verb} element bridge lab cut {{ {elements} }}")

    def open_socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM):
        """A socket that lives in the lab's namespace; the calling thread stays where it was."""
        return open_socket(self.path, family, kind)

    def port(self, machine):
        """The place where a machine plugs in."""
        return Port(self, machine)

    def remove(self):
        """Removes all namespaces of the lab; with them go the bridge and the links."""
        for line in run("ip", "netns", "list").stdout.splitlines():
            name = line.split()[0]
            if name.startswith(self.prefix):
                run("ip", "netns", "del", name)


def open_socket(namespace_path, family=socket.AF_INET, kind=socket.SOCK_STREAM):
    """A socket made inside a network namespace, usable from anywhere."""
    with open("/proc/thread-self/ns/net", "rb") as home:
        enter(namespace_path)
        try:
            return socket.socket(family, kind)
        finally:
            if LIBC.setns(home.fileno(), CLONE_NEWNET) != 0:
                os.abort()


class Port:
    """A machine's network namespace (eth0) and its plug on the bridge, named as the machine."""

    def __init__(self, lan, machine):
        self.lan = lan
        self.machine = machine
        self.namespace = lan.prefix + machine
        self.path = f"/run/netns/{self.namespace}"

    def plug(self, *addresses):
        """Makes a fresh namespace with these addresses (of the lab's /24); whatever the old one knew is gone."""
        self.unplug()
        run("ip", "netns", "add", self.namespace)
        run("ip", "-n", self.lan.name, "-batch", "-", stdin=(
            f"link add {self.machine} type veth peer name eth0 netns {self.namespace}\n"
            f"link set {self.machine} master br0 up\n"))
        run("ip", "-n", self.namespace, "-batch", "-", stdin="link set lo up\nlink set eth0 up\n" + "".join(
            f"addr add {address}/24 dev eth0\n" for address in addresses) + ROUTES)

    def unplug(self):
        """The machine's network dies at once: wire first, then the namespace with its addresses and rules."""
        run("ip", "-n", self.lan.name, "link", "del", self.machine, check=False)
        if os.path.exists(self.path):
            run("ip", "netns", "del", self.namespace)

    def link(self, up):
        """Pulls the cable out of the bridge, or puts it back; the machine itself sees its carrier go."""
        run("ip", "-n", self.lan.name, "link", "set", self.machine, "up" if up else "down")

    def exec_command(self):
        """The words before a command that is to run in this namespace."""
        return ["ip", "netns", "exec", self.namespace]
