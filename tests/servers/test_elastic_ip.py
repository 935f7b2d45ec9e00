# SPDX-License-Identifier: LGPL-2.1-or-later
"""The agent elastic-ip against an EC2 with faults: what it does, and what it must not conclude."""

OK, GENERIC, ARGS, PERM, CONFIGURED, NOT_RUNNING = 0, 1, 2, 4, 6, 7
FOREVER = -1


def test_address_comes_is_seen_and_goes(site):
    assert site.one.run("monitor", site.params, interval_s=0).rc == NOT_RUNNING
    assert site.one.run("start", site.params).rc == OK
    assert site.holder() == site.one.instance
    assert site.one.run("monitor", site.params).rc == OK
    assert site.two.run("monitor", site.params, interval_s=0).rc == NOT_RUNNING
    assert site.one.run("stop", site.params).rc == OK
    assert site.holder() is None
    assert site.one.run("stop", site.params).rc == OK
    assert site.one.run("monitor", site.params).rc == NOT_RUNNING


def test_start_takes_the_address_from_another_instance_and_says_so_to_it(site):
    assert site.one.run("start", site.params).rc == OK
    assert site.two.run("start", site.params).rc == OK
    assert site.holder() == site.two.instance
    answer = site.one.run("monitor", site.params)
    assert answer.rc == NOT_RUNNING and site.two.instance in answer.reason, answer


def test_start_of_what_is_ours_already_makes_no_billed_call(site):
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    assert site.one.run("start", site.params).rc == OK
    assert site.cloud.actions("AssociateAddress") == []


def test_association_says_that_it_may_be_taken_from_another(site):
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("start", site.params).rc == OK
    made = [entry for entry in site.cloud.log() if entry["action"] == "AssociateAddress"]
    assert [entry["parameters"]["AllowReassociation"] for entry in made] == ["true"]
