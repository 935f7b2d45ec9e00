"""The power switch: a process of the lab host that machines reach over the bus. Off means killed and proved empty."""

import contextlib
import os
import socket
import threading

from machine.host import HostError


class Switch:
    """Answers 'on NODE', 'off NODE', 'status NODE', 'list' on a unix socket; the nodes' fence_lab asks it."""

    def __init__(self, bus, nodes):
        self.nodes = {node.name: node for node in nodes}
        self.stays_off = set()      # machines whose supply is broken: 'on' is obeyed and does nothing
        self.broken = set()         # machines for which the switch does not do what it is told, and says so
        self.boot_delay_s = 6       # what a machine takes from power to its first process: firmware, loader
        self.starting = {}          # name -> token of the power-on that is under way
        self.log = []               # (request, answer) in order
        self.lock = threading.RLock()
        self.closed = False
        self.stopped = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._listener.bind(f"{bus}/power")
        os.chmod(f"{bus}/power", 0o666)
        self._listener.listen(16)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client):
        with client:
            request = client.makefile().readline().strip()
            try:
                answer = self.obey(request)
            except Exception as error:  # pylint: disable=broad-except  (the fence agent must hear of it)
                answer = f"error {type(error).__name__}: {error}"
            self.log.append((request, answer))
            with contextlib.suppress(BrokenPipeError):  # the one who asked may have switched himself off
                client.sendall((answer + "\n").encode())

    def obey(self, request):
        """Does one request and returns the answer's line."""
        verb, _, name = request.partition(" ")
        if verb == "list":
            return "ok " + "\n".join(self.nodes)
        node = self.nodes.get(name)
        if node is None:
            return f"error no machine '{name}' here"
        if name in self.broken:
            return f"error the outlet of {name} does not answer"
        with self.lock:
            if self.closed:
                return "error the lab ends"
            if verb == "status":
                return "ok on" if name in self.starting or node.is_on() else "ok off"
            if verb == "off":
                self.starting.pop(name, None)
                node.power_off()
                return "ok"
            if verb == "on":
                if name not in self.stays_off and name not in self.starting and not node.is_on():
                    self.starting[name] = object()
                    threading.Thread(target=self._boot, args=(node, self.starting[name]), daemon=True).start()
                return "ok"
        return f"error unknown request '{verb}'"

    def _boot(self, node, token):
        self.stopped.wait(self.boot_delay_s)
        with self.lock:
            if self.closed or self.starting.get(node.name) is not token:
                return
            del self.starting[node.name]
            node.start()
        try:
            node.wait_until_booted()
        except (HostError, OSError) as error:   # it was switched off again, or the lab ended
            self.log.append((f"boot of {node.name}", str(error)))

    def close(self):
        """Ends the listener; requests under way end by themselves."""
        with self.lock:
            self.closed = True
            self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
