"""The live view: one line that a person can read, drawn again with each block and each event."""

import shutil
import sys
import threading


class Live:
    """Shows block, proposer, who holds the seat, and both machines; on a terminal in place, else a line per block."""

    def __init__(self, pair):
        self.pair = pair
        self.names = pair.net.names | {pair.net.seat["address"]: "the seat"}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self.pair.cluster.events.nudge()
        self._thread.join(10)
        if sys.stdout.isatty():
            print()

    def say(self, text):
        """A line of its own in between."""
        print(("\r\033[K" if sys.stdout.isatty() else "") + text, flush=True)

    def _run(self):
        shown, events = 0, self.pair.cluster.events
        while not self._stop.is_set():
            seen, height = events.generation, self.pair.chain.height()
            if sys.stdout.isatty():
                print(f"\r\033[K{self.line()[:shutil.get_terminal_size().columns - 1]}", end="", flush=True)
            elif height != shown:
                print(self.line(), flush=True)
            shown = height
            with events.changed:
                events.changed.wait_for(lambda: events.generation != seen or self._stop.is_set(), 1)

    def line(self):
        """The state in one line."""
        chain = self.pair.chain
        block = chain.blocks[-1] if chain.blocks else None
        head = f"block {block.number} by {self.names.get(block.proposer, '?'):8}" if block else "no block yet"
        hosts = ", ".join(sorted(chain.seat_hosts())) or "nobody"
        machines = "   ".join(f"{node.name}: {self.machine(node)}" for node in self.pair.cluster.nodes[:2])
        return f"  {head}  the seat's key runs on: {hosts:7} {machines}"

    def machine(self, node):
        """One machine in a few words."""
        if not node.is_on():
            return "no power        "
        address = self.pair.chain.loaded_address(node)
        role = {None: "no kcn", self.pair.net.seat["address"]: "signer"}.get(address, "standby")
        return f"{role:7} at {self.pair.chain.node_height(node):4}" if address else f"{role:15} "
