# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/elastic-ip.md's table: heartbeat:awseip, as Debian packages it, and elastic-ip, row by row on one server.

Each test shows the defect in the one and its absence in the other.
"""
from xml.etree import ElementTree

import pytest

from ec2.cloud import AWSEIP, OUR_AGENT, venv

OK, GENERIC, CONFIGURED, NOT_RUNNING = 0, 1, 6, 7
GONE = {"*": [{"hang_up": True, "times": -1}]}
THROTTLED = {"*": [{"code": "RequestLimitExceeded", "status": 503, "times": -1}]}


@pytest.fixture(name="rig")
def rig_fixture(site):
    """The machine of both agents, with the credentials that awseip needs."""
    key = site.cloud.key(policies=[{"Statement": [{"Effect": "Allow", "Action": "ec2:*",
                                                   "Resource": "*"}]}])
    folder = site.one.home / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        f"[default]\naws_access_key_id = {key['access_id']}\n"
        f"aws_secret_access_key = {key['secret']}\n")
    (folder / "credentials").chmod(0o600)
    site.one.environment |= {"AWS_DEFAULT_REGION": "ap-northeast-2", "AWS_MAX_ATTEMPTS": "1"}
    return Rig(site)


class Rig:
    def __init__(self, site):
        self.site, self.cloud, self.one = site, site.cloud, site.one

    def awseip(self, action, timeout_s=20, **params):
        params = self.site.params | {"awscli": f"{venv()}/bin/aws"} | params
        return self.one.run(action, params, timeout_s=timeout_s, agent=AWSEIP)

    def ours(self, action, timeout_s=8, **params):
        return self.one.run(action, self.site.params | params, timeout_s=timeout_s, agent=OUR_AGENT)

    def is_here(self):
        return self.site.holder() == self.one.instance


@pytest.mark.parametrize("faults", [GONE, THROTTLED], ids=["gone", "throttled"])
def test_outage_monitor(rig, faults):
    assert rig.ours("start").rc == OK
    assert rig.awseip("monitor").rc == OK
    rig.cloud.faults(faults=faults)
    assert rig.awseip("monitor").rc == NOT_RUNNING and rig.is_here()
    assert rig.ours("monitor").rc == OK


@pytest.mark.parametrize("faults", [GONE, THROTTLED], ids=["gone", "throttled"])
def test_outage_stop(rig, faults):
    assert rig.ours("start").rc == OK
    rig.cloud.faults(faults=faults)
    assert rig.awseip("stop").rc == OK and rig.is_here()
    assert rig.ours("stop", timeout_s=4).rc == GENERIC


def test_part_of_an_address(rig):
    assert rig.ours("start").rc == OK
    assert rig.awseip("monitor", elastic_ip="192.0.2.1").rc == OK
    other = rig.cloud.world(instances=[{"private": ["10.0.0.99"]}], allocations=["192.0.2.1"])
    allocation = other["allocations"][0]["allocation"]
    assert rig.ours("monitor", elastic_ip="192.0.2.1", allocation_id=allocation).rc == NOT_RUNNING


def test_empty_address(rig):
    assert rig.awseip("monitor", elastic_ip="").rc == OK
    assert rig.awseip("validate-all", elastic_ip="", allocation_id="").rc == OK
    for action in ("monitor", "validate-all"):
        answer = rig.ours(action, elastic_ip="")
        assert answer.rc == CONFIGURED and "elastic_ip" in answer.reason, answer


def test_no_awscli(rig):
    assert rig.ours("start", awscli="/nonexistent/aws").rc == OK
    assert rig.awseip("monitor", awscli="/nonexistent/aws").rc == NOT_RUNNING and rig.is_here()
    assert rig.ours("monitor", awscli="/nonexistent/aws").rc == OK


def test_silent_metadata(rig):
    assert rig.ours("start").rc == OK
    rig.one.deaf()
    assert rig.awseip("monitor").rc == NOT_RUNNING and rig.is_here()
    answer = rig.ours("monitor", timeout_s=8)
    assert answer.rc == OK and answer.seconds < 8, answer


def test_moved_during_stop(rig):
    """The API's answer is as old as the moment before the move: what both agents then do."""
    assert rig.ours("start").rc == OK
    rig.cloud.settle(allocation=rig.site.allocation)
    # awseip asks describe-instances, then takes the association that describe-addresses shows: the
    # address moves in between.
    rig.cloud.move_after(action="DescribeInstances", allocation=rig.site.allocation,
                         instance=rig.site.two.instance)
    assert rig.awseip("stop").rc == OK
    assert rig.site.holder() is None, "awseip has released the other instance's association"
    rig.cloud.associate(allocation=rig.site.allocation, instance=rig.one.instance)
    rig.cloud.move_after(action="DescribeAddresses", allocation=rig.site.allocation,
                         instance=rig.site.two.instance)
    assert rig.ours("stop").rc == OK
    assert rig.site.holder() == rig.site.two.instance


# What awseip has besides since 4.12 (its repository).
LATER = {"auth_type", "region", "curl_retries", "curl_sleep"}


def test_every_parameter_of_awseip_is_known_by_the_same_name(rig):
    def names(text):
        return {found.get("name") for found in ElementTree.fromstring(text).iter("parameter")}
    theirs, ours = names(rig.awseip("meta-data").out), names(rig.ours("meta-data").out)
    assert len(theirs) >= 6 and theirs | LATER <= ours, theirs - ours


def test_reasons_and_waiting(rig):
    rig.cloud.faults(faults={"AssociateAddress": [
        {"code": "UnauthorizedOperation", "status": 403, "times": -1}]})
    theirs = rig.awseip("start")
    assert theirs.rc == NOT_RUNNING and "UnauthorizedOperation" not in theirs.reason, theirs
    answer = rig.ours("start")
    assert answer.rc == 4 and "UnauthorizedOperation" in answer.reason, answer
    rig.cloud.faults(faults={})
    assert rig.awseip("start").seconds > 3
    assert rig.awseip("stop").seconds > 3
    assert rig.ours("start").seconds < 1
    assert rig.ours("stop").seconds < 1
