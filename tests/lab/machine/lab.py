"""One lab: its id, its directory (a tmpfs of its own), its owner. Whoever comes later can sweep it when the owner died."""

import json
import os
import secrets
import shutil

from machine import cgroup, disk, guest, host
from machine.network import Lan

BASE = "/run/validator-lab"


class Lab:
    """Directory layout: owner.json, bus/ (the nodes see it as /lab), base/ and guest/ (layers), NAME/ (a machine)."""

    def __init__(self, lab_id=None):
        self.id = lab_id or secrets.token_hex(3)
        self.directory = f"{BASE}/{self.id}"
        self.bus = f"{self.directory}/bus"
        self.base = f"{self.directory}/base"
        self.guest = f"{self.directory}/guest"
        self.lan = Lan(self.id)
        self.cgroup_top = ""
        self.stages = 0

    def create(self, size="4g"):
        """Makes directory, cgroup and wire; the calling process is the owner."""
        os.makedirs(self.directory, mode=0o755)
        host.run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "validator-lab", self.directory)
        self._write_owner()
        self.cgroup_top = f"{cgroup.delegate(self.id)}/validator-lab-{self.id}"
        self._write_owner()
        self.cgroup().create()
        os.mkdir(self.bus, 0o755)
        os.mkdir(self.base, 0o755)
        disk.make_base_layer(self.base)
        guest.make_guest_layer(self.guest)
        self.lan.create()
        return self

    def add_stage(self, source):
        """Copies an installed tree (make install DESTDIR=…) for nodes to have over the host's root; returns the layer."""
        self.stages += 1
        guest.copy_layer(source, f"{self.directory}/stage{self.stages}")
        return f"{self.directory}/stage{self.stages}"

    def own(self):
        """Makes the calling process the owner: for a process that forked after `create`."""
        self._write_owner()

    def _write_owner(self):
        record = {"pid": os.getpid(), "start": host.process_start(os.getpid()), "cgroup": self.cgroup_top}
        with open(f"{self.directory}/owner.json.new", "w", encoding="ascii") as new:
            json.dump(record, new)
        os.rename(f"{self.directory}/owner.json.new", f"{self.directory}/owner.json")

    def read_owner(self):
        """The record of `create`, empty if the maker died before it was written."""
        try:
            with open(f"{self.directory}/owner.json", encoding="ascii") as record:
                return json.load(record)
        except (OSError, ValueError):
            return {}

    def owner_pid(self):
        """Pid of the living owner, None if it is gone (its number may be another process's by now)."""
        record = self.read_owner()
        alive = record.get("start") is not None and host.process_start(record["pid"]) == record["start"]
        return record["pid"] if alive else None

    def cgroup(self, name=""):
        """The cgroup of a machine, or the one above them all."""
        return cgroup.Cgroup(f"{self.cgroup_top}/{name}".rstrip("/"))

    def remove(self):
        """Everything goes: processes (by cgroup), namespaces, mounts, cgroups, files. May be called on a half-made lab."""
        self.cgroup_top = self.cgroup_top or self.read_owner().get("cgroup", "")
        if self.cgroup_top:
            self.cgroup().kill()
        self.lan.remove()
        for line in reversed(host.run("findmnt", "--noheadings", "--raw", "--output", "TARGET").stdout.splitlines()):
            if line == self.directory or line.startswith(self.directory + "/"):
                host.run("umount", "--lazy", line, check=False)
        if self.cgroup_top:
            self.cgroup().remove()
        cgroup.undelegate(self.id)
        shutil.rmtree(self.directory, ignore_errors=True)


def all_labs():
    """Every lab that has a directory here, living or dead."""
    try:
        return [Lab(name) for name in sorted(os.listdir(BASE))]
    except FileNotFoundError:
        return []


def sweep():
    """Removes the labs whose owner is dead; returns their ids."""
    dead = [lab for lab in all_labs() if lab.owner_pid() is None]
    for lab in dead:
        lab.remove()
    return [lab.id for lab in dead]
