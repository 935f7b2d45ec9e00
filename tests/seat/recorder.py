# SPDX-License-Identifier: LGPL-2.1-or-later
"""What stands outside and listens, on one clock with all machines."""
import collections
import contextlib
import ctypes
import os
import socket
import struct
import subprocess
import sys
import threading

from waiting import now, sh, until

LISTENER = ("192.0.2.2", 4000)
LATE = 200_000  # packets: 100 s of one signer
PAUSE = 0.1


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
        self.connections = [recorder.connect(self.address)]

    def answers(self):
        """On the connection that stands, and on a new one."""
        self.connections.append(self.recorder.connect(self.address))
        for at in self.connections:
            at.sendall(b"alive?")
            assert at.recv(16) == b"alive?"
        return True

    def end(self):
        """Its connections too: one that only this side has closed keeps the gate's program in the kernel."""
        self.process.kill()
        self.process.wait()
        for at in self.connections:
            at.close()


class Recorder:
    """Stands outside, at the other end of a wire, and writes down each packet's node, epoch and instant."""

    def __init__(self):
        # By (node, epoch): first and last instant; the instants of late, and all pauses.
        self.spans, self.stamps, self.lock = {}, collections.deque(maxlen=LATE), threading.Lock()
        self.latest, self.pauses = None, []
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
                if self.latest and stamp > self.latest + PAUSE:
                    self.pauses.append((self.latest, stamp))
                self.latest = max(stamp, self.latest or 0)

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
        """The longest time without a packet, of late."""
        with self.lock:
            stamps = [since] + sorted(s for s in self.stamps if since <= s <= to) + [to]
        return max(b - a for a, b in zip(stamps, stamps[1:]))
