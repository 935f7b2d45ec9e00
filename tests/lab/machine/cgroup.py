"""Cgroups of a lab: one per node, in the version 2 hierarchy (kill, freeze) and, on hybrid hosts, in systemd's own."""

import os
import select
import time

from machine.host import HostError, run

ROOT = "/sys/fs/cgroup"


def hierarchies():
    """The version 2 hierarchy first, then systemd's version 1 hierarchy if the host is hybrid."""
    if os.path.exists(f"{ROOT}/cgroup.procs"):
        return [ROOT]
    if os.path.exists(f"{ROOT}/unified/cgroup.procs") and os.path.isdir(f"{ROOT}/systemd"):
        return [f"{ROOT}/unified", f"{ROOT}/systemd"]
    raise HostError("no cgroup version 2 hierarchy at /sys/fs/cgroup: mount it unified or hybrid")


def delegate(lab_id):
    """Path below each hierarchy where this lab may make cgroups; where systemd is PID 1, a unit that it delegates."""
    if not os.path.isdir("/run/systemd/system"):
        return ""
    unit = f"validator-lab-{lab_id}.service"
    run("systemd-run", "--quiet", "--collect", f"--unit={unit}", "--property=Delegate=yes", "--property=Type=exec",
        "--property=OOMPolicy=continue", "sleep", "infinity")
    return run("systemctl", "show", "--value", "--property=ControlGroup", unit).stdout.strip()


def undelegate(lab_id):
    """Ends the unit of `delegate`; nothing to do where there is none."""
    if os.path.isdir("/run/systemd/system"):
        run("systemctl", "stop", f"validator-lab-{lab_id}.service", check=False)


class Cgroup:
    """One cgroup, the same path in every hierarchy that counts."""

    def __init__(self, path):
        self.paths = [f"{top}/{path.lstrip('/')}" for top in hierarchies()]
        self.unified = self.paths[0]

    def create(self):
        """Makes it; HostError if this host does not let us."""
        for path in self.paths:
            try:
                os.makedirs(path, exist_ok=True)
            except OSError as error:
                raise HostError(f"cannot make the cgroup {path}: {error.strerror}; is it mounted read-only?") from error

    def enter_command(self):
        """Shell words that put the shell itself into the cgroup."""
        return "; ".join(f"echo $$ > {path}/cgroup.procs" for path in self.paths)

    def populated(self):
        """Whether any process is left in it or below it."""
        return "populated 1" in self._read_events()

    def _read_events(self):
        try:
            with open(f"{self.unified}/cgroup.events", encoding="ascii") as events:
                return events.read()
        except FileNotFoundError:
            return ""

    def kill(self, timeout_s=10):
        """SIGKILL to all processes in it at once; returns when the kernel says that it is empty, or raises."""
        self.freeze(False)
        try:
            with open(f"{self.unified}/cgroup.kill", "w", encoding="ascii") as kill:
                kill.write("1")
        except FileNotFoundError:
            return
        self._wait_for(lambda events: "populated 0" in events, "empty after SIGKILL", timeout_s)

    def freeze(self, frozen, timeout_s=10):
        """Stops or resumes every process in it; a frozen one is proved frozen."""
        try:
            with open(f"{self.unified}/cgroup.freeze", "w", encoding="ascii") as freeze:
                freeze.write("1" if frozen else "0")
        except FileNotFoundError:
            return
        self._wait_for(lambda events: f"frozen {int(frozen)}" in events, "frozen" if frozen else "thawed", timeout_s)

    def _wait_for(self, test, what, timeout_s):
        deadline = time.monotonic() + timeout_s
        with open(f"{self.unified}/cgroup.events", encoding="ascii") as events:
            poll = select.poll()
            poll.register(events, select.POLLPRI)
            while True:
                events.seek(0)
                if test(events.read()):
                    return
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"cgroup {self.unified} is not {what} after {timeout_s} s")
                poll.poll(left * 1000)

    def remove(self):
        """Removes it with everything below; it must be empty."""
        for top in self.paths:
            for path, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(path)
                except FileNotFoundError:
                    pass
