# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is between the keeper and its gate: clocks that differ, another's refusals."""
import contextlib

from rig import ADDRESS, sh, until


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
