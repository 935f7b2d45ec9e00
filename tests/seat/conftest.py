# SPDX-License-Identifier: LGPL-2.1-or-later
import contextlib

import pytest

from remains import assert_gone, host_picture, left_over, objects_of
from rig import Rig


@contextlib.contextmanager
def judged(folder, **options):
    """A rig, of which is asserted afterwards that no two machines signed, and that nothing of it is left."""
    folder.chmod(0o755)
    before = host_picture()
    rig = Rig(folder, **options)
    objects = set()
    try:
        yield rig
        assert (rig.recorder.overlap() or -1) < 0, f"W = {rig.recorder.overlap():.4f} s: two epochs signed at once"
        for epoch in rig.recorder.epochs():
            assert len(rig.recorder.signers(epoch)) == 1, f"epoch {epoch} was signed by two machines"
        objects = set(objects_of(rig))
    finally:
        rig.end()
        for machine in rig.machines:
            print(f"--- {machine.name}\n" + (rig.folder / f"{machine.name}.log").read_text())
    assert_gone(objects)
    assert left_over(before, host_picture()) == []


@pytest.fixture
def rig(tmp_path):
    with judged(tmp_path) as rig:
        yield rig


@pytest.fixture
def rig_of_three(tmp_path):
    """With an etcd of three members."""
    with judged(tmp_path, members=3) as rig:
        yield rig
