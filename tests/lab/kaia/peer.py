"""A Kaia node that is no cluster node: a plain process (kcn or kpn) in a network namespace and a cgroup of its own."""

import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import time

from kaia import rpc
from machine.host import HostError

NETWORK_ID = 4242
P2P_PORT = 32323
# Caches as small as kcn takes them; no clock, no address lookup and no discovery beyond the lab.
SMALL = ("--nat none --ntp.disable --db.leveldb.cache-size 16 --state.cache-size 16 --state.trie-cache-limit 16 "
         "--cache.level saving --db.num-statetrie-shards 4")
APIS = "admin,debug,klay,kaia,eth,net,web3,istanbul,governance,miner,txpool,rpc"


class Peer:
    """One of v1..v4, pn. `identity`: its entry in the chain's net.json."""

    def __init__(self, lab, name, address, identity, programs):
        self.lab = lab
        self.name = name
        self.address = address
        self.identity = identity
        self.program = f"{programs}/{'kpn' if name.startswith('pn') else 'kcn'}"
        self.directory = f"{lab.directory}/{name}"
        self.port = lab.lan.port(name)
        self.cgroup = lab.cgroup(name)
        self.process = None

    def url(self, address=None):
        """The address by which others name it in static-nodes.json."""
        kind = "pn" if self.name.startswith("pn") else "cn"
        return f"kni://{self.identity['id']}@{address or self.address}:{P2P_PORT}?discport=0&ntype={kind}"

    def create(self, static_nodes_json, chaindata=None, genesis=None):
        """Makes its DATA_DIR: a copy of grown chaindata, or a new chain from a genesis file."""
        os.makedirs(f"{self.directory}/data/klay")
        write_identity(f"{self.directory}/data/klay", self.identity)
        with open(f"{self.directory}/data/klay/static-nodes.json", "w", encoding="ascii") as file:
            file.write(static_nodes_json)
        if chaindata:
            shutil.copytree(chaindata, f"{self.directory}/data/klay/chaindata")
        else:
            subprocess.run((self.program, "--datadir", f"{self.directory}/data", "--db.num-statetrie-shards", "4",
                            "--db.leveldb.cache-size", "16", "init", genesis), check=True, capture_output=True, timeout=60)
        self.port.plug(self.address)
        self.cgroup.create()
        return self

    def start(self):
        """Starts it; that it serves is for the caller to wait for."""
        words = [*self.port.exec_command(), self.program, "--datadir", f"{self.directory}/data",
                 "--networkid", str(NETWORK_ID), "--port", str(P2P_PORT), "--nodiscover", "--syncmode", "full",
                 "--maxconnections", "50", "--srvtype", "http", "--verbosity", "3", "--rpc", "--rpcaddr", "0.0.0.0",
                 "--rpcport", str(rpc.PORT), "--rpcvhosts", "*", "--rpcapi", APIS, *SMALL.split()]
        if self.program.endswith("kcn"):
            words += ["--rewardbase", self.identity["address"]]
        with open(f"{self.directory}/kcn.log", "ab") as log:
            self.process = subprocess.Popen(
                ("/bin/sh", "-c", f"{self.cgroup.enter_command()}; exec {shlex.join(words)}"), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env={"PATH": os.environ["PATH"], "HOME": "/", "TERM": "dumb"},
                start_new_session=True)

    def wait_until_it_serves(self, timeout_s=20):
        """Returns when it takes connections: its RPC comes up after its p2p port."""
        deadline = time.monotonic() + timeout_s
        while self.height() < 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise HostError(f"{self.name} does not serve; see its kcn.log")
            time.sleep(0.02)

    def stop(self, timeout_s=30):
        """SIGTERM and the orderly end that follows. A kcn that hangs when its chain data are closed has nothing left to lose."""
        self.process.terminate()
        deadline = time.monotonic() + timeout_s
        while self.process.poll() is None and self.chain_data_open():
            if time.monotonic() > deadline:
                raise HostError(f"{self.name} does not close its chain data; see its kcn.log")
            time.sleep(0.02)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.kill()

    def chain_data_open(self):
        """Whether its process has a file of the chain data open."""
        below = f"{self.directory}/data/klay/chaindata/"
        for entry in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(entry).startswith(below):
                    return True
        return False

    def kill(self):
        """kill -9."""
        self.cgroup.kill()
        self.process.wait(10)

    def ask(self, method, *params, timeout_s=2):
        """A question over HTTP."""
        return rpc.ask_http(self.lab.lan.path, self.address, method, *params, timeout_s=timeout_s)

    def height(self):
        """Number of its newest block, -1 if it does not answer."""
        try:
            return int(self.ask("klay_blockNumber"), 16)
        except rpc.RpcError:
            return -1


def write_identity(directory, identity):
    """nodekey, as kcn itself writes it: 64 hex digits, 0600."""
    with open(f"{directory}/nodekey", "w", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(identity["nodekey"])
