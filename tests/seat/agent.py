# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Pacemaker and its agents would do with the machines of a rig, for as long as it takes."""
import contextlib
import threading
import time

from waiting import until


class Agent(threading.Thread):
    """What Pacemaker would have each machine do: keep trying, restart what is gone."""

    def __init__(self, machine):
        super().__init__(daemon=True)
        # Held by whoever does something to the keeper that no agent may come between.
        self.machine, self.lock, self.ends = machine, threading.Lock(), False

    def step(self):
        if self.machine.keeper.poll() is not None:
            return
        epoch = self.machine.acquire()
        status = self.machine.status()
        if status["armed"] == "yes" and self.machine.signer.poll() is not None:
            self.machine.ask("disarm")
        elif epoch and status["armed"] == "no":
            self.machine.start_signer(epoch)

    def run(self):
        while not self.ends:
            with self.lock, contextlib.suppress(OSError, AssertionError, KeyError, ValueError):
                self.step()
            time.sleep(0.05)


@contextlib.contextmanager
def agents_of(rig):
    agents = {machine: Agent(machine) for machine in rig.machines}
    for agent in agents.values():
        agent.start()
    try:
        yield agents
    finally:
        for agent in agents.values():
            agent.ends = True
            agent.join()


def rest(rig):
    """Nobody wants the seat, and each machine has given up what it had."""
    for machine in rig.machines:
        until(lambda machine=machine: (machine.try_ask("lose") or {}).get("result") == "ok")
    for machine in rig.machines:
        until(lambda machine=machine: (status := machine.status()).get("lease") == "watching" and
              status["gate"] == "standby" and status["armed"] == "no")
        if machine.signer:
            machine.signer.wait(5)


def through_all(rig):
    """Each machine has held the seat once, and rests."""
    for machine in rig.machines:
        machine.take()
        until(lambda machine=machine: rig.recorder.signs(machine.name))
        rest(rig)
