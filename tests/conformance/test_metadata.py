# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the agents say of themselves."""
import os
import pathlib
import subprocess

from agent import NOBODY, OK

RNG = "/usr/share/pcs/data/ocf-1.1.rng"


def test_meta_data_needs_no_environment_and_no_rights(agent):
    answer = agent.run("meta-data", {}, user=NOBODY)
    assert (answer.rc, answer.err) == (OK, "")
    assert answer.out == agent.run("meta-data", {"OCF_RESKEY_x": "y", "LC_ALL": "C"}).out


def test_xml_declaration_names_no_encoding_and_the_text_is_ascii(agent):
    out = agent.run("meta-data", {}).out
    assert out.startswith('<?xml version="1.0"?>\n')
    assert out.isascii()


def test_meta_data_is_ocf_1_1(agent, tmp_path):
    path = tmp_path / "meta.xml"
    path.write_text(agent.run("meta-data", {}).out)
    done = subprocess.run(["xmllint", "--noout", "--relaxng", RNG, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_name_is_the_files_and_version_is_1_1(agent):
    assert agent.xml.get("name") == agent.name
    assert agent.xml.findtext("version") == "1.1"


def test_every_parameter_is_described_once(agent):
    names = [p.get("name") for p in agent.parameters]
    assert len(names) == len(set(names))
    for parameter in agent.parameters:
        for kind in ("longdesc", "shortdesc"):
            assert (parameter.findtext(kind) or "").strip(), f"{parameter.get('name')} has no {kind}"


def test_default_is_one_of_the_choices(agent):
    for parameter in agent.parameters:
        content = parameter.find("content")
        choices = [o.get("value") for o in content.findall("option")]
        assert (content.get("type") == "select") == bool(choices)
        assert not choices or content.get("default") in (None, *choices)


def test_actions_that_ocf_demands_are_there_with_timeouts(agent):
    actions = agent.xml.findall("actions/action")
    assert {"start", "stop", "monitor", "meta-data", "validate-all"} <= {a.get("name") for a in actions}
    assert all(a.get("timeout") for a in actions)


def test_monitors_differ_in_their_interval_as_pacemaker_tells_them_apart_by_it(agent):
    monitors = [a for a in agent.xml.findall("actions/action") if a.get("name") == "monitor"]
    intervals = [m.get("interval") for m in monitors]
    assert all(intervals) and len(intervals) == len(set(intervals))
    if "promote" in agent.actions:
        assert {"Promoted", "Unpromoted"} <= {m.get("role") for m in monitors}
        assert "demote" in agent.actions


def test_usage_names_every_action(agent):
    answer = agent.run("usage", {})
    assert (answer.rc, answer.err) == (OK, "")
    assert set(agent.actions) <= set(answer.out.split())


def test_document_that_cannot_be_written_is_a_failure(agent):
    with open("/dev/full", "w", encoding="ascii") as full:
        for action in ("meta-data", "usage", "--man"):
            assert agent.run(action, {}, stdout=full).rc != OK


def manual_of(agent, folder):
    """The installed page; the probe, which is not installed, prints its own."""
    page = pathlib.Path(os.environ["VALIDATOR_MAN"], f"ocf_validator_{agent.name}.7")
    if agent.name == "probe-agent":
        page = folder / page.name
        page.write_text(agent.run("--man", {}).out)
    return page


def man(page, width):
    return subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", page], capture_output=True, text=True,
                          env={**os.environ, "MANWIDTH": str(width)})


def test_manual_is_installed_and_roff_has_nothing_to_say(agent, tmp_path):
    page = manual_of(agent, tmp_path)
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", page], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    done = man(page, 80)
    assert (done.returncode, done.stderr) == (0, "")
    words = done.stdout.split()
    assert all(p.get("name") in words for p in agent.parameters)


def test_manual_shows_its_text_unharmed(probe, tmp_path):
    shown = man(manual_of(probe, tmp_path), 200).stdout
    for text in ("\\backslash, -dash and .dot belong to the manual", "'Quoted' & <bracketed>"):
        assert text in shown, shown
