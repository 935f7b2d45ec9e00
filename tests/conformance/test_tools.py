# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tools of Pacemaker, crmsh and pcs read the agents."""
import os
import subprocess

from agent import FOLDER


def tool(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "HOME": "/root"})
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def test_crm_resource_shows_the_same_meta_data(agent):
    shown = tool("crm_resource", "--show-metadata", f"ocf:validator:{agent.name}")
    assert shown.strip() == agent.run("meta-data", {}).out.strip()


def test_crm_resource_lists_the_agents():
    shown = tool("crm_resource", "--list-agents", "ocf:validator")
    assert set(shown.split()) == {path.name for path in FOLDER.iterdir()}


def test_crm_resource_validates_and_hands_the_reason_on(agent, sample):
    options = [word for name, value in sample.items() for word in ("--option", f"{name}={value}")]
    command = ["crm_resource", "--validate", "--class", "ocf", "--provider", "validator", "--agent", agent.name]
    tool(*command, *options)
    if agent.required:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode != 0
        assert agent.required[0] in done.stdout + done.stderr


def test_crm_shell_describes_the_agent(agent):
    shown = tool("crm", "ra", "info", f"ocf:validator:{agent.name}")
    assert "Cannot parse" not in shown
    for parameter in agent.parameters:
        assert parameter.get("name") in shown


def test_pcs_describes_the_agent(agent):
    shown = tool("pcs", "resource", "describe", f"ocf:validator:{agent.name}")
    for parameter in agent.parameters:
        assert parameter.get("name") in shown


def test_pcs_creates_it_with_the_agents_own_validation(agent, sample, tmp_path):
    cib = tmp_path / "cib.xml"
    cib.write_text(tool("cibadmin", "--empty"))
    tool("pcs", "-f", cib, "resource", "create", "x", f"ocf:validator:{agent.name}",
         *[f"{name}={value}" for name, value in sample.items()], "--agent-validation")
    assert 'provider="validator"' in cib.read_text()
