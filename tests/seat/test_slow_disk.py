# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that others keep busy holds back what has to be on it, not the lease."""
import time

import pytest

from preload import preload
from rig import now, until
from test_faults import holder


@pytest.fixture(name="slow")
def slow_fixture(rig, tmp_path, request):
    """Both machines; what n1 puts on its disk takes so many milliseconds twice, for a file and its directory."""
    preload(rig.machines[0], tmp_path, "slow_disk", FSYNC_MS=request.param)
    return holder(rig)


@pytest.mark.parametrize("slow", [1500], indirect=True)
def test_a_slow_disk_does_not_stop_the_signer(rig, slow):
    """The floor rises all the time, and goes to the disk every five seconds."""
    one, two = slow
    began = now()
    for height in range(1000, 1060):
        assert one.ask("height", height=height)["result"] == "ok"
        assert two.acquire() is None
        time.sleep(0.2)
    assert (one.root / "var/lib/validator-agents/cn1/floor").exists(), "nothing was written"
    assert rig.recorder.gap(began, now()) < 0.5


@pytest.mark.parametrize("slow", [300], indirect=True)
def test_a_release_waits_for_the_slow_disk(rig, slow):
    """Row 24, with a disk that writes in the end."""
    one, two = slow
    one.ask("height", height=1000)
    asked = now()
    assert one.lose()["result"] == "ok" and now() - asked < 0.6
    until(two.acquire)
    assert now() - asked > 0.6
    assert (one.root / "var/lib/validator-agents/cn1/floor").read_text() == "height=1000\n"
    assert two.status()["floor"] == "1000", "it comes with the release alone"
