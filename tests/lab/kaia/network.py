"""The network around the pair: validators v2 to v4 (or more) and proxy nodes as processes, the seat of v1 on n1 and n2.

The seat's identity is v1; its address 192.0.2.101 is on no machine until the cluster (or a test) puts it there."""

import json

from kaia import genesis, package
from kaia.chain import Chain
from kaia.peer import Peer
from machine.network import PREFIX

SEAT_ADDRESS = PREFIX + "101"
SEAT_NAME = "cell1"
PROXIES = {"pn": PREFIX + "20", "pn2": PREFIX + "21", "pn3": PREFIX + "22"}


class Network:
    """`create` before the cluster boots, `start` then or later; `chain` is the judge.

    `proxies`: kcn syncs at once only when a peer comes and it has five already (kaia node/cn/sync.go), and otherwise every
    10 s; with three other validators that takes three proxy nodes. `data_mb`: n1 and n2 have a volume of that size for
    DATA_DIR; without, it is on the root.
    `validators`: of the council, the seat's among them."""

    def __init__(self, cluster, pn_listed=False, proxies=3, data_mb=0, validators=genesis.VALIDATORS):
        self.cluster = cluster
        self.pn_listed = pn_listed      # whether the standbys' static-nodes.json names the PN from the beginning
        self.data_mb = data_mb
        self.build = genesis.programs()
        self.grown = genesis.prepare(validators=validators)
        self.others = genesis.council(validators)[1:]
        self.identities = json.loads((self.grown / "net.json").read_text())
        self.next = self.identities.pop("next")     # whose turn the first new block is
        self.seat = self.identities["v1"]
        self.identities |= {node.name: self.identities[f"n{i}"] for i, node in enumerate(cluster.nodes[:2], 1)}
        self.names = {identity["address"]: name for name, identity in self.identities.items()}
        addresses = {name: genesis.address(name) for name in self.others} | PROXIES
        self.peers = {name: Peer(cluster.lab, name, address, self.identities[name], self.build / "bin")
                      for name, address in addresses.items() if name not in genesis.PROXIES[proxies:]}
        self.proxies = [self.peers[name] for name in genesis.PROXIES[:proxies]]
        self.seat_url = Peer(cluster.lab, "v1", SEAT_ADDRESS, self.seat, "").url()
        self.chain = Chain(self)

    def __getitem__(self, name):
        """A peer by name."""
        return self.peers[name]

    def own_address(self, node):
        """The address of a cluster node's own, powerless key."""
        return self.identities[node.name]["address"]

    def create(self):
        """Makes the peers' DATA_DIRs and puts kcnd, keys and chain on the disks of n1 and n2."""
        council = [self.seat_url] + [self.peers[name].url() for name in self.others]
        with_pn = council + [peer.url() for peer in self.proxies]
        for peer in self.peers.values():
            peer.create(json.dumps(council), self.grown / "chaindata")
            self.cluster.evidence.append(f"{peer.directory}/kcn.log")
        for node in self.cluster.nodes[:2]:
            if self.data_mb:
                node.disk.add_volume(package.DATA_DIR, self.data_mb)
            package.install(node, self.build, self.identities[node.name], self.seat["address"],
                            json.dumps(with_pn if self.pn_listed else council, indent=1), self.grown / "chaindata")
            package.install_source(node, self.seat, SEAT_NAME)
        return self

    def start(self):
        """Starts the peers and the judge; the council goes on without the seat.

        One after the other, since kcn dials again only after 30 s, and the one whose turn is next as the last, so that
        all hear its proposal: otherwise the first block waits for a round change of 10 s."""
        for peer in sorted(self.peers.values(), key=lambda peer: (peer.name == self.next, peer.name)):
            peer.start()
            peer.wait_until_it_serves()
        self.chain.follow()
        return self

    def wait_until_it_runs(self, timeout_s=60):
        """Returns when new blocks come."""
        self.chain.wait_for_height(genesis.GROWN_TO + 1, timeout_s)
        return self

    def close(self):
        """Ends the judge; the processes go with the lab."""
        self.chain.close()
