# SPDX-License-Identifier: LGPL-2.1-or-later
"""A keeper as its neighbours see it: a process, a socket, files, and what it runs."""
import contextlib
import os
import pathlib
import re
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import time

KEEPER = os.environ["VALIDATOR_KEEPER"]
GROUPS = pathlib.Path(os.environ["VALIDATOR_GROUPS"])
IDENTITY = "cell1"
CONFIG = pathlib.Path("/etc/validator-agents")
SOURCE = CONFIG / "keys" / IDENTITY
KEYS = pathlib.Path("/run/validator") / IDENTITY
NOTES = pathlib.Path("/run/validator-keeper")
SOCKET = NOTES / f"{IDENTITY}.sock"
EPOCH = pathlib.Path("/var/lib/validator-agents") / IDENTITY / "epoch"
STUBS = pathlib.Path("/usr/local/sbin")
TOLD = pathlib.Path("/run/told")
NAMES = ("nodekey", "bls-nodekey")


def run(*words, **more):
    return subprocess.run([KEEPER, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, **more)


class Identity:
    """A new identity in its source directory, made by the program's own backup of a node."""

    def __init__(self):
        self.keys = {name: secrets.token_hex(32) for name in NAMES}
        # below the order of BLS12-381's group
        self.keys["bls-nodekey"] = "10" + self.keys["bls-nodekey"][2:]
        node = pathlib.Path("/run/node/klay")
        node.mkdir(parents=True)
        for name, key in self.keys.items():
            write_key(node / name, key)
        done = run("--backup", str(node.parent), IDENTITY)
        assert done.returncode == 0, done.stderr
        self.shown = done.stdout + done.stderr
        self.address = re.search(r"^address=(0x[0-9a-f]{40})$", done.stdout, re.M).group(1)
        shutil.rmtree(node.parent)

    def forms(self):
        """All the forms in which a key of it could lie somewhere."""
        for key in self.keys.values():
            raw = bytes.fromhex(key)
            yield from (key.encode(), key.upper().encode(), raw, raw[::-1])
            # libsecp256k1's scalars are four words, the lowest first
            yield b"".join(raw[at:at + 8][::-1] for at in (24, 16, 8, 0))


def write_key(path, text, mode=0o600):
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(mode)


def configure(**keys):
    CONFIG.mkdir(exist_ok=True)
    text = "".join(f"{name}={value}\n" for name, value in keys.items() if value is not None)
    (CONFIG / f"{IDENTITY}.conf").write_text(text)


class Keeper:
    """The resident program. `log` is everything that it ever wrote."""

    def __init__(self, log, identity=IDENTITY):
        self.log_path = log
        self.identity = identity
        self.process = None

    def start(self):
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = f"\0keeper-{secrets.token_hex(8)}"
        with ready, open(self.log_path, "ab") as log:
            ready.bind(name)
            ready.settimeout(10)
            env = {"NOTIFY_SOCKET": "@" + name[1:]}
            env.update({k: v for k, v in os.environ.items() if k.startswith(("ASAN_", "UBSAN_"))})
            self.process = subprocess.Popen([KEEPER, self.identity], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=env, cwd="/")
            assert b"READY=1" in ready.recv(4096), self.log
        return self

    def end(self, number=signal.SIGKILL):
        if self.process:
            # A frozen one is thawed first: a SIGCONT afterwards could take away the stop by which
            # LeakSanitizer looks at a program that ends, which then waits for ever.
            if number != signal.SIGKILL:
                self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            self.process.wait(10)
        return self

    def again(self, number=signal.SIGKILL):
        return self.end(number).start()

    @property
    def pid(self):
        return self.process.pid

    @property
    def log(self):
        return pathlib.Path(self.log_path).read_text()


def packet(request, **fields):
    fields = {"version": 1, "request": request, **fields}
    return "".join(f"{name}={value}\n" for name, value in fields.items() if value is not None).encode()


def exchange(data, timeout_s=15):
    """Sends one packet; the answer's bytes, empty when the keeper ended."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            s.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", timeout_s, 0))
        s.connect(str(SOCKET))
        with contextlib.suppress(BrokenPipeError):
            s.send(data)
        with contextlib.suppress(ConnectionResetError):
            return s.recv(65536)
    return b""


def lines(data):
    return dict(line.split("=", 1) for line in data.decode().splitlines())


def ask(request, **fields):
    answer = lines(exchange(packet(request, **fields)))
    assert answer["version"] == "1"
    assert (answer["result"] == "ok") == ("reason" not in answer)
    if answer["result"] != "ok":
        reason = answer["reason"]
        assert answer["result"] in ("refused", "failed")
        assert reason and not reason.endswith("."), reason
    return answer


def tell(request, **fields):
    answer = ask(request, **fields)
    assert answer["result"] == "ok", answer
    return answer


def files():
    return sorted(os.listdir(KEYS)) if KEYS.exists() else []


class Signer:
    """A process in a control group of its own."""

    def __init__(self):
        self.folder = GROUPS / secrets.token_hex(4)
        self.folder.mkdir()
        self.group = f"/{GROUPS.name}/{self.folder.name}"
        self.process = None

    def start(self):
        self.process = subprocess.Popen(["sleep", "infinity"], stdin=subprocess.DEVNULL)
        (self.folder / "cgroup.procs").write_text(str(self.process.pid))
        return self

    @property
    def pid(self):
        return self.process.pid

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def remove(self):
        self.kill()
        self.folder.rmdir()


class Pacemaker:
    """crm_mon, crm_attribute and crm_resource: programs that say when and how they were called."""

    SCRIPT = """#!/bin/bash
printf '%s %s %s\\n' "$EPOCHREALTIME" "${0##*/}" "$*" >/run/told
[ ! -e "/run/${0##*/}.out" ] || cat "/run/${0##*/}.out"
[ ! -e "/run/${0##*/}.hangs" ] || exec sleep infinity
[ ! -e "/run/${0##*/}.fails" ]
"""

    def __init__(self):
        TOLD.unlink(missing_ok=True)
        os.mkfifo(TOLD)
        self.fd = os.open(TOLD, os.O_RDWR | os.O_NONBLOCK)
        self.rest = b""
        for name in ("crm_mon", "crm_attribute", "crm_resource"):
            (STUBS / name).write_text(self.SCRIPT)
            (STUBS / name).chmod(0o755)
        self.manage(True)

    def manage(self, managed, resource="kcn", node="node1"):
        """As crm_mon 2.1.5 shows a clone's instance."""
        word = "true" if managed else "false"
        text = (f'<pacemaker-result api-version="2.25"><resources><clone id="{resource}-clone" '
                f'multi_state="true" managed="{word}"><resource id="{resource}" role="Promoted" '
                f'active="true" managed="{word}" failed="false"><node name="{node}" id="1" '
                'cached="true"/></resource></clone></resources>'
                '<status code="0" message="OK"/></pacemaker-result>')
        new = pathlib.Path("/run/crm_mon.new")
        new.write_text(text)
        new.rename("/run/crm_mon.out")

    @staticmethod
    def switch(name, what, on=True):
        path = pathlib.Path(f"/run/{name}.{what}")
        if on:
            path.touch()
        else:
            path.unlink(missing_ok=True)

    def heard(self, timeout_s=5):
        """The next call: its time and its words; None when none comes."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self.rest:
            if not select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]:
                return None
            self.rest += os.read(self.fd, 65536)
        line, self.rest = self.rest.split(b"\n", 1)
        at, *words = line.decode().split()
        return float(at), words

    def expect(self, name, timeout_s=5):
        while True:
            heard = self.heard(timeout_s)
            assert heard, f"{name} was not called"
            if heard[1][0] == name:
                return heard

    def close(self):
        os.close(self.fd)
