# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows 17 and 18: what befalls etcd itself, while the cluster is whole."""

import json
import time

import pytest

from rows import ETCD, GATE, etcd_start, now, one_signs, rest, status, until

CONTROL = ("etcdctl --cacert /etc/etcd-tls/ca.pem --cert /etc/etcd-tls/client.pem --key /etc/etcd-tls/client.key "
           f"--endpoints https://{ETCD}:2379")


def etcd(pair, word, *members):
    """A signal to some of its members, or to all."""
    for member in members or "*":
        pair.witness.run(f"systemctl kill -s {word} 'lab-etcd-{member}.service'")


def etcd_killed(pair):
    """And forgotten by systemd, so that another can begin under its name."""
    etcd(pair, "KILL")
    until(lambda: not pair.witness.run("systemctl list-units --all --no-legend 'lab-etcd-*'").strip())


def members(pair):
    """Their numbers, the leader's first."""
    ends = json.loads(pair.witness.run(f"{CONTROL} endpoint status --cluster -w json"))
    leads = {int(end["Endpoint"][-2]) - 7: end["Status"]["leader"] == end["Status"]["header"]["member_id"] for end in ends}
    return sorted(leads, key=leads.get, reverse=True)


def nobody_signs(pair, since, seconds):
    """From the gate's time on, and n2 not at all."""
    until(lambda: now() > since + seconds, seconds + 5)
    assert pair.last(pair.one) < since + GATE + 0.3 and not pair.last(pair.two)


def one_signs_again(pair, since):
    """Under a newer epoch, and nobody under one between."""
    one_signs(pair, 1)
    assert len(pair.epochs()) == 2
    name, first = pair.newest()
    print(f"etcd is back: TTR {first - since:.2f} s, {name}")


def test_17_etcd_is_frozen_for_a_moment(pair):
    for _ in range(4):
        etcd(pair, "STOP")
        time.sleep(0.35)
        etcd(pair, "CONT")
        rest(pair, 1)


def test_17_etcd_is_frozen_for_longer_than_a_takeover(pair):
    etcd(pair, "STOP")
    frozen = now()
    nobody_signs(pair, frozen, 6)
    thawed = now()
    etcd(pair, "CONT")
    one_signs_again(pair, thawed)


@pytest.mark.members(3)
def test_17_members_of_etcd_are_stopped(pair):
    """The leader, then a follower, are not missed; without two of three nobody signs."""
    for rank in 0, 1:
        member = members(pair)[rank]
        etcd(pair, "STOP", member)
        rest(pair, 4)
        etcd(pair, "CONT", member)
        rest(pair, 2)
    etcd(pair, "STOP", 0, 1)
    stopped = now()
    nobody_signs(pair, stopped, 6)
    thawed = now()
    etcd(pair, "CONT", 0, 1)
    one_signs_again(pair, thawed)


REFUSED = {"empty": "restored from an older state", "snapshot": "restored from an older state", "another": "not the etcd cluster"}


@pytest.mark.parametrize("what", REFUSED)
def test_18_etcd_comes_back_as_one_that_knows_less(pair, what):
    """Nobody signs by its word; the right one gives the seat to one, under a newer epoch."""
    witness, other = pair.witness, "/var/lib/other-etcd"
    witness.run(f"{CONTROL} snapshot save /var/lib/snapshot")
    time.sleep(2)
    etcd_killed(pair)
    lost = now()
    if what == "snapshot":
        peer = f"http://{ETCD}:2380"
        witness.run(f"etcdctl snapshot restore /var/lib/snapshot --data-dir {other}-0 --name m0 --initial-cluster m0={peer} "
                    f"--initial-cluster-token seats --initial-advertise-peer-urls {peer}")
    etcd_start(witness, data=other, token="another" if what == "another" else "seats")
    nobody_signs(pair, lost, 15)
    assert len(pair.all()) == 1
    assert all(REFUSED[what] in status(node) for node in (pair.one, pair.two))
    etcd_killed(pair)
    back = now()
    etcd_start(witness)
    one_signs_again(pair, back)
