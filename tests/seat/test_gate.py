# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is between the keeper and its gate: clocks that differ, another's refusals."""
import contextlib
import os
import time

from rig import ADDRESS, TAKEOVER, now, sh, until


@contextlib.contextmanager
def firewall():
    """Nothing leaves by a network card, as with an output policy of drop."""
    sh("nft 'table inet wall { chain output { type filter hook output priority 0; policy drop; oif lo accept; }; }'")
    try:
        yield
    finally:
        sh("nft delete table inet wall")


def refused(machine, words):
    """The seat is refused for good, not just now."""
    answer = until(lambda: (answer := machine.try_ask("acquire", address=ADDRESS)) and
                   "pending" not in answer and answer)
    return answer["result"] == "refused" and words in answer["reason"]


def test_22_a_keeper_in_a_time_namespace_is_refused(rig):
    one, two = rig.machines
    one.kill_keeper()
    one.command = ["unshare", "--time", "--boottime", "3600", *one.command]
    one.start_keeper()
    assert refused(one, "time namespace") and not one.key_is_here()
    assert one.status()["gate"] == "none"
    two.take()
    until(lambda: rig.recorder.signs("n2"))


def test_a_firewall_is_not_taken_for_the_gate(rig):
    one, _ = rig.machines
    with firewall():
        assert refused(one, "firewall") and not one.key_is_here()
    one.take()
    until(lambda: rig.recorder.signs("n1"))


def test_a_gate_of_another_version_is_replaced_without_a_gap(rig):
    one, two = rig.machines
    one.take()
    until(lambda: rig.recorder.signs("n1"))
    two.acquire()
    this, epoch = one.command, one.status()["lease_epoch"]
    for command in [os.environ["VALIDATOR_KEEPER_OTHER_GATE"]], this:
        begin = now()
        one.kill_keeper()
        one.command = command
        one.start_keeper()
        until(lambda: one.status().get("lease") == "held")
        time.sleep(TAKEOVER / 2)
        assert rig.recorder.gap(begin, now()) < 0.2 and one.status()["gate"] == "leased"
    assert one.status()["lease_epoch"] == epoch and one.status()["signer_epoch"] == epoch
    one.lose()
    two.take()
    until(lambda: rig.recorder.signs("n2"))
