# SPDX-License-Identifier: LGPL-2.1-or-later
"""The authority: a real etcd of one member or of several, and a machine's way to one."""
import contextlib
import json
import shutil
import signal
import socket
import subprocess
import threading
import time

from waiting import sh, until


class Member:
    """One member of etcd. Keepers come by `port`; an operator and the others have ports of their own."""

    def __init__(self, folder, number, count):
        self.folder, self.name = folder, f"m{number}"
        self.port, self.peer, self.operator = (base + 10 * number for base in (2379, 2380, 2381))
        self.cluster = ",".join(f"m{n}=http://127.0.0.1:{2380 + 10 * n}" for n in range(count))
        # As in crm-examples; one that is alone has nobody to wait for.
        self.times = ["--heartbeat-interval", "50", "--election-timeout", "250"] if count > 1 else []
        self.process = None

    def start(self, data=None, token="seats"):
        url, peer = f"https://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.peer}"
        urls = f"{url},https://127.0.0.1:{self.operator}"
        self.process = subprocess.Popen(
            ["etcd", "--name", self.name, "--data-dir", data or self.name, "--listen-client-urls", urls,
             "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", self.cluster, "--initial-cluster-token", token, *self.times, "--cert-file", "server.pem",
             "--key-file", "server.key", "--trusted-ca-file", "ca.pem", "--client-cert-auth", "--log-level", "error"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def leads(self):
        status = json.loads(self.control("endpoint", "status", "--write-out=json"))[0]["Status"]
        return status["leader"] == status["header"]["member_id"]

    def command(self, *words):
        """etcdctl as an operator uses it, in the folder of the certificates."""
        return ["etcdctl", "--endpoints", f"https://127.0.0.1:{self.operator}", "--cacert", "ca.pem", "--cert",
                "client.pem", "--key", "client.key", *words]

    def control(self, *words, text=None):
        return subprocess.run(self.command(*words), cwd=self.folder, input=text, capture_output=True, text=True,
                              check=True).stdout


class Etcd:
    """A real etcd with certificates of its own."""

    def __init__(self, folder, count=1):
        self.folder = folder
        ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        sh(f"cd {folder} && openssl req -x509 {ec} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem 2>&1")
        for party in "server", "client":
            sh(f"cd {folder} && openssl req {ec} -subj /CN={party} -addext subjectAltName=IP:127.0.0.1 "
               f"-keyout {party}.key -out {party}.csr 2>&1 && openssl x509 -req -in {party}.csr -CA ca.pem "
               f"-CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out {party}.pem 2>&1")
        self.members = [Member(folder, number, count) for number in range(count)]
        for member in self.members:
            member.start()
        until(self.leader)

    def leader(self):
        """The member that leads, None while there is none."""
        for member in self.members:
            with contextlib.suppress(subprocess.CalledProcessError):
                if member.leads():
                    return member
        return None

    def control(self, *words, text=None):
        return self.members[0].control(*words, text=text)

    def signal(self, number):
        for member in self.members:
            member.process.send_signal(number)

    def start(self, data=None, token="seats"):
        """With another token and no data it is another cluster."""
        for member in self.members:
            member.start(data, token)

    def kill(self):
        for member in self.members:
            member.kill()

    def end(self):
        """Its data too, which lie in memory."""
        self.signal(signal.SIGCONT)
        self.kill()
        for data in self.folder.glob("*/member"):
            shutil.rmtree(data)


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
