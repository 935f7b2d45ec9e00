# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples are valid, say the same to crmsh and pcs, and use only what the agents declare.

An example is a folder of crm-examples/: *.crm for crmsh, *.pcs.sh for pcs, corosync.conf. Fencing
comes first, as the READMEs say.
"""
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from agent import FOLDER, Agent

EXAMPLES = sorted((pathlib.Path(__file__).parents[2] / "crm-examples").glob("*/"))

# A pcs without a cluster: what it would ask from one or bring into one is a file.
PCS = """#!/bin/sh
case "$1 $2" in
'cluster cib') exec cp "$CIB_file" "$3" ;;
'cluster cib-push') exec cp "$3" "$CIB_file" ;;
'-f '*) exec /usr/sbin/pcs "$@" ;;
*) exec /usr/sbin/pcs -f "$CIB_file" "$@" ;;
esac
"""

PCS_SAYS_ALWAYS = (
    "Validation for node existence in the cluster will be skipped",
    "Defaults do not apply to resources which override them with their own defined values",
)


@pytest.fixture(scope="session", params=EXAMPLES, ids=[folder.name for folder in EXAMPLES])
def example(request):
    return request.param


def run(*words, cib=None, cwd="/", path=None):
    env = {**os.environ, "HOME": "/root", "PATH": f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]}
    if cib:
        env["CIB_file"] = str(cib)
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, cwd=cwd, env=env)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout + done.stderr


def forms(example, *patterns):
    """Its files in the order of their loading. One called seed.* is an alternative that the seed asks for, word for word
    (tests/servers/test_icon_prep.py loads it)."""
    found = {path for pattern in patterns for path in example.glob(pattern) if path.stem != "seed"}
    return sorted(found, key=lambda path: (not path.name.startswith("fencing"), path.name))


def cib_empty(example, folder):
    """What a cluster of the example's nodes has before anybody configures it."""
    root = ElementTree.fromstring(run("cibadmin", "--empty"))
    root.set("have-quorum", "1")
    text = (example / "corosync.conf").read_text()
    for number, name in re.findall(r"nodeid: (\d+)\s+name: (\S+)", text):
        ElementTree.SubElement(root.find("configuration/nodes"), "node", id=number, uname=name)
        ElementTree.SubElement(root.find("status"), "node_state", id=number, uname=name, in_ccm="true",
                               crmd="online", join="member", expected="member")
    cib = folder / "cib.xml"
    cib.write_text(ElementTree.tostring(root, encoding="unicode"))
    return cib


@pytest.fixture(scope="session")
def crm_cib(example, tmp_path_factory):
    cib = cib_empty(example, tmp_path_factory.mktemp("crm"))
    for path in forms(example, "*.crm"):
        said = run("crm", "configure", "load", "update", path, cib=cib)
        assert "ERROR" not in said and "WARNING" not in said, said
    return cib


@pytest.fixture(scope="session")
def pcs_cib(example, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pcs")
    cib = cib_empty(example, folder)
    shim = folder / "pcs"
    shim.write_text(PCS)
    shim.chmod(0o755)
    for path in forms(example, "*.pcs.sh", "*.pcs"):
        said = run("sh", path, cib=cib, cwd=folder, path=folder)
        for always in PCS_SAYS_ALWAYS:
            said = said.replace(f"Warning: {always}\n", "")
        assert "Error" not in said and "Warning" not in said, said
    return cib


def pairs_of(element, kind):
    return {pair.get("name"): pair.get("value") for pair in element.findall(f"{kind}/nvpair")}


def role_of(role):
    return {"Master": "Promoted", "Slave": "Unpromoted", "Started": None}.get(role, role)


def resources_of(cib):
    """Each primitive: its type, parameters, meta attributes, and operations by name and role."""
    found = {}
    for primitive in ElementTree.parse(cib).iter("primitive"):
        operations = {(op.get("name"), role_of(op.get("role"))): (op.get("interval", "0").rstrip("s"), op.get("timeout"))
                      for op in primitive.findall("operations/op")}
        found[primitive.get("id")] = (primitive.get("provider"), primitive.get("type"),
                                      pairs_of(primitive, "instance_attributes"),
                                      pairs_of(primitive, "meta_attributes"), operations)
    return found


def constraints_of(cib):
    """Each constraint without its name, in words that both tools mean alike."""
    found = []
    for constraint in ElementTree.parse(cib).find("configuration/constraints"):
        words = {key: role_of(value) for key, value in constraint.attrib.items() if key != "id"}
        words = {key: value for key, value in words.items() if value is not None}
        found.append((constraint.tag, *sorted(words.items())))
    return sorted(found)


def options_of(cib):
    root = ElementTree.parse(cib)
    return {pair.get("name"): pair.get("value") for kind in ("crm_config", "rsc_defaults")
            for pair in root.find("configuration").iterfind(f"{kind}//nvpair")}


def test_crm_form_is_valid(crm_cib):
    assert run("crm_verify", "-VV", "--xml-file", crm_cib) == ""


def test_pcs_form_is_valid(pcs_cib):
    assert run("crm_verify", "-VV", "--xml-file", pcs_cib) == ""


def test_both_forms_say_the_same(crm_cib, pcs_cib):
    ours, theirs = resources_of(crm_cib), resources_of(pcs_cib)
    assert ours.keys() == theirs.keys()
    for name, (*what, operations) in ours.items():
        assert what == list(theirs[name][:-1]), name
        # pcs adds what else the agent advertises
        assert operations.items() <= theirs[name][-1].items(), name
    assert constraints_of(crm_cib) == constraints_of(pcs_cib)
    assert options_of(crm_cib) == options_of(pcs_cib)


def test_examples_use_what_the_agents_declare(crm_cib):
    for name, (provider, kind, parameters, _, operations) in resources_of(crm_cib).items():
        if provider != "validator":
            continue
        agent = Agent(FOLDER / kind)
        assert set(parameters) <= {p.get("name") for p in agent.parameters}, name
        assert set(agent.required) <= set(parameters), name
        answer = agent.act("validate-all", parameters)
        assert answer.rc == 0, answer.reason
        advertised = {(a.get("name"), role_of(a.get("role"))): int(a.get("timeout").rstrip("s"))
                      for a in agent.xml.findall("actions/action")}
        for operation, (_, timeout) in operations.items():
            assert int(timeout.rstrip("s")) >= advertised[operation], (name, operation)


def test_promotion_scores_do_not_outweigh_the_stickiness(crm_cib):
    if not ElementTree.parse(crm_cib).findall(".//clone"):
        return  # nothing is promoted, so that no score can move anything
    assert int(options_of(crm_cib)["resource-stickiness"]) >= 1000


def test_stonith_is_on_and_quorum_is_not_ignored(crm_cib):
    options = options_of(crm_cib)
    assert options["stonith-enabled"] == "true"
    assert options.get("no-quorum-policy") != "ignore"


def test_corosync_accepts_its_configuration(example):
    for path in example.glob("corosync*.conf"):
        first_node = re.search(r"node \{.*?\}", path.read_text().split("nodelist", 1)[1], re.S)[0]
        for address in re.findall(r"ring\d_addr: (\S+)", first_node):
            run("ip", "address", "replace", f"{address}/32", "dev", "lo")  # of a network namespace
        run("corosync", "-t", "-c", path)


def test_comments_stand_on_their_own_lines_as_crm_and_corosync_want(example):
    for path in [*example.glob("*.crm"), *example.glob("*.conf")]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not re.search(r"\S\s+#", line) or line.lstrip().startswith("#"), f"{path}:{number}"
