# SPDX-License-Identifier: LGPL-2.1-or-later
import pytest

from rig import Rig


@pytest.fixture
def rig(tmp_path):
    tmp_path.chmod(0o755)
    rig = Rig(tmp_path)
    try:
        yield rig
        assert (rig.recorder.overlap() or -1) < 0, f"W = {rig.recorder.overlap():.4f} s: two epochs signed at once"
        for epoch in rig.recorder.epochs():
            assert len(rig.recorder.signers(epoch)) == 1, f"epoch {epoch} was signed by two machines"
    finally:
        rig.end()
        for machine in rig.machines:
            print(f"--- {machine.name}\n" + (rig.folder / f"{machine.name}.log").read_text())
