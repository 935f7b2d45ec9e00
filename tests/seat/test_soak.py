# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random faults for SEAT_SOAK seconds [20]; SEAT_SEED replays the choices. The rig asserts at the end that no two
epochs ever signed at once; here, that
a seat comes back each time, and that nothing is left over when it rests again."""
import contextlib
import os
import random
import signal
import time

from agent import agents_of, rest, through_all
from remains import left_over, picture
from rig import TAKEOVER
from waiting import now, until


def faults(rig, dice, agents):
    one = dice.choice(rig.machines)
    lock = agents[one].lock

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
    """W so far."""
    overlap = rig.recorder.overlap()
    assert overlap < 0, f"W = {overlap:.4f} s after {done[-3:]}"
    return overlap


def test_random_faults_leave_one_signer(rig):
    seed = int(os.environ.get("SEAT_SEED", random.randrange(10**9)))
    seconds = float(os.environ.get("SEAT_SOAK", 20))
    dice, done = random.Random(seed), []
    print(f"soak: SEAT_SEED={seed} SEAT_SOAK={seconds:g}")
    through_all(rig)
    before, end = picture(rig), now() + seconds
    with agents_of(rig) as agents:
        while now() < end:
            fault = faults(rig, dice, agents)
            done.append(fault.__name__)
            fault()
            time.sleep(dice.random() * 2)
            assert_one_signer(rig, done)
        until(lambda: any(rig.recorder.signs(m.name, 0.2) for m in rig.machines), TAKEOVER + 10)
    rest(rig)
    assert left_over(before, picture(rig)) == [], done
    print(f"soak: {len(done)} faults, {len(rig.recorder.epochs())} epochs signed, "
          f"W {assert_one_signer(rig, done) * 1e3:.1f} ms, nothing left over")
