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
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEEPER = os.environ.get("VALIDATOR_KEEPER", "keeper/validator-keeper")
IDENTITY = "cn1"
KEY = "0" * 63 + "1"
ADDRESS = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"
LISTENER = ("192.0.2.2", 4000)
# lan: renew 0.2, gate 0.8, kill 1.2, takeover 2.0
GATE, TAKEOVER = 0.8, 2.0


def sh(line):
    subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL)


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def until(what, seconds=15, every=0.02):
    """Waits until `what()` is true and returns it."""
    end = now() + seconds
    while now() < end:
        found = what()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"did not happen in {seconds} s: {what.__doc__ or what}")


class Etcd:
    """One real etcd with certificates of its own."""

    def __init__(self, folder):
        self.folder, self.port = folder, 2379
        ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        sh(f"cd {folder} && openssl req -x509 {ec} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem 2>&1")
        for party in "server", "client":
            sh(f"cd {folder} && openssl req {ec} -subj /CN={party} -addext subjectAltName=IP:127.0.0.1 "
               f"-keyout {party}.key -out {party}.csr 2>&1 && openssl x509 -req -in {party}.csr -CA ca.pem "
               f"-CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out {party}.pem 2>&1")
        self.start("data")

    def start(self, data):
        url = f"https://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            ["etcd", "--data-dir", data, "--listen-client-urls", url, "--advertise-client-urls", url,
             "--listen-peer-urls", "http://127.0.0.1:2380", "--initial-advertise-peer-urls",
             "http://127.0.0.1:2380", "--initial-cluster", "default=http://127.0.0.1:2380", "--cert-file",
             "server.pem", "--key-file", "server.key", "--trusted-ca-file", "ca.pem", "--client-cert-auth",
             "--log-level", "error"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def control(self, *words, text=None):
        """etcdctl as an operator uses it."""
        at = ["--endpoints", f"https://127.0.0.1:{self.port}", "--cacert", "ca.pem", "--cert", "client.pem",
              "--key", "client.key"]
        return subprocess.run(["etcdctl", *at, *words], cwd=self.folder, input=text, capture_output=True, text=True,
                              check=True).stdout

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Way:
    """The way from one machine to etcd: passes bytes on, after `delay()` seconds, or nothing when it is cut."""

    def __init__(self, to):
        self.to, self.is_cut, self.delay = to, False, lambda: 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            here, _ = self.server.accept()
            try:
                there = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                here.close()
                continue
            for a, b in (here, there), (there, here):
                threading.Thread(target=self._pass, args=(a, b), daemon=True).start()

    def _pass(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                time.sleep(self.delay())
                while self.is_cut:
                    time.sleep(0.01)
                sink.sendall(data)
        for end in source, sink:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Machine:
    """One machine: its keeper, its signer, and what an agent would do."""

    def __init__(self, rig, name):
        self.rig, self.name, self.way = rig, name, Way(rig.etcd.port)
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
        etcd = self.rig.etcd.folder
        (etc / f"{self.identity}.conf").write_text(
            f"address={address}\nauthority=etcd\nprofile=lan\nnode={self.name}\n"
            f"slice=/{self.slice.relative_to(self.rig.root)}\netcd_endpoints=https://127.0.0.1:{self.way.port}\n"
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

    def said(self, words):
        return words in (self.rig.folder / f"{self.name}.log").read_text()

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


class Stream:
    """A TCP connection from a control group to the recorder's network."""

    def __init__(self, recorder, group):
        self.ear = subprocess.Popen(
            ["nsenter", "-n", "-t", str(recorder.holder.pid), sys.executable, "-S", "-E", "-c",
             "import socket, sys\n"
             f"with socket.create_server({LISTENER!r}) as server:\n"
             "    print('ready', flush=True)\n"
             "    at = server.accept()[0]\n"
             "    while words := at.recv(4096):\n"
             "        sys.stdout.buffer.raw.write(words)"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.ear.stdout.readline() == b"ready\n"
        os.set_blocking(self.ear.stdout.fileno(), False)
        self.mouth = subprocess.Popen(
            ["sh", "-c", f"echo $$ > {group}; exec \"$@\"", "-", sys.executable, "-S", "-E", "-c",
             "import socket, sys\n"
             f"at = socket.create_connection({LISTENER!r})\n"
             "for line in sys.stdin:\n"
             "    at.sendall(line.rstrip('\\n').encode())"], stdin=subprocess.PIPE)
        self.text = b""

    def say(self, words):
        self.mouth.stdin.write(f"{words}\n".encode())
        self.mouth.stdin.flush()

    def heard(self):
        self.text += self.ear.stdout.read() or b""
        return self.text.decode()

    def end(self):
        """The speaker ends in order: what it said is left to the kernel."""
        self.mouth.stdin.close()
        self.mouth.wait()


class Node:
    """A standby's node in a control group: it listens, and one connection to it stands from the beginning."""

    def __init__(self, recorder, group):
        group.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            ["sh", "-c", f"echo $$ > {group}/cgroup.procs; exec \"$@\"", "-", sys.executable, "-S", "-E", "-c",
             "import socket, threading\n"
             "def echo(at):\n"
             "    while words := at.recv(4096):\n"
             "        at.sendall(words)\n"
             "server = socket.create_server(('192.0.2.1', 0))\n"
             "print(server.getsockname()[1], flush=True)\n"
             "while True:\n"
             "    threading.Thread(target=echo, args=server.accept()[:1], daemon=True).start()"],
            stdout=subprocess.PIPE)
        self.recorder, self.address = recorder, ("192.0.2.1", int(self.process.stdout.readline()))
        self.standing = recorder.connect(self.address)

    def answers(self):
        """On the connection that stands, and on a new one."""
        for at in self.standing, self.recorder.connect(self.address):
            at.sendall(b"alive?")
            assert at.recv(16) == b"alive?"
        return True

    def end(self):
        self.process.kill()
        self.process.wait()


class Recorder:
    """Stands outside, at the other end of a wire, and writes down each packet's node, epoch and instant."""

    def __init__(self):
        # By (node, epoch): first and last instant; and all instants, for gaps.
        self.spans, self.stamps, self.lock = {}, [], threading.Lock()
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        until(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != os.readlink("/proc/self/ns/net"))
        sh(f"ip link add here type veth peer name there netns {self.holder.pid} && ip link set here up && "
           f"ip addr add 192.0.2.1/24 brd + dev here && nsenter -n -t {self.holder.pid} sh -c "
           f"'ip link set there up && ip addr add {LISTENER[0]}/24 dev there'")
        ours, theirs = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/proc/{self.holder.pid}/ns/net", os.O_RDONLY)
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(ours, theirs, ready), daemon=True).start()
        ready.wait()

    def _listen(self, ours, theirs, ready):
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.setns(theirs, 0) == 0
        at = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        at.setsockopt(socket.SOL_SOCKET, 33, 1 << 23)  # SO_RCVBUFFORCE
        at.bind(LISTENER)
        assert libc.setns(ours, 0) == 0
        ready.set()
        while True:
            epoch, stamp, name = struct.unpack("QQ16s", at.recv(64))
            who, stamp = (name.rstrip(b"\0").decode(), epoch), stamp / 1e9
            with self.lock:
                first, last = self.spans.get(who, (stamp, stamp))
                self.spans[who] = min(first, stamp), max(last, stamp)
                self.stamps.append(stamp)

    def connect(self, address):
        """A connection from outside."""
        made = []

        def enter():
            with open(f"/proc/{self.holder.pid}/ns/net", "rb") as there:
                assert ctypes.CDLL(None, use_errno=True).setns(there.fileno(), 0) == 0
            made.append(socket.create_connection(address, 5))

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return made[0]

    @contextlib.contextmanager
    def node(self, group):
        node = Node(self, group)
        try:
            yield node
        finally:
            node.end()

    @contextlib.contextmanager
    def stream(self, group):
        stream = Stream(self, group)
        try:
            yield stream
        finally:
            for process in stream.mouth, stream.ear:
                process.kill()
                process.wait()

    def seen(self):
        with self.lock:
            return dict(self.spans)

    def last(self, name):
        return max((last for (who, _), (_, last) in self.seen().items() if who == name), default=0)

    def first(self, name):
        return min((first for (who, _), (first, _) in self.seen().items() if who == name), default=None)

    def signs(self, name, within=0.1):
        return now() - self.last(name) < within

    def epochs(self):
        return {epoch for _, epoch in self.seen()}

    def signers(self, epoch):
        return {who for who, e in self.seen() if e == epoch}

    def overlap(self):
        """W in seconds, the largest of all changes of epoch: negative when no old packet came after a new one."""
        spans = [(epoch, *span) for (_, epoch), span in self.seen().items()]
        return max((old[2] - new[1] for old in spans for new in spans if old[0] < new[0]), default=None)

    def gap(self, since, to):
        with self.lock:
            stamps = [since] + sorted(s for s in self.stamps if since <= s <= to) + [to]
        return max(b - a for a, b in zip(stamps, stamps[1:]))


class Rig:
    def __init__(self, folder, names=("n1", "n2")):
        self.folder, self.keeper = folder, str(Path(KEEPER).resolve())
        mounts = [line.split() for line in open("/proc/mounts", encoding="ascii")]
        self.root = Path(next(m[1] for m in mounts if m[2] == "cgroup2"))
        self.slice = self.root / f"validator-seat-{os.getpid()}-{random.randrange(10**6)}"
        self.slice.mkdir()
        self.recorder = Recorder()
        self.etcd = Etcd(folder)
        self.machines = [Machine(self, name) for name in names]

    def end(self):
        for machine in self.machines:
            machine.end()
        self.etcd.signal(signal.SIGCONT)
        self.etcd.kill()
        self.recorder.holder.kill()
        self.recorder.holder.wait()
        sh("ip link del here || true")
        self.slice.rmdir()
