# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random faults for SEAT_SOAK seconds [20]; SEAT_SEED replays the choices. The rig asserts at the end that no two
epochs ever signed at once; here, that a seat comes back each time, and that nothing is left over."""
import contextlib
import os
import random
import signal
import threading
import time

from rig import TAKEOVER, now, until


class Agent(threading.Thread):
    """What Pacemaker would have each machine do: keep trying, restart what is gone."""

    def __init__(self, machine, lock):
        super().__init__(daemon=True)
        self.machine, self.lock, self.wanted, self.ends = machine, lock, True, False

    def step(self):
        if self.machine.keeper.poll() is not None or not self.wanted:
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


def faults(rig, dice, locks):
    one = dice.choice(rig.machines)
    lock = locks[one]

    def cut():
        one.way.is_cut = True
        time.sleep(dice.random() * 3)
        one.way.is_cut = False

    def slow():
        one.way.delay = lambda: dice.random() * 0.5
        time.sleep(2)
        one.way.delay = lambda: 0

    def frozen_keeper():
        one.keeper.send_signal(signal.SIGSTOP)
        time.sleep(dice.random() * 4)
        one.keeper.send_signal(signal.SIGCONT)

    def frozen_machine():
        one.freeze(True)
        time.sleep(dice.random() * 4)
        one.freeze(False)

    def killed_keeper():
        with lock:
            one.kill_keeper()
            time.sleep(dice.random() * 2)
            one.start_keeper()

    def crash():
        with lock:
            one.crash()
            time.sleep(dice.random())
            one.start_keeper()

    def frozen_etcd():
        rig.etcd.signal(signal.SIGSTOP)
        time.sleep(dice.random() * 2)
        rig.etcd.signal(signal.SIGCONT)

    def killed_signer():
        with lock, contextlib.suppress(AttributeError, ProcessLookupError):
            one.signer.kill()

    def move():
        with lock, contextlib.suppress(OSError):
            one.lose()
        time.sleep(0.5)

    return dice.choice([cut, slow, frozen_keeper, frozen_machine, killed_keeper, crash, frozen_etcd, killed_signer,
                        move])


def assert_one_signer(rig, done):
    """W so far, None while one epoch alone has signed."""
    overlap = rig.recorder.overlap()
    assert overlap is None or overlap < 0, f"W = {overlap:.4f} s after {done[-3:]}"
    return overlap


def test_random_faults_leave_one_signer(rig):
    seed = int(os.environ.get("SEAT_SEED", random.randrange(10**9)))
    seconds = float(os.environ.get("SEAT_SOAK", 20))
    dice, end, done = random.Random(seed), now() + seconds, []
    print(f"soak: SEAT_SEED={seed} SEAT_SOAK={seconds:g}")
    locks = {machine: threading.Lock() for machine in rig.machines}
    agents = [Agent(machine, locks[machine]) for machine in rig.machines]
    for agent in agents:
        agent.start()
    while now() < end:
        fault = faults(rig, dice, locks)
        done.append(fault.__name__)
        fault()
        time.sleep(dice.random() * 2)
        assert_one_signer(rig, done)
    until(lambda: any(rig.recorder.signs(m.name, 0.2) for m in rig.machines), TAKEOVER + 10)
    for agent in agents:
        agent.ends = True
        agent.join()
    overlap = assert_one_signer(rig, done)
    print(f"soak: {len(done)} faults, {len(rig.recorder.epochs())} epochs signed, "
          + ("the seat never moved" if overlap is None else f"W {overlap * 1e3:.1f} ms"))
