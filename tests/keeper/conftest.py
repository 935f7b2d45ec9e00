# SPDX-License-Identifier: LGPL-2.1-or-later
import pathlib
import shutil

import pytest

import keeper as world


def sweep():
    for path in (world.CONFIG, pathlib.Path("/run"), pathlib.Path("/var/lib/validator-agents")):
        for entry in path.iterdir() if path.exists() else ():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


@pytest.fixture
def identity():
    """A configured identity of its own, in a world that is empty otherwise."""
    sweep()
    identity = world.Identity()
    world.configure(address=identity.address)
    yield identity
    for name in world.NAMES:
        key = identity.keys[name]
        assert key not in identity.shown


@pytest.fixture
def pacemaker(identity):
    pacemaker = world.Pacemaker()
    yield pacemaker
    pacemaker.close()


@pytest.fixture
def keeper(identity, pacemaker, tmp_path):
    keeper = world.Keeper(tmp_path / "log").start()
    yield keeper
    keeper.end()
    # nothing of a key, whatever happened
    for form in identity.forms():
        assert form not in keeper.log.encode("utf-8", "surrogateescape")


@pytest.fixture
def signer():
    signer = world.Signer()
    yield signer
    signer.remove()
