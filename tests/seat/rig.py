# SPDX-License-Identifier: LGPL-2.1-or-later
"""Machines in miniature for the seat: each has a mount namespace (its own /run and /var/lib), a slice and a
way of its own to one real etcd, which can be cut or made slow. They share one kernel, so that one clock tells
what each signer's packets did: `Recorder` stands outside and writes down who signed what when."""
import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from authority import Etcd, Way
from recorder import LISTENER, Recorder
from waiting import now, sh, until

HERE = Path(__file__).resolve().parent
KEEPER = os.environ.get("VALIDATOR_KEEPER", "keeper/validator-keeper")
IDENTITY = "cn1"
KEY = "0" * 63 + "1"
ADDRESS = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"
# lan: renew 0.2, gate 0.8, kill 1.5, takeover 2.0
GATE, TAKEOVER = 0.8, 2.0


class Machine:
    """One machine: its keeper, its signer, and what an agent would do."""

    def __init__(self, rig, name):
        self.rig, self.name, self.way = rig, name, Way(rig.etcd.members[0].port)
        # Several members are reached without a way between: their faults are the wire's.
        self.ports = [self.way.port] if len(rig.etcd.members) == 1 else [m.port for m in rig.etcd.members]
        self.identity = IDENTITY
        self.slice = rig.slice / name
        (self.slice / "signer").mkdir(parents=True)
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c",
             "mount -t tmpfs tmpfs /run && mount -t tmpfs -o mode=700 tmpfs /var/lib/validator-agents && "
             "mount -t tmpfs -o mode=700 tmpfs /etc/validator-agents && touch /run/ready && exec sleep infinity"])
        self.root = Path(f"/proc/{self.holder.pid}/root")
        until(lambda: (self.root / "run/ready").exists() and not Path("/run/ready").exists())
        self.configure()
        self.keeper = self.signer = None
        self.command = [rig.keeper]
        self.start_keeper()

    def configure(self, address=ADDRESS):
        etc = self.root / "etc/validator-agents"
        source = etc / "keys" / self.identity
        source.mkdir(parents=True, mode=0o700, exist_ok=True)
        for folder in source, source.parent:
            folder.chmod(0o700)
        key = source / "nodekey"
        key.write_text(KEY)
        key.chmod(0o600)
        etcd, endpoints = self.rig.etcd.folder, ",".join(f"https://127.0.0.1:{port}" for port in self.ports)
        (etc / f"{self.identity}.conf").write_text(
            f"address={address}\nauthority=etcd\nprofile=lan\nnode={self.name}\n"
            f"slice=/{self.slice.relative_to(self.rig.root)}\netcd_endpoints={endpoints}\n"
            f"etcd_ca={etcd}/ca.pem\netcd_certificate={etcd}/client.pem\netcd_key={etcd}/client.key\n")

    def start_keeper(self):
        self.log = open(self.rig.folder / f"{self.name}.log", "a", encoding="utf-8")
        self.keeper = subprocess.Popen(["nsenter", "-m", "-t", str(self.holder.pid), "--", *self.command, self.identity],
                                       stderr=self.log, stdout=self.log)
        until(lambda: self.try_ask("status"))

    def kill_keeper(self):
        self.keeper.kill()
        self.keeper.wait()

    def ask(self, request, **fields):
        """Sends one request to the keeper and returns the answer's fields."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as at:
            at.settimeout(10)
            at.connect(str(self.root / f"run/validator-keeper/{self.identity}.sock"))
            lines = {"version": 1, "request": request, **fields}
            at.send("".join(f"{k}={v}\n" for k, v in lines.items()).encode())
            text = at.recv(8192).decode()
        return dict(line.split("=", 1) for line in text.splitlines())

    def try_ask(self, request, **fields):
        try:
            return self.ask(request, **fields)
        except OSError:
            return None

    def status(self):
        return self.ask("status")

    def acquire(self):
        """One try: the epoch, or None with the reason in `self.why`."""
        answer = self.try_ask("acquire", address=ADDRESS) or {"reason": "silent"}
        self.why = answer.get("pending") or answer.get("reason", "")
        return int(answer["epoch"]) if "epoch" in answer else None

    def spawn_signer(self, epoch):
        """Armed, and nobody has told the keeper which process it is."""
        if self.ask("arm", unit="signer.service", resource="", node="")["result"] != "ok":
            return False
        self.signer = subprocess.Popen([sys.executable, "-S", "-E", str(HERE / "signer.py"), self.name, str(epoch),
                                        str(self.slice / "signer" / "cgroup.procs"), *map(str, LISTENER)])
        until(lambda: str(self.signer.pid) in (self.slice / "signer/cgroup.procs").read_text().split() or
              self.signer.poll() is not None)
        return True

    def start_signer(self, epoch):
        if not self.spawn_signer(epoch):
            return False
        leaf = f"/{self.slice.relative_to(self.rig.root)}/signer"
        return self.ask("watch", pid=self.signer.pid, cgroup=leaf)["result"] == "ok"

    def take(self, seconds=10):
        """What a start and a promote do: acquire, then the signer. Returns the epoch."""
        epoch = until(self.acquire, seconds)
        assert self.start_signer(epoch), f"{self.name} could not start its signer"
        return epoch

    def lose(self):
        return self.ask("lose")

    def freeze(self, on):
        for pid in [self.keeper.pid] + ([self.signer.pid] if self.signer else []):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP if on else signal.SIGCONT)

    @contextlib.contextmanager
    def main_thread_stopped(self):
        """The thread that judges stands still, while the one that asks the authority goes on."""
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        assert libc.ptrace(0x4206, self.keeper_pid(), None, None) == 0  # PTRACE_SEIZE, this thread alone
        assert libc.ptrace(0x4207, self.keeper_pid(), None, None) == 0  # PTRACE_INTERRUPT
        libc.waitpid(self.keeper_pid(), None, 0x40000000)  # __WALL
        try:
            yield
        finally:
            assert libc.ptrace(17, self.keeper_pid(), None, None) == 0  # PTRACE_DETACH

    @contextlib.contextmanager
    def signer_unkillable(self):
        """Its end is stopped by a tracer, as a kernel that waits for a disk would."""
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        assert libc.ptrace(0x4206, self.signer.pid, None, 0x40) == 0  # PTRACE_SEIZE, PTRACE_O_TRACEEXIT
        try:
            yield
        finally:
            libc.waitpid(self.signer.pid, None, 0x40000000)  # __WALL
            assert libc.ptrace(17, self.signer.pid, None, None) == 0  # PTRACE_DETACH

    @contextlib.contextmanager
    def watched_by_systemd(self, seconds):
        """Restarts the keeper with a watchdog, and gives the instants of its beats."""
        beats, name = [], f"\0seat-{self.name}-{os.getpid()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(name)

            def listen():
                while words := ear.recv(4096):
                    if b"WATCHDOG=1" in words:
                        beats.append(now())

            thread = threading.Thread(target=listen, daemon=True)
            thread.start()
            os.environ.update(NOTIFY_SOCKET="@" + name[1:], WATCHDOG_USEC=str(seconds * 10**6))
            try:
                self.kill_keeper()
                self.start_keeper()
                until(lambda: self.status().get("lease") == "held")
                yield beats
            finally:
                for word in "NOTIFY_SOCKET", "WATCHDOG_USEC":
                    del os.environ[word]
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
                    mouth.sendto(b"", name)
                thread.join()

    def keeper_pid(self):
        return self.keeper.pid

    def crash(self):
        """Power lost: every process is gone, and with them what was in memory."""
        self.kill_keeper()
        (self.slice / "cgroup.kill").write_text("1")
        for file in (self.root / "run/validator-keeper").iterdir():
            file.unlink()
        sh(f"rm -rf {self.root}/run/validator/*")

    def key_is_here(self):
        folder = self.root / f"run/validator/{self.identity}"
        return folder.exists() and any(folder.iterdir())

    def said_times(self, words):
        return (self.rig.folder / f"{self.name}.log").read_text().count(words)

    def said(self, words):
        return self.said_times(words) > 0

    def end(self):
        with contextlib.suppress(OSError):
            self.freeze(False)
        self.kill_keeper()
        (self.slice / "cgroup.kill").write_text("1")
        self.holder.kill()
        self.holder.wait()
        if self.signer:
            self.signer.wait()
        until(lambda: "populated 0" in (self.slice / "cgroup.events").read_text())
        for group in self.slice.iterdir():
            if group.is_dir():
                group.rmdir()
        self.slice.rmdir()


class Rig:
    def __init__(self, folder, names=("n1", "n2"), members=1):
        self.folder, self.keeper = folder, str(Path(KEEPER).resolve())
        mounts = [line.split() for line in open("/proc/mounts", encoding="ascii")]
        self.root = Path(next(m[1] for m in mounts if m[2] == "cgroup2"))
        self.slice = self.root / f"validator-seat-{os.getpid()}-{random.randrange(10**6)}"
        self.slice.mkdir()
        self.recorder = Recorder()
        self.etcd = Etcd(folder, members)
        self.machines = [Machine(self, name) for name in names]

    def end(self):
        for machine in self.machines:
            machine.end()
        self.etcd.end()
        self.recorder.holder.kill()
        self.recorder.holder.wait()
        sh("ip link del here || true")
        self.slice.rmdir()
