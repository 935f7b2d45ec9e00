"""One machine: boots, loses power, runs commands; its disk outlives power cuts, its /run does not."""

import os
import select
import shlex
import signal
import socket
import subprocess
import time

from machine.disk import Disk
from machine.host import HostError, process_start

NSPAWN = (
    "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot", "--console=pipe", "--link-journal=no",
    "--resolv-conf=off", "--timezone=off", "--notify-ready=yes", "--capability=all", "--system-call-filter=@known",
)
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root", "TERM": "dumb", "LC_ALL": "C.UTF-8",
}


class CommandFailed(RuntimeError):
    """A command in a node ended with another code than 0."""


class Node:
    """A machine of the lab; `address` is its own on the lab's /24."""

    def __init__(self, lab, name, address, layers):
        self.lab = lab
        self.name = name
        self.address = address
        self.directory = f"{lab.directory}/{name}"
        self.disk = Disk(self.directory, [*layers, lab.guest, lab.base])
        self.port = lab.lan.port(name)
        self.cgroup = lab.cgroup(name)
        self.leader = None          # pid on the host of the node's init
        self.nspawn = None
        self.binds = [f"{lab.bus}:/lab"]
        self.on_boot = []           # called with the node when its init runs, before it is ready

    def create(self):
        """Makes its disk; it is not booted."""
        os.mkdir(self.directory)
        self.disk.create()
        self.write("/etc/hostname", self.name + "\n")
        self.write("/etc/machine-id", os.urandom(16).hex() + "\n")
        return self

    # power

    def is_on(self):
        """Whether any process of it runs."""
        return self.cgroup.populated()

    def boot(self, timeout_s=60):
        """Boots it and returns when its init has started everything; TimeoutError with the end of the console if not."""
        self.start()
        self.wait_until_booted(timeout_s)

    def start(self):
        """Switches it on; `wait_until_booted` says when it is up."""
        if self.is_on():
            raise HostError(f"{self.name} is on already")
        self.cgroup.remove()
        self.cgroup.create()
        self.port.plug(self.address)
        self._open_notify_socket()
        words = [*NSPAWN, f"--directory={self.disk.root}", f"--machine=vl{self.lab.id}-{self.name}",
                 f"--hostname={self.name}", f"--network-namespace-path={self.port.path}",
                 *(f"--bind={bind}" for bind in self.binds)]
        script = f"{self.cgroup.enter_command()}; exec {shlex.join(words)}"
        environment = dict(ENVIRONMENT, NOTIFY_SOCKET=f"{self.directory}/notify",
                           SYSTEMD_NSPAWN_API_VFS_WRITABLE="network")
        with open(f"{self.directory}/console.log", "ab") as console:
            self.nspawn = subprocess.Popen(("/bin/sh", "-c", script), stdin=subprocess.DEVNULL, stdout=console,
                                           stderr=console, env=environment, start_new_session=True, cwd="/")

    def _open_notify_socket(self):
        path = f"{self.directory}/notify"
        if os.path.exists(path):
            os.unlink(path)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.notify.bind(path)

    def wait_until_booted(self, timeout_s=60):
        """Waits for systemd's READY, which nspawn hands on."""
        deadline = time.monotonic() + timeout_s
        nspawn = self.nspawn
        pidfd = os.pidfd_open(nspawn.pid)
        try:
            while True:
                ready, _, _ = select.select([self.notify, pidfd], [], [], max(0, deadline - time.monotonic()))
                if self.notify in ready:
                    message = dict(line.partition("=")[::2] for line in self.notify.recv(65536).decode().splitlines())
                    if "X_NSPAWN_LEADER_PID" in message:
                        self._set_leader(int(message["X_NSPAWN_LEADER_PID"]))
                        for callback in self.on_boot:
                            callback(self)
                    if message.get("READY") == "1":
                        return
                elif pidfd in ready:
                    raise HostError(f"{self.name} died while it booted: {self.console_end()}")
                else:
                    raise TimeoutError(f"{self.name} did not boot in {timeout_s} s: {self.console_end()}")
        finally:
            os.close(pidfd)

    def console_end(self):
        """The last lines of its console."""
        with open(f"{self.directory}/console.log", encoding="utf-8", errors="replace") as console:
            return "".join(console.readlines()[-15:])

    def power_off(self):
        """Pulls the plug: the network is gone, then every process at once. Disk stays, /run does not."""
        self.port.unplug()
        self.cgroup.kill()
        self._reap()

    def shut_down(self, timeout_s=60):
        """An orderly power-off from inside."""
        os.kill(self.leader, signal.SIGRTMIN + 4)
        self.nspawn.wait(timeout_s)
        self.power_off()

    def _set_leader(self, pid):
        self.leader = pid
        with open(f"{self.directory}/leader", "w", encoding="ascii") as file:   # for `lab sh`
            file.write(f"{pid or ''}\n")

    def _reap(self):
        self._set_leader(None)
        if self.nspawn:
            self.nspawn.wait(10)
            self.nspawn = None
            self.notify.close()

    def freeze(self):
        """Stops every process of it, as a paused virtual machine is stopped; its network stays."""
        self.cgroup.freeze(True)

    def thaw(self):
        """Lets a frozen node go on."""
        self.cgroup.freeze(False)

    # commands and files

    def command(self, *words):
        """The host's words that run a command in the node: in its namespaces and its cgroup, with a clean environment."""
        if self.leader is None:
            raise HostError(f"{self.name} is off")
        inside = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--pid", "--net", "--cgroup",
                  "--", *words]
        return ["/bin/sh", "-c", f"{self.cgroup_for_commands().enter_command()}; exec {shlex.join(inside)}"]

    def cgroup_for_commands(self):
        """Where commands from outside run: they die with the node."""
        group = self.lab.cgroup(f"{self.name}/commands")
        group.create()
        return group

    def popen(self, *words, **options):
        """Starts a command in the node and does not wait for it."""
        words = words if len(words) > 1 else ("/bin/sh", "-c", words[0])
        return subprocess.Popen(self.command(*words), env=ENVIRONMENT, cwd="/", start_new_session=True, **options)

    def try_run(self, *words, stdin=None, timeout_s=60):
        """Runs a command (one word: a shell line) and returns the CompletedProcess with text output."""
        words = words if len(words) > 1 else ("/bin/sh", "-c", words[0])
        return subprocess.run(self.command(*words), env=ENVIRONMENT, cwd="/", input=stdin, capture_output=True,
                              text=True, timeout=timeout_s, check=False, start_new_session=True)

    def run(self, *words, stdin=None, timeout_s=60):
        """Runs a command (one word: a shell line) and returns its output; CommandFailed with all it said otherwise."""
        done = self.try_run(*words, stdin=stdin, timeout_s=timeout_s)
        if done.returncode != 0:
            raise CommandFailed(f"{self.name}: '{shlex.join(words)}' ended with {done.returncode}\n"
                                f"{done.stdout}{done.stderr}")
        return done.stdout

    def write(self, path, text, mode=0o644):
        """Writes a file on its disk (not under /run or /tmp of a running node), on or off."""
        target = self.host_path(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb" if isinstance(text, bytes) else "w") as file:
            file.write(text)
        os.chmod(target, mode)

    def chmod(self, path, mode):
        """Mode of a file or directory on its disk."""
        os.chmod(self.host_path(path), mode)

    def read(self, path):
        """Text of a file on its disk, on or off."""
        with open(self.host_path(path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def host_path(self, path):
        """Where the host sees a file of the node's disk; a symbolic link in it leads astray."""
        return f"{self.disk.root}/{path.lstrip('/')}"

    def pids(self, pattern):
        """Host pids of the node's processes whose command line holds the pattern."""
        found = []
        for pid in self._all_pids():
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as cmdline:
                    if pattern in cmdline.read().replace(b"\0", b" ").decode(errors="replace"):
                        found.append(pid)
            except (FileNotFoundError, ProcessLookupError):
                pass
        return [pid for pid in found if process_start(pid) is not None]

    def _all_pids(self):
        for directory, _, _ in os.walk(self.cgroup.unified):
            try:
                with open(f"{directory}/cgroup.procs", encoding="ascii") as procs:
                    yield from (int(pid) for pid in procs if pid.strip() != "0")
            except OSError:
                pass

    def journal(self, unit=None):
        """What its journal says, of one unit or of all."""
        return self.run("journalctl", "--no-pager", "--output=short-precise", *(("--unit", unit) if unit else ()))
