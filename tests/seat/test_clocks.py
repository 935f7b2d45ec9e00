# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clocks that do not go alike, as much as clock_error_percent allows (10)."""
import signal

from preload import preload
from rig import now, until


def test_9_a_clock_that_is_fast_takes_nothing_early(rig, tmp_path):
    """A takeover time of 10 s is over after 9.2 on the other machine's clock; the frozen keeper's gate is shut long before. The
    other has no gate: it would find out that the kernel's clock is not its own."""
    one, two = rig.machines
    for machine in one, two:
        conf = machine.root / f"etc/validator-agents/{machine.identity}.conf"
        conf.write_text(conf.read_text() + "takeover_ms=10000\n")
    conf.write_text(conf.read_text() + "gate=off\n")
    one.kill_keeper()
    one.start_keeper()
    preload(two, tmp_path, "fast_clock", FAST_PERCENT=9)
    one.take(15)
    until(lambda: rig.recorder.signs("n1"))
    frozen = now()
    one.keeper.send_signal(signal.SIGSTOP)
    epoch = until(two.acquire)
    taken_s = now() - frozen
    assert two.start_signer(epoch)
    until(lambda: rig.recorder.signs("n2"))
    until(lambda: now() > frozen + 10.5)
    print(f"W {rig.recorder.overlap():.2f} s, taken after {taken_s:.2f} s")
    assert 8.5 < taken_s < 10, "the clock is not fast"
    assert rig.recorder.overlap() < 0
    one.keeper.send_signal(signal.SIGCONT)
