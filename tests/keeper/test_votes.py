# SPDX-License-Identifier: LGPL-2.1-or-later
"""What --status says of the cluster's votes, by a real corosync of one node out of two or three."""
import json
import pathlib
import select
import signal
import subprocess
import time

import pytest

from keeper import IDENTITY, run

CONFIGURATION = """totem {{
    version: 2
    cluster_name: votes
    transport: knet
    crypto_cipher: none
    crypto_hash: none
    token: 1000
}}
system {{
    move_to_root_cgroup: no
    sched_rr: no
}}
quorum {{
    provider: corosync_votequorum
    {quorum}
}}
nodelist {{
{nodes}}}
logging {{
    to_stderr: yes
    to_syslog: no
}}
"""


@pytest.fixture
def corosync(tmp_path):
    """Starts a node of a cluster of so many; it goes with the test."""
    running = []

    def start(nodes, quorum):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        conf = tmp_path / "corosync.conf"
        entries = "".join(f"    node {{\n        nodeid: {i}\n        name: n{i}\n        ring0_addr: 127.0.0.{i}\n    }}\n"
                          for i in range(1, nodes + 1))
        conf.write_text(CONFIGURATION.format(quorum=quorum, nodes=entries))
        pathlib.Path("/run/corosync").mkdir(exist_ok=True)
        running.append(subprocess.Popen(["corosync", "-f", "-c", conf], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE))
        wait_for(running[-1].stderr, b"ready to provide service")
        return running[-1]

    yield start
    for process in running:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.communicate(timeout=20)


def wait_for(stream, words, timeout_s=30):
    """Until corosync says so."""
    end, said = time.monotonic() + timeout_s, b""
    while words not in said:
        assert select.select([stream], [], [], end - time.monotonic())[0], said
        more = stream.read1()
        assert more, said
        said += more


def cluster_line():
    done = run("--status", IDENTITY)
    assert done.returncode == 0, done.stderr
    return next(line for line in done.stdout.splitlines() if line.startswith("cluster ")).split(None, 1)[1]


def votes():
    return json.loads(run("--status", IDENTITY, "--json").stdout)["votes"]


def test_without_corosync_the_seat_is_told_all_the_same(keeper):
    assert cluster_line() == "no corosync with votequorum answers here"
    assert votes() is None


def test_a_node_that_waits_for_the_other_says_so(keeper, corosync):
    corosync(2, "two_node: 1")
    assert cluster_line().startswith("NOT quorate, 1 of 2 votes; ") and "wait_for_all" in cluster_line()
    assert votes() == {"quorate": False, "present": 1, "expected": 2, "needed": 1, "two_node": True, "wait_for_all": True,
                       "qdevice": False, "qdevice_votes": False}


@pytest.mark.parametrize("nodes,expected,says", [(1, 1, "quorate, 1 of 1 votes"), (3, 3, "NOT quorate, 1 of 3 votes")])
def test_votes_are_counted(keeper, corosync, nodes, expected, says):
    corosync(nodes, f"expected_votes: {expected}")
    assert cluster_line() == says
    assert votes()["quorate"] == (nodes == 1)


def test_a_corosync_that_is_stopped_does_not_hold_the_status(keeper, corosync):
    corosync(2, "two_node: 1").send_signal(signal.SIGSTOP)
    began = time.monotonic()
    assert cluster_line() == "corosync is silent"
    assert time.monotonic() - began < 6
