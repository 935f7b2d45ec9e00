"""The chain that every lab starts from: keys, genesis, and chaindata grown once beyond block 128 and stopped cleanly.

kcn commits state every 128 blocks and at a clean stop; a shorter chain cannot be opened after kill -9. `--governance`
makes every block pay a reward, so that the state changes with each and a repair that loses blocks is seen."""

import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

from kaia.peer import NETWORK_ID, Peer
from machine.host import HostError
from machine.lab import Lab

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "/var/cache", "validator-agents")
GROWN_TO = 140
VALIDATORS = 4
PROXIES = ("pn", "pn2", "pn3")


def council(validators=VALIDATORS):
    """Names of the validators."""
    return tuple(f"v{i}" for i in range(1, validators + 1))


def address(name):
    """Of a validator that is a process of the lab."""
    number = int(name[1:])
    return f"192.0.2.{number + (10 if number < 10 else 20)}"


def programs():
    """Directory of the real kcn's build (bin/, package/); built if it is not there yet."""
    done = subprocess.run((HERE.parent.parent / "peers/build.sh",), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise HostError("tests/peers/build.sh failed: kcn could not be built")
    return pathlib.Path(done.stdout.strip())


def prepare(say=lambda text: None, validators=VALIDATORS):
    """Directory with net.json, genesis.json and chaindata/; takes three minutes the first time."""
    build = programs()
    marks = f"{build.name} {validators}".encode() + pathlib.Path(__file__).read_bytes()
    chain = CACHE / "chain" / hashlib.sha256(marks).hexdigest()[:12]
    if (chain / "complete").exists():
        return chain
    chain.parent.mkdir(parents=True, exist_ok=True)
    with open(chain.parent / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (chain / "complete").exists():
            say(f"growing a chain of {GROWN_TO} blocks, once: {GROWN_TO + 20} s")
            shutil.rmtree(chain, ignore_errors=True)
            chain.mkdir(mode=0o700)
            make_genesis(build, chain, validators)
            grow(build, chain, council(validators))
            (chain / "complete").touch()
    return chain


def make_genesis(build, chain, validators):
    """Keys and genesis by homi, without a network, since it would ask for dashboards that nobody wants here."""
    work = chain / "homi"
    names = (*council(validators), "n1", "n2")      # then the two standbys' own keys
    done = subprocess.run(
        ("unshare", "--net", build / "bin/homi", "setup", "--gen-type", "local", "--cn-num", str(len(names)),
         "--validators-num", str(validators), "--pn-num", str(len(PROXIES)), "--test-num", "1", "--chainID", str(NETWORK_ID),
         "--network-id", str(NETWORK_ID), "--governance", "-o", work),
        cwd=chain, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise HostError(f"homi failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    net = {name: read_identity(work / f"keys/validator{i}") for i, name in enumerate(names, 1)}
    net |= {name: read_identity(work / f"keys_pn/validator{i}") for i, name in enumerate(PROXIES, 1)}
    (chain / "net.json").write_text(json.dumps(net, indent=1))
    shutil.copy(work / "scripts/genesis.json", chain)
    shutil.rmtree(work)


def read_identity(path):
    """nodekey, address and p2p id from homi's file."""
    found = json.loads(path.read_text())
    return {"nodekey": found["Nodekey"], "address": found["Address"].lower(),
            "id": re.match(r"kni://([0-9a-f]{128})@", found["NodeInfo"]).group(1)}


def grow(build, chain, names):
    """Runs the validators until the chain is long enough, stops them cleanly and keeps the chaindata of one.

    It ends where the next turn is not v1's, whose seat nobody holds when a lab begins."""
    net = json.loads((chain / "net.json").read_text())
    lab = Lab()
    try:
        lab.create()
        peers = [Peer(lab, name, address(name), net[name], build / "bin") for name in names]
        static_nodes = json.dumps([peer.url() for peer in peers])
        for peer in peers:
            peer.create(static_nodes, genesis=chain / "genesis.json")
        height = GROWN_TO
        while net.get("next", "v1") == "v1":
            height = grow_to(peers, height) + 1
            net["next"] = next_proposer(peers)
        shutil.copytree(f"{peers[1].directory}/data/klay/chaindata", chain / "chaindata")
        (chain / "net.json").write_text(json.dumps(net, indent=1))
    finally:
        lab.remove()


def grow_to(peers, height):
    """Runs the peers to a height; returns the one that they were stopped at."""
    for peer in peers:
        peer.start()
    deadline = time.monotonic() + 60 + 2 * GROWN_TO
    while min(peer.height() for peer in peers) < height:
        if time.monotonic() > deadline or any(peer.process.poll() is not None for peer in peers):
            raise HostError(f"the chain did not grow: heights {[peer.height() for peer in peers]}\n"
                            + pathlib.Path(peers[1].directory, "kcn.log").read_text()[-2000:])
        time.sleep(0.2)
    reached = peers[1].height()
    for peer in peers:
        peer.stop()
    return reached


def next_proposer(peers):
    """Name of the validator whose turn comes after the last block of v2: turns go by the order of the addresses."""
    asked = peers[1]
    asked.start()
    asked.wait_until_it_serves()
    last = asked.ask("klay_getBlockByNumber", "latest", False)["reward"].lower()     # each rewards its own address
    asked.stop()
    names = {peer.identity["address"]: peer.name for peer in peers}
    order = sorted(names)
    return names[order[(order.index(last) + 1) % len(order)]]
