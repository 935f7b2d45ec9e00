"""The judge: what the network and the machines show from outside. Nothing here reads a log of ours.

Blocks are pushed by v2 as they come. Who sits on the seat is asked at each kcn itself, and at the other validators,
who know each peer by the key that it proved."""

import dataclasses
import threading
import time

from kaia import rpc
from kaia.package import DATA_DIR

TURN_S = 2.5        # a block later than this after the one before is a gap; blocks come each second


@dataclasses.dataclass(frozen=True)
class Block:
    """A block as v2 saw it come; `seen` in seconds of the epoch; `first_proposer` is whose turn round 0 was."""

    number: int
    seen: float
    proposer: str
    first_proposer: str
    round: int

    def __str__(self):
        lost = f", lost by {self.first_proposer[:8]} in round 0" if self.round else ""
        return f"block {self.number} by {self.proposer[:8]}{lost}"


class Chain:
    """The judge of one network."""

    def __init__(self, network):
        self.network = network
        self.events = network.cluster.events
        self.blocks = []
        self.doubles = []           # (time, hosts) whenever more than one machine had the seat's key loaded
        self._stop = threading.Event()

    # collecting

    def follow(self):
        """Begins to collect blocks, and to look who has the seat."""
        for target in (self._collect_blocks, self._watch_seat):
            threading.Thread(target=target, daemon=True).start()

    def close(self):
        """Ends collecting; the thread that waits for a block ends with the node that would send it."""
        self._stop.set()

    def _collect_blocks(self):
        socket = f"{self.network['v2'].directory}/data/klay.ipc"
        while not self._stop.is_set():
            for head in rpc.subscribe_heads(socket):
                if self._stop.is_set():
                    return
                self._add(socket, int(head["number"], 16), time.time())
            self._stop.wait(0.05)       # v2 is not there (yet, or any more)

    def _add(self, socket, number, seen):
        try:
            info = rpc.ask_ipc(socket, "klay_getBlockWithConsensusInfoByNumber", hex(number))
        except rpc.RpcError:
            return
        self.blocks.append(Block(number, seen, info["proposer"].lower(), info["originProposer"].lower(), info["round"]))
        self.events.nudge()

    def _watch_seat(self):
        while not self._stop.wait(0.2):
            hosts = self.seat_hosts()
            if len(hosts) > 1:
                self.doubles.append((time.time(), hosts))

    # asking

    def height(self):
        """Number of the newest block that was seen, 0 if none."""
        return self.blocks[-1].number if self.blocks else 0

    def loaded_address(self, node):
        """The consensus address of the key with which a node's kcn runs; None if it runs none that answers."""
        try:
            return rpc.ask_ipc(node.host_path(f"{DATA_DIR}/klay.ipc"), "governance_nodeAddress", timeout_s=0.5).lower()
        except rpc.RpcError:
            return None

    def node_height(self, node):
        """Height of a cluster node's kcn, -1 if it does not answer."""
        try:
            return int(rpc.ask_ipc(node.host_path(f"{DATA_DIR}/klay.ipc"), "klay_blockNumber"), 16)
        except rpc.RpcError:
            return -1

    def seat_hosts(self):
        """Names of the machines whose kcn runs with the seat's key now."""
        return {node.name for node in self.network.cluster.nodes[:2]
                if self.loaded_address(node) == self.network.seat["address"]}

    def seat_connections(self):
        """{validator: remote address} of each peer connection that was authenticated with the seat's key."""
        found = {}
        for name in self.network.others:
            for peer in self.network[name].ask("admin_peers"):
                if peer["id"] == self.network.seat["id"]:
                    found[name] = peer["networks"][0]["remoteAddress"].rpartition(":")[0]
        return found

    # judging

    def since(self, moment):
        """Blocks seen after a time (seconds of the epoch)."""
        return [block for block in self.blocks if block.seen >= moment]

    def seat_proposals(self, moment=0):
        """Blocks after a time that were proposed with the seat's key."""
        return [block for block in self.since(moment) if block.proposer == self.network.seat["address"]]

    def lost_turns(self, moment=0, address=None):
        """Blocks after a time whose first round was the turn of an address (default: the seat's) and failed."""
        address = address or self.network.seat["address"]
        return [block for block in self.since(moment) if block.round > 0 and block.first_proposer == address]

    def gaps(self, moment=0):
        """(block, seconds before it) for each that came late, after a time."""
        blocks = self.since(moment)
        return [(later, later.seen - earlier.seen) for earlier, later in zip(blocks, blocks[1:])
                if later.seen - earlier.seen > TURN_S]

    # waiting

    def wait(self, test, what, timeout_s=30):
        """Waits until `test()` is true, looking again at each block and each event of the cluster."""
        found = self.events.wait(test, timeout_s)
        assert found, f"after {timeout_s} s still not: {what}\n{self}\n{self.network.cluster.describe()}"
        return found

    def wait_for_height(self, number, timeout_s=30):
        """Waits for a block."""
        self.wait(lambda: self.height() >= number, f"block {number}", timeout_s)

    def wait_for_seat_proposal(self, moment, timeout_s=60):
        """Waits for a block proposed with the seat's key after a time, and returns the first."""
        return self.wait(lambda: self.seat_proposals(moment), "a block by the seat's key", timeout_s)[0]

    def __str__(self):
        return "\n".join(f"{time.strftime('%H:%M:%S', time.localtime(b.seen))} {b}" for b in self.blocks[-20:]) + (
            f"\nseat on {self.seat_hosts()}, doubles: {self.doubles[-3:]}")
