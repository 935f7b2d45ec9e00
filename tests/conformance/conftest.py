# SPDX-License-Identifier: LGPL-2.1-or-later
import pathlib

import pytest

import samples
from agent import FOLDER, Agent, agents


def pytest_generate_tests(metafunc):
    """`agent`: each built agent; `action`: each of its actions; `bad`: each of its bad values."""
    names = metafunc.fixturenames
    if "agent" not in names:
        return
    keys, rows = ["agent"], [(agent,) for agent in agents()]
    if "action" in names:
        keys.append("action")
        rows = [(agent, action) for (agent,) in rows for action in agent.actions]
    if "bad" in names:
        keys.append("bad")
        rows = [(agent, bad) for (agent,) in rows for bad in agent.bad_values()]
    ids = ["-".join([row[0].name] + [x if isinstance(x, str) else x[0] for x in row[1:]]) for row in rows]
    metafunc.parametrize(keys, rows, ids=ids)


@pytest.fixture
def sample(agent, tmp_path):
    """Parameters that are well formed and name things that do not exist."""
    assert agent.name in samples.PARAMETERS, f"give {agent.name} its row in samples.py"
    return samples.parameters(agent.name, tmp_path)


@pytest.fixture
def probe():
    return Agent(FOLDER / "probe-agent")


@pytest.fixture
def crm_attribute(tmp_path):
    """Stands for Pacemaker's; the lines with which it was called."""
    for note in pathlib.Path("/run/validator-agents").glob("probe.*"):
        note.unlink()  # of what an earlier test's action told the cluster
    told, stub = tmp_path / "told", pathlib.Path("/usr/local/sbin/crm_attribute")
    stub.write_text(f"#!/bin/sh\necho \"$@\" >>{told}\n")
    stub.chmod(0o755)
    yield lambda: told.read_text().splitlines() if told.exists() else []
    stub.unlink()
