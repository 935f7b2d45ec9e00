# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing happens to the machines for SEAT_CALM seconds [30], while the way to etcd loses SEAT_LOSS percent [5] of
the packets in both directions and etcd's leader is killed, and started again, every SEAT_LEADER seconds [10]: the
seat stays where it is."""
import contextlib
import os
import re
import subprocess
import time

from agent import agents_of
from waiting import now, sh, until

DOWN = 3  # seconds without the old leader


@contextlib.contextmanager
def loss(ports, percent):
    """Loses packets from and to these ports, and gives a function that tells how many so far."""
    each = ", ".join(map(str, ports))
    rules = "; ".join(f"tcp {way} {{ {each} }} numgen random mod 100 < {percent} counter drop"
                      for way in ("dport", "sport"))
    sh(f"nft 'table ip loss {{ chain input {{ type filter hook input priority 0; {rules}; }}; }}'")
    try:
        yield lambda: [int(count) for count in re.findall(r"packets (\d+)", subprocess.run(
            ["nft", "list", "table", "ip", "loss"], check=True, capture_output=True, text=True).stdout)]
    finally:
        sh("nft delete table ip loss")


def leader_killed(rig):
    leader = until(rig.etcd.leader)
    leader.kill()
    time.sleep(DOWN)
    leader.start()


def test_lost_packets_and_a_new_leader_now_and_then_move_nothing(rig_of_three):
    rig = rig_of_three
    seconds, every, percent = (float(os.environ.get(name, default))
                               for name, default in (("SEAT_CALM", 30), ("SEAT_LEADER", 10), ("SEAT_LOSS", 5)))
    one, kills = rig.machines[0], 0
    one.take()
    with loss([member.port for member in rig.etcd.members], round(percent)) as lost, agents_of(rig):
        begin = now()
        while now() < begin + seconds:
            time.sleep(max(0.0, min(begin + (kills + 1) * every, begin + seconds) - now()))
            if now() >= begin + (kills + 1) * every:
                leader_killed(rig)
                kills += 1
        lost_out, lost_in = lost()
    assert lost_out and lost_in and (kills or every > seconds)
    pauses = [end - start for start, end in rig.recorder.pauses]
    # Whoever lost it may get it back: that is no other epoch, but another signer.
    losses = sum(machine.said_times("keeper: the seat was lost") for machine in rig.machines)
    moves = len(rig.recorder.epochs()) - 1
    print(f"calm soak: {seconds:g} s, {lost_out} and {lost_in} packets lost, leader killed {kills} times, "
          f"seat lost {losses} times, moved {moves} times, {len(pauses)} pauses, longest {max(pauses, default=0):.2f} s")
    assert losses == 0 and moves == 0
