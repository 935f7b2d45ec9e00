"""What happens in the cluster, as it happens: Pacemaker's alerts from every node, and a nudge when its log grows."""

import ctypes
import dataclasses
import json
import os
import select
import socket
import threading
import time

IN_MODIFY, IN_CREATE, IN_CLOEXEC, IN_NONBLOCK = 0x2, 0x100, 0o2000000, 0o4000
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclasses.dataclass(frozen=True)
class Event:
    """One alert. kind: node, fencing, resource, attribute; time in seconds of the epoch on the one clock of this host."""

    time: float
    reporter: str
    kind: str
    node: str
    what: str
    rc: int
    text: str

    def __str__(self):
        clock = time.strftime("%H:%M:%S", time.localtime(self.time)) + f"{self.time % 1:.3f}"[1:]
        return f"{clock} {self.kind:9} {self.node:4} {self.text}"


def parse(record):
    """Event from the variables of an alert (without CRM_alert_)."""
    kind, node = record.get("kind", "?"), record.get("node", "?")
    rc = int(record.get("rc") or 0)
    if kind == "resource":
        what = f"{record['rsc']} {record['task']}"
        text = f"{what} rc={rc} {record.get('exec_time', '?')} ms"
        if record.get("interval", "0") not in ("0", ""):
            text += f" every {record['interval']}"
    elif kind == "attribute":
        what = f"{record.get('attribute_name')}={record.get('attribute_value')}"
        text = what
    elif kind == "fencing":
        what = text = record.get("desc", "")
    else:
        what = text = record.get("desc", "")
    stamp = record.get("timestamp_epoch")
    moment = float(f"{stamp}.{int(record.get('timestamp_usec') or 0):06d}") if stamp else record["sent"]
    return Event(moment, record.get("reporter", "?"), kind, node, what, rc, text)


class Events:
    """The collector: a socket on the lab's bus, watched logs, and waiters that are woken by either."""

    def __init__(self, bus):
        self.all = []
        self.changed = threading.Condition()
        self.generation = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.bind(f"{bus}/events")
        os.chmod(f"{bus}/events", 0o666)  # alert agents run as hacluster
        self._inotify = LIBC.inotify_init1(IN_CLOEXEC | IN_NONBLOCK)
        self._stop = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def watch(self, directory):
        """From now on every line that is logged into this directory makes waiters look again."""
        if LIBC.inotify_add_watch(self._inotify, directory.encode(), IN_MODIFY | IN_CREATE) < 0:
            raise OSError(ctypes.get_errno(), f"cannot watch {directory}")

    def _collect(self):
        while True:
            ready, _, _ = select.select([self._socket, self._inotify, self._stop], [], [])
            if self._stop in ready:
                return
            with self.changed:
                if self._socket in ready:
                    self.all.append(parse(json.loads(self._socket.recv(65536))))
                if self._inotify in ready:
                    os.read(self._inotify, 65536)
                self.generation += 1
                self.changed.notify_all()

    def mark(self):
        """A place in the stream; `since` gives what came after it."""
        return len(self.all)

    def since(self, mark, kind=None):
        """Events after a mark, of one kind or of all, in the order of their time."""
        return sorted((e for e in self.all[mark:] if kind in (None, e.kind)), key=lambda e: e.time)

    def nudge(self):
        """Makes all waiters look again."""
        with self.changed:
            self.generation += 1
            self.changed.notify_all()

    def wait(self, test, timeout_s, settle_s=0.05):
        """Returns what `test` returns as soon as it is true; asks again after each event; None when the time is over."""
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self.generation
            result = test()
            if result:
                return result
            with self.changed:
                if not self.changed.wait_for(lambda: self.generation != seen, max(0, deadline - time.monotonic())):
                    return None
            time.sleep(settle_s)  # a burst of events is one reason to look, not twenty

    def close(self):
        """Ends the collector's thread."""
        os.eventfd_write(self._stop, 1)
        self._thread.join()
        self._socket.close()
        os.close(self._inotify)
        os.close(self._stop)
