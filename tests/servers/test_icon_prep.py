# SPDX-License-Identifier: LGPL-2.1-or-later
"""crm-examples/icon-prep: every file is loaded as it stands, by the tools that the tutorial uses."""
import os
import pathlib
import re
import shlex
import subprocess

import pytest

EXAMPLE = pathlib.Path(__file__).parents[2] / "crm-examples/icon-prep"
EMPTY_CIB = ('<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" '
             'admin_epoch="0"><configuration><crm_config/><nodes/><resources/><constraints/>'
             "</configuration><status/></cib>")

# The tutorial's own line; its two placeholders are filled.
SEED_LINE = ('primitive elastic-ip ocf:heartbeat:awseip params elastic_ip="192.0.2.100" '
             'awscli="/usr/bin/aws" allocation_id="eipalloc-0123456789abcdef0" '
             'op start  timeout="60s" interval="0s" on-fail="restart" '
             'op monitor timeout="60s" interval="10s" on-fail="restart" '
             'op stop timeout="60s" interval="0s" on-fail="block" '
             'meta migration-threshold="2" failure-timeout="60s" resource-stickiness="100"')


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60, **options)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(name="cib")
def cib_fixture(tmp_path):
    path = tmp_path / "cib.xml"
    path.write_text(EMPTY_CIB)
    return path


def shape(cib):
    """What counts of the resource: its operations and meta attributes."""
    text = cib.read_text()
    ops = set()
    for op in re.findall(r"<op [^>]*>", text):
        fields = dict(re.findall(r'([\w-]+)="([^"]*)"', op))
        if fields["name"] in ("start", "stop", "monitor") and "on-fail" in fields:
            ops.add((fields["name"], fields["timeout"], fields["interval"], fields["on-fail"]))
    metas = set(re.findall(r'name="(migration-threshold|failure-timeout|resource-stickiness)" '
                           r'value="([^"]*)"', text))
    return ops, metas


SEED_SHAPE = ({("start", "60s", "0s", "restart"), ("monitor", "60s", "10s", "restart"),
               ("stop", "60s", "0s", "block")},
              {("migration-threshold", "2"), ("failure-timeout", "60s"),
               ("resource-stickiness", "100")})


def test_line_of_the_tutorial_is_loaded_with_the_agents_name_changed(cib):
    line = SEED_LINE.replace("ocf:heartbeat:awseip", "ocf:validator:elastic-ip")
    assert line in (EXAMPLE / "seed.crm").read_text()
    environment = dict(os.environ, CIB_file=str(cib))
    for property_ in ("stonith-enabled=false", "no-quorum-policy=ignore"):
        run("crm", "configure", "property", property_, env=environment)
    said = run("crm", "configure", *shlex.split(line), env=environment)
    assert "ERROR" not in said, said
    assert shape(cib) == SEED_SHAPE


@pytest.mark.parametrize("name", ["seed", "safe"])
def test_crm_form_is_loaded_and_verified(cib, name):
    environment = dict(os.environ, CIB_file=str(cib))
    said = run("crm", "configure", "load", "update", EXAMPLE / f"{name}.crm", env=environment)
    assert "ERROR" not in said and "unknown" not in said, said
    if name == "seed":
        assert shape(cib) == SEED_SHAPE
    run("crm_verify", "--xml-file", cib)


@pytest.mark.parametrize("name", ["seed", "safe"])
def test_pcs_form_is_loaded_and_verified(cib, name):
    for line in (EXAMPLE / f"{name}.pcs").read_text().splitlines():
        run("pcs", "-f", cib, *shlex.split(line)[1:])
    if name == "seed":
        ops, metas = shape(cib)
        assert (ops, metas) == SEED_SHAPE
    run("crm_verify", "--xml-file", cib)


def test_corosync_accepts_its_configuration(tmp_path):
    """On a host that has the first node's address, with a key as corosync-keygen makes it."""
    run("ip", "address", "replace", "192.0.2.1/32", "dev", "lo")
    folder = tmp_path / "corosync"
    folder.mkdir()
    (folder / "corosync.conf").write_text((EXAMPLE / "corosync.conf").read_text())
    run("corosync-keygen", "-l", "-k", folder / "authkey")
    script = 'mount --bind "$0" /etc/corosync && exec corosync -t'
    run("unshare", "--mount", "sh", "-c", script, folder)


def test_security_group_opens_the_ports_of_the_tutorial():
    """The script, with a program in place of the AWS command line that writes down what it is told."""
    text = (EXAMPLE / "security-group.sh").read_text()
    run("sh", "-n", EXAMPLE / "security-group.sh")
    for port in ("7100", "9000", "22"):
        assert f"open_to_all {port}" in text
    assert "0.0.0.0/0" in text and "::/0" in text and "FromPort=5404,ToPort=5406" in text
