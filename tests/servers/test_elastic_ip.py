# SPDX-License-Identifier: LGPL-2.1-or-later
"""The agent elastic-ip against an EC2 with faults: what it does, and what it must not conclude."""
import pathlib
import re
import subprocess

import pytest

from ec2.cloud import METADATA, OUR_AGENT

OK, GENERIC, ARGS, PERM, INSTALLED, CONFIGURED, NOT_RUNNING = 0, 1, 2, 4, 5, 6, 7
FOREVER = -1
GONE = {"*": [{"hang_up": True, "times": FOREVER}]}
THROTTLED = {"*": [{"code": "RequestLimitExceeded", "status": 503, "times": FOREVER}]}
METADATA6 = "fd00:ec2::254"
STATE = pathlib.Path("/run/validator-agents/elastic-ip")


def count(site, action):
    return len(site.cloud.actions(action))


# --- the plain way ------------------------------------------------------------------------------

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
    assert count(site, "AssociateAddress") == 0


def test_association_says_that_it_may_be_taken_from_another(site):
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("start", site.params).rc == OK
    made = [entry for entry in site.cloud.log() if entry["action"] == "AssociateAddress"]
    assert [entry["parameters"]["AllowReassociation"] for entry in made] == ["true"]


def test_address_goes_to_the_private_address_that_is_asked_for(site):
    params = site.params | {"private_ip_address": "10.0.0.12"}
    assert site.one.run("start", site.params).rc == OK
    answer = site.one.run("monitor", params)
    assert answer.rc == GENERIC and "private address" in answer.reason, answer
    assert site.one.run("start", params).rc == OK
    assert site.cloud.holder(allocation=site.allocation)["private"] == "10.0.0.12"
    assert site.one.run("monitor", params).rc == OK


def test_address_goes_to_the_interface_that_is_asked_for(site):
    made = site.cloud.interface(instance=site.one.instance, private=["10.0.0.31"])
    params = site.params | {"network_interface": made["interface"]}
    assert site.one.run("start", params).rc == OK
    assert site.cloud.holder(allocation=site.allocation)["interface"] == made["interface"]
    assert site.one.run("monitor", params, level=10).rc == OK
    assert site.one.run("start", site.params | {"private_ip_address": "10.0.0.31"}).rc == OK


def test_address_is_found_at_another_interface_than_where_it_was_last_seen(site):
    """The agent asks first where the address was; that interface loses it, or is gone."""
    second = site.cloud.interface(instance=site.one.instance, private=["10.0.0.31"])["interface"]
    assert site.one.run("start", site.params).rc == OK
    assert site.one.run("start", site.params | {"network_interface": second}).rc == OK
    site.cloud.faults(faults=GONE)  # so that only the metadata tells
    assert site.one.run("monitor", site.params).rc == OK
    assert site.one.run("monitor", site.params | {"network_interface": second}).rc == OK
    assert site.one.run("monitor", site.params | {"network_interface": site.one.interface}, timeout_s=3).rc == GENERIC
    for record in STATE.iterdir():
        record.write_text(record.read_text().replace("mac=", "mac=ee:"))  # an interface that was taken away since
    assert site.one.run("monitor", site.params).rc == OK
    site.cloud.faults(faults={})
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("monitor", site.params).rc == NOT_RUNNING


def test_only_the_whole_address_counts(site):
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    other = site.cloud.world(instances=[{"private": ["10.0.0.99"]}], allocations=["192.0.2.1"])
    params = {"elastic_ip": "192.0.2.1", "allocation_id": other["allocations"][0]["allocation"]}
    assert site.one.run("monitor", params).rc == NOT_RUNNING
    assert site.one.run("monitor", params, level=10).rc == NOT_RUNNING


# --- waiting for what was asked for -------------------------------------------------------------

def test_start_waits_until_both_witnesses_show_the_address(site):
    site.cloud.set(lag=1.5, metadata_lag=2.5)
    answer = site.one.run("start", site.params)
    assert answer.rc == OK and 2.4 < answer.seconds < 6, answer
    assert count(site, "AssociateAddress") == 1


def test_start_that_the_metadata_never_confirms_fails_in_time_and_says_so(site):
    site.cloud.set(metadata_lag=1000)
    answer = site.one.run("start", site.params, timeout_s=4)
    assert answer.rc == GENERIC and answer.seconds < 4, answer
    assert "metadata does not show it" in answer.reason


def test_stop_waits_until_the_address_is_seen_to_be_gone(site):
    site.one.run("start", site.params)
    site.cloud.settle(allocation=site.allocation)
    site.cloud.set(lag=1.5)
    answer = site.one.run("stop", site.params)
    assert answer.rc == OK and 1.4 < answer.seconds < 5, answer
    assert count(site, "DisassociateAddress") == 1


def test_nothing_waits_for_a_fixed_time(site):
    for action in ("start", "monitor", "stop"):
        answer = site.one.run(action, site.params | {"api_delay": "3"})
        assert answer.rc == OK and answer.seconds < 1, answer


# --- stop gives up its own association only -----------------------------------------------------

def test_stop_leaves_the_association_of_another_instance(site):
    site.one.run("start", site.params)
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("stop", site.params).rc == OK
    assert site.holder() == site.two.instance
    assert count(site, "DisassociateAddress") == 0


def test_stop_of_an_association_that_is_gone_already_is_done(site):
    site.one.run("start", site.params)
    site.cloud.faults(faults={"DisassociateAddress": [
        {"code": "InvalidAssociationID.NotFound", "status": 400, "after": True}]})
    assert site.one.run("stop", site.params).rc == OK
    assert site.holder() is None


def test_stop_between_look_and_change_can_only_hit_its_own_association(site):
    """The address moves after the look-up: the association id of the look-up is no more."""
    site.one.run("start", site.params)
    own = site.cloud.holder(allocation=site.allocation)["association"]
    site.cloud.settle(allocation=site.allocation)
    site.cloud.set(lag=2)  # the look-up still shows this instance
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("stop", site.params).rc == OK
    assert site.holder() == site.two.instance
    tried = [entry["parameters"]["AssociationId"] for entry in site.cloud.log()
             if entry["action"] == "DisassociateAddress"]
    assert tried and set(tried) == {own}


def test_stop_right_after_a_start_does_not_believe_an_old_answer(site):
    """The look-up still shows the address as free, as it was before the start."""
    site.one.run("start", site.params)
    site.cloud.set(lag=2)
    answer = site.one.run("stop", site.params)
    assert answer.rc == OK and site.holder() is None, answer


def test_stop_believes_the_api_in_the_end_when_the_metadata_lags(site):
    site.one.run("start", site.params)
    site.cloud.settle(allocation=site.allocation)
    site.cloud.set(metadata_lag=1000)
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("stop", site.params).rc == OK
    assert site.holder() == site.two.instance


# --- an API that does not answer ----------------------------------------------------------------

@pytest.mark.parametrize("faults", [GONE, THROTTLED], ids=["gone", "throttled"])
def test_healthy_node_keeps_its_address_through_an_outage(site, faults):
    site.one.run("start", site.params)
    site.cloud.faults(faults=faults)
    assert site.one.run("monitor", site.params | {"api_interval": "1"}).rc == OK
    assert site.one.run("monitor", site.params, level=10, timeout_s=4).rc == OK


@pytest.mark.parametrize("faults", [GONE, THROTTLED], ids=["gone", "throttled"])
def test_outage_beyond_the_grace_is_an_error_and_not_a_stopped_resource(site, faults):
    site.one.run("start", site.params)
    site.cloud.faults(faults=faults)
    params = site.params | {"api_grace": "0"}
    answer = site.one.run("monitor", params, level=10, timeout_s=4)
    assert answer.rc == GENERIC and "not known who has" in answer.reason, answer
    site.one.deaf()
    assert site.one.run("monitor", params, timeout_s=4).rc == GENERIC
    assert site.one.run("monitor", site.params, timeout_s=4).rc == OK  # the default grace


@pytest.mark.parametrize("faults", [GONE, THROTTLED], ids=["gone", "throttled"])
def test_stop_without_the_api_fails_while_the_address_is_here(site, faults):
    site.one.run("start", site.params)
    site.cloud.faults(faults=faults)
    answer = site.one.run("stop", site.params, timeout_s=4)
    assert answer.rc == GENERIC and answer.seconds < 4 and answer.reason, answer
    assert site.holder() == site.one.instance


def test_stop_without_the_api_succeeds_where_the_metadata_proves_it(site):
    site.one.run("start", site.params)
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    site.cloud.faults(faults=GONE)
    assert site.one.run("stop", site.params, timeout_s=4).rc == OK


def test_stop_after_an_association_that_was_never_seen_does_not_trust_late_metadata(site):
    site.cloud.set(metadata_lag=1000)
    assert site.one.run("start", site.params, timeout_s=3).rc == GENERIC
    site.cloud.faults(faults=GONE)
    answer = site.one.run("stop", site.params, timeout_s=3)
    assert answer.rc == GENERIC, answer
    site.cloud.faults(faults={})
    assert site.one.run("stop", site.params).rc == OK and site.holder() is None


@pytest.mark.parametrize("action", ["AssumeRole", "DescribeAddresses"])
@pytest.mark.parametrize("code", ["ResourceNotFoundException", "NotFound", "InvalidInstanceID.NotFound"])
def test_not_found_of_anything_else_says_nothing_of_the_address(site, action, code):
    """As a service on the way says it: STS, a proxy, a gateway."""
    site.one.run("start", site.params)
    key = site.cloud.key(policies=[])
    folder = site.one.home / ".aws"
    folder.mkdir()
    (folder / "config").write_text("[profile mover]\nrole_arn = arn:aws:iam::123456789012:role/mover\n"
                                   "credential_source = Environment\n")
    environment = {"AWS_ACCESS_KEY_ID": key["access_id"], "AWS_SECRET_ACCESS_KEY": key["secret"]}
    params = site.params | ({"profile": "mover"} if action == "AssumeRole" else {})
    site.cloud.faults(faults={action: [{"code": code, "status": 404, "times": FOREVER}]})
    answer = site.one.run("stop", params, timeout_s=3, **environment)
    assert answer.rc == GENERIC and code in answer.reason and site.holder() == site.one.instance, answer
    answer = site.one.run("monitor", params, level=10, timeout_s=3, **environment)
    assert answer.rc == OK, answer


@pytest.mark.parametrize("change", [{}, {"after": True, "hang_up": True}], ids=["answered", "answer lost"])
def test_stop_ends_soon_where_the_way_to_the_api_went_with_the_address(site, change):
    site.one.run("start", site.params)
    site.cloud.faults(faults={"DescribeAddresses": [{}, {"delay": 40, "times": FOREVER}], "DisassociateAddress": [change]})
    answer = site.one.run("stop", site.params, timeout_s=60)
    assert answer.rc == OK and site.holder() is None and answer.seconds < 6, answer
    assert "as this instance's metadata shows" in answer.err


def test_stop_of_an_allocation_that_does_not_exist_is_done_and_says_why(site):
    """A region or id that the operator got wrong must not block or fence a node."""
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    params = site.params | {"region": "eu-west-3"}
    answer = site.one.run("monitor", params, level=10)
    assert answer.rc == NOT_RUNNING and "check allocation_id and region" in answer.reason, answer
    answer = site.one.run("stop", params)
    assert answer.rc == OK and "nothing to give up" in answer.err and "metadata shows" not in answer.err, answer


def test_stop_of_what_was_never_here_needs_no_api(site):
    site.cloud.faults(faults=GONE)
    assert site.two.run("stop", site.params, timeout_s=4).rc == OK


def test_probe_of_an_idle_node_needs_no_api(site):
    site.cloud.faults(faults=GONE)
    assert site.two.run("monitor", site.params, interval_s=0, timeout_s=4).rc == NOT_RUNNING


def test_probe_that_nobody_answers_is_an_error(site):
    site.cloud.faults(faults=GONE)
    site.two.deaf()
    answer = site.two.run("monitor", site.params, interval_s=0, timeout_s=4)
    assert answer.rc == GENERIC and answer.seconds < 4, answer


def test_start_tries_on_until_the_api_is_back(site):
    site.cloud.faults(faults={"*": [{"hang_up": True, "times": 3},
                                    {"code": "RequestLimitExceeded", "status": 503, "times": 2}]})
    assert site.one.run("start", site.params, timeout_s=15).rc == OK
    assert site.holder() == site.one.instance


def test_start_without_the_api_ends_before_its_timeout_with_the_reason(site):
    site.cloud.faults(faults=GONE)
    answer = site.one.run("start", site.params, timeout_s=4)
    assert answer.rc == GENERIC and answer.seconds < 4 and "DescribeAddresses" in answer.reason, answer


def test_reason_is_that_of_the_last_answer_and_not_that_time_was_over(site):
    site.cloud.faults(faults={"DescribeAddresses": [{"code": "OddThing", "status": 400}, {"delay": 20, "times": -1}]})
    answer = site.one.run("start", site.params, timeout_s=3)
    assert answer.rc == GENERIC and "OddThing" in answer.reason, answer


def test_api_that_hangs_does_not_hold_an_action_beyond_its_timeout(site):
    site.one.run("start", site.params)
    site.cloud.faults(faults={"*": [{"delay": 20, "times": 3}]})
    for action in ("stop", "start"):
        answer = site.one.run(action, site.params, timeout_s=3)
        assert answer.seconds < 3, answer


def test_change_that_failed_after_it_took_effect_is_looked_up_and_not_made_again(site):
    site.cloud.faults(faults={"AssociateAddress": [{"code": "InternalError", "status": 500,
                                                    "after": True}]})
    assert site.one.run("start", site.params).rc == OK
    assert count(site, "AssociateAddress") == 1


def test_change_that_failed_without_effect_is_made_again(site):
    site.cloud.faults(faults={"AssociateAddress": [{"code": "InternalError", "status": 500}]})
    assert site.one.run("start", site.params, timeout_s=10).rc == OK
    assert count(site, "AssociateAddress") == 2


BODIES = {
    "html": "<html><body><h1>502 Bad Gateway</h1></body></html>",
    "nothing": "",
    "cut off": "<?xml version=\"1.0\"?><DescribeAddressesResponse><addressesSet><item><publicIp>",
    "entity bomb": "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">"
                   "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;\">]><a>&c;</a>",
    "6 MB": "<a>" + "x" * 6_000_000 + "</a>",
    "deep": "<a>" * 100_000,
    "another answer": "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>",
}


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize("body", BODIES, ids=lambda name: name.replace(" ", "-"))
def test_answer_that_is_none_leaves_it_unknown(site, body, status):
    site.one.run("start", site.params)
    site.cloud.faults(faults={"*": [{"body": BODIES[body], "status": status, "times": FOREVER}]})
    params = site.params | {"api_grace": "0"}
    assert site.one.run("monitor", params, level=10, timeout_s=2).rc == GENERIC
    assert site.one.run("monitor", params, timeout_s=2).rc == OK
    assert site.one.run("stop", params, timeout_s=2).rc == GENERIC


@pytest.fixture(name="half")
def half_fixture(tmp_path):
    """The agent on a host where its module is not installed."""
    module = re.search(rb"/[\w/.-]+/elastic-ip-ec2\.so", pathlib.Path(OUR_AGENT).read_bytes())[0].decode()
    path = tmp_path / "elastic-ip"
    path.write_text("#!/bin/sh\nexport AGENT=$1\nexec unshare --mount sh -c "
                    f"'mount --bind /dev/null {module} && exec {OUR_AGENT} \"$AGENT\"'\n")
    path.chmod(0o755)
    return str(path)


def test_project_that_is_installed_by_half_is_said_and_costs_no_address(site, half):
    for action in ("start", "validate-all"):
        answer = site.one.run(action, site.params, level=10, agent=half)
        assert answer.rc == INSTALLED and "elastic-ip-ec2.so" in answer.reason and answer.seconds < 1, answer
    assert site.one.run("start", site.params).rc == OK
    assert site.one.run("monitor", site.params, agent=half).rc == OK
    answer = site.one.run("stop", site.params, timeout_s=3, agent=half)
    assert answer.rc == GENERIC and "elastic-ip-ec2.so" in answer.reason, answer
    assert site.holder() == site.one.instance


# --- the metadata service -----------------------------------------------------------------------

def test_metadata_service_that_keeps_the_connection_open_is_not_waited_for(site):
    """It says how long its answer is."""
    site.one.deaf()
    site.one.service, _ = site.cloud.metadata_service(site.one.instance, f"{METADATA}:80", options=["--keep-open"])
    for action in ("start", "monitor", "stop"):
        answer = site.one.run(action, site.params)
        assert answer.rc == OK and answer.seconds < 1, answer


@pytest.mark.parametrize("status, said", [(403, "refuses this node"), (503, "with HTTP 503")])
def test_metadata_service_that_says_nothing_leaves_it_unknown(site, status, said):
    """Switched off for this instance, or ill: the resource is not stopped for that, and nothing is started blindly."""
    site.one.run("start", site.params)
    site.one.deaf()
    site.one.service, _ = site.cloud.metadata_service(site.one.instance, f"{METADATA}:80", options=["--say", str(status)])
    assert site.one.run("monitor", site.params).rc == OK
    for action in ("start", "validate-all"):
        answer = site.one.run(action, site.params, level=10, timeout_s=3)
        assert answer.rc in (GENERIC, PERM) and said in answer.reason, answer
    answer = site.one.run("stop", site.params, timeout_s=3)
    assert answer.rc == GENERIC and site.holder() == site.one.instance, answer


def test_metadata_service_is_asked_by_ipv6(site):
    subprocess.run(["ip", "address", "replace", f"{METADATA6}/128", "dev", "lo"], check=True)
    site.one.deaf()
    site.one.service, _ = site.cloud.metadata_service(site.one.instance, f"[{METADATA6}]:80")
    for action in ("start", "monitor", "stop"):
        answer = site.one.run(action, site.params, AWS_EC2_METADATA_SERVICE_ENDPOINT=None,
                              AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE="IPv6")
        assert answer.rc == OK, answer


# --- how often it asks --------------------------------------------------------------------------

def test_monitor_asks_the_api_at_level_10_and_when_it_is_time(site):
    site.one.run("start", site.params)
    site.cloud.log(clear=True)
    for _ in range(3):
        assert site.one.run("monitor", site.params).rc == OK
    assert count(site, "DescribeAddresses") <= 1  # the first look of this machine
    before = count(site, "DescribeAddresses")
    assert site.one.run("monitor", site.params, level=10).rc == OK
    assert count(site, "DescribeAddresses") == before + 1
    assert site.one.run("monitor", site.params | {"api_interval": "0"}).rc == OK
    assert count(site, "DescribeAddresses") == before + 1


def test_address_that_was_taken_away_is_noticed_by_the_api_too(site):
    """The metadata is late, so that only the API knows."""
    site.one.run("start", site.params)
    site.cloud.set(metadata_lag=1000)
    site.cloud.disassociate(allocation=site.allocation)
    answer = site.one.run("monitor", site.params, level=10)
    assert answer.rc == NOT_RUNNING, answer


# --- the clock ----------------------------------------------------------------------------------

@pytest.mark.parametrize("seconds", [720, -108000])
def test_wrong_clock_is_corrected_once_from_the_date_header(site, seconds):
    site.cloud.set(clock_offset=seconds)
    assert site.one.run("start", site.params).rc == OK
    codes = [entry["code"] for entry in site.cloud.log()]
    assert codes.count("RequestExpired") == 1, codes
