# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rig's one clock, and how it waits: for events."""
import subprocess
import time


def sh(line):
    subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL)


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def until(what, seconds=15, every=0.02):
    """Waits until `what()` is true and returns it."""
    end = now() + seconds
    while now() < end:
        found = what()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"did not happen in {seconds} s: {what.__doc__ or what}")
