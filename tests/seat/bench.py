# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a keeper costs while it holds and while it watches, and how long the changes take. Prints a table."""
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rig import Rig, now, until

REST, RUNS = 15, 10


def used(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    return int(next(line.split()[1] for line in open(f"/proc/{pid}/status") if line.startswith("VmRSS"))) / 1024


def rest(rig):
    """CPU and memory of a holder and of a watcher, profile lan."""
    rig.machines[0].take()
    begin = [used(m.keeper.pid) for m in rig.machines]
    time.sleep(REST)
    for machine, before, word in zip(rig.machines, begin, ("holds", "watches")):
        share = (used(machine.keeper.pid) - before) / REST * 100
        print(f"| keeper that {word}, renewing every 0.2 s | {share:.2f} % of a core, "
              f"{resident(machine.keeper.pid):.1f} MiB |")


def moves(rig):
    one, two = rig.machines
    planned, silent = [], []
    for _ in range(RUNS):
        begin = now()
        one.lose()
        two.take()
        until(lambda: rig.recorder.signs(two.name))
        planned.append(now() - begin)
        begin = now()
        two.crash()
        one.take()
        until(lambda: rig.recorder.signs(one.name))
        silent.append(now() - begin)
        two.start_keeper()
    for word, times in (("planned move", planned), ("power lost", silent)):
        print(f"| {word} to the other's first packet | median {statistics.median(times):.2f} s, "
              f"{min(times):.2f} to {max(times):.2f} ({RUNS} runs) |")


def main():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        rig = Rig(Path(folder))
        try:
            rest(rig)
            moves(rig)
            print(f"| W of all changes | {rig.recorder.overlap() * 1e3:.1f} ms |")
        finally:
            rig.end()


sys.exit(main())
