# SPDX-License-Identifier: LGPL-2.1-or-later
"""What operators get wrong: each thing has its own sentence and its own code."""
import json
import pathlib

import pytest

OK, GENERIC, ARGS, PERM, INSTALLED, CONFIGURED, NOT_RUNNING = 0, 1, 2, 4, 5, 6, 7
TOP = pathlib.Path(__file__).parents[2]

# parameters, what the sentence says; all are found by start and validate-all, without a network
MALFORMED = [
    ({"elastic_ip": ""}, "elastic_ip is missing"),
    ({"elastic_ip": "192.0.2"}, "parameter elastic_ip is '192.0.2'"),
    ({"elastic_ip": "192.0.2.10 "}, "parameter elastic_ip is"),
    ({"elastic_ip": "192.0.2.010.1"}, "parameter elastic_ip is"),
    ({"elastic_ip": "your_elastic_ip"}, "parameter elastic_ip is 'your_elastic_ip'"),
    ({"allocation_id": ""}, "allocation_id is missing"),
    ({"allocation_id": "your_elastic_ip_allocation_id"}, "parameter allocation_id is"),
    ({"allocation_id": "eipalloc-XYZ"}, "parameter allocation_id is"),
    ({"network_interface": "eth0"}, "parameter network_interface is 'eth0'"),
    ({"private_ip_address": "10.0.0.256"}, "parameter private_ip_address is '10.0.0.256'"),
    ({"region": "Seoul"}, "parameter region is 'Seoul'"),
    ({"region": "evil.example/"}, "parameter region is"),
    ({"endpoint": "ec2.amazonaws.com"}, "endpoint 'ec2.amazonaws.com'"),
    ({"auth_type": "password"}, "auth_type is 'password'"),
    ({"api_grace": "soon"}, "api_grace is 'soon'"),
]


@pytest.mark.parametrize("bad, said", MALFORMED, ids=lambda value: str(value)[:40])
def test_malformed_parameter(site, bad, said):
    for action in ("start", "validate-all"):
        answer = site.one.run(action, site.params | bad)
        assert answer.rc == CONFIGURED and said in answer.reason, answer
    assert site.cloud.actions() == []


# parameters, code of start, code of validate-all at level 10, what the sentence says
WRONG = [
    ({"allocation_id": "eipalloc-0123456789abcdef0"}, ARGS, INSTALLED, "does not exist in the region"),
    ({"region": "eu-west-3"}, ARGS, INSTALLED, "does not exist in the region 'eu-west-3'"),
    ({"network_interface": "eni-0123456789abcdef0"}, ARGS, INSTALLED,
     "no network interface 'eni-0123456789abcdef0'"),
    ({"private_ip_address": "10.9.9.9"}, ARGS, INSTALLED, "the private address '10.9.9.9'"),
    ({"elastic_ip": "192.0.2.11"}, CONFIGURED, INSTALLED, "belongs to the address '192.0.2.10'"),
    ({"profile": "absent"}, PERM, PERM, "the AWS profile 'absent' is in neither"),
    ({"auth_type": "key"}, PERM, PERM, "auth_type is 'key', but there is no AWS key"),
    ({"credentials_file": "/nonexistent"}, PERM, PERM, "the credentials file '/nonexistent'"),
    ({"endpoint": "http://127.0.0.1:9"}, GENERIC, GENERIC, "no connection"),
]


@pytest.mark.parametrize("bad, start, validate, said", WRONG, ids=lambda value: str(value)[:40])
def test_thing_that_is_not_there(site, bad, start, validate, said):
    answer = site.one.run("start", site.params | bad, timeout_s=3)
    assert answer.rc == start and said in answer.reason, answer
    answer = site.one.run("validate-all", site.params | bad, level=10, timeout_s=3)
    assert answer.rc == validate and said in answer.reason, answer


def test_node_that_cannot_reach_the_api_is_told_what_it_needs(site):
    answer = site.one.run("validate-all", site.params | {"endpoint": "http://127.0.0.1:9"}, level=10,
                          timeout_s=3)
    assert "without it: by a VPC endpoint, a NAT or an address of its own" in answer.reason, answer


# --- credentials --------------------------------------------------------------------------------

def aws_files(site, credentials="", config="", mode=0o600):
    folder = site.one.home / ".aws"
    folder.mkdir(exist_ok=True)
    for name, text in (("credentials", credentials), ("config", config)):
        (folder / name).write_text(text)
        (folder / name).chmod(mode)


def key_lines(key):
    lines = f"aws_access_key_id = {key['access_id']}\naws_secret_access_key = {key['secret']}\n"
    return lines + (f"aws_session_token = {key['token']}\n" if key["token"] else "")


ALL = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def test_key_of_the_profile_is_used(site):
    key = site.cloud.key(policies=[ALL], token=True)
    aws_files(site, "[other]\n" + key_lines(key), "[profile other]\nregion = ap-northeast-2\n")
    assert site.one.run("start", site.params | {"profile": "other", "auth_type": "key"}).rc == OK
    assert site.one.run("stop", site.params, AWS_PROFILE="other").rc == OK


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_profile_of_the_environment_is_used(site, name):
    aws_files(site, "[other]\n" + key_lines(site.cloud.key(policies=[ALL])))
    answer = site.one.run("start", site.params | {"auth_type": "key"}, **{name: "other"})
    assert answer.rc == OK, answer


def test_parts_of_a_key_come_from_one_file(site):
    """An old temporary key in the other file; its token does not belong to the first one's."""
    new, old = site.cloud.key(policies=[ALL]), site.cloud.key(policies=[ALL], token=True)
    aws_files(site, "[default]\n" + key_lines(new), "[default]\n" + key_lines(old))
    answer = site.one.run("start", site.params | {"auth_type": "key"})
    assert answer.rc == OK, answer
    aws_files(site, f"[default]\naws_access_key_id = {new['access_id']}\n", "[default]\n" + key_lines(old))
    answer = site.one.run("stop", site.params | {"auth_type": "key"}, timeout_s=2)
    assert "only half a key" in answer.reason, answer


def test_key_of_the_environment_is_used(site):
    key = site.cloud.key(policies=[ALL], token=True)
    answer = site.one.run("start", site.params | {"auth_type": "key"}, AWS_SESSION_TOKEN=key["token"],
                          AWS_ACCESS_KEY_ID=key["access_id"], AWS_SECRET_ACCESS_KEY=key["secret"])
    assert answer.rc == OK, answer


MOVER = "arn:aws:iam::123456789012:role/mover"
ASSUME = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": MOVER}]}
SOURCES = ["source_profile = base", "credential_source = Ec2InstanceMetadata",
           "credential_source = Environment"]


def start_by_role(site, source, allowed):
    """A start by a profile that assumes a role; the source of its key may do that, or nothing."""
    policy = ASSUME if allowed else {"Statement": []}
    key = site.cloud.key(policies=[policy], token=True)
    site.cloud.instance_role(instance=site.one.instance, policies=[policy])
    site.cloud.role(arn=MOVER, policies=[ALL], external_id="x y/z")
    aws_files(site, "[base]\n" + key_lines(key),
              f"[profile mover]\nrole_arn = {MOVER}\n{source}\nexternal_id = x y/z\n")
    environment = {} if "Environment" not in source else {
        "AWS_ACCESS_KEY_ID": key["access_id"], "AWS_SECRET_ACCESS_KEY": key["secret"],
        "AWS_SESSION_TOKEN": key["token"]}
    return site.one.run("start", site.params | {"profile": "mover"}, **environment)


@pytest.mark.parametrize("source", SOURCES)
def test_role_is_assumed(site, source):
    answer = start_by_role(site, source, allowed=True)
    assert answer.rc == OK and site.holder() == site.one.instance, answer
    assert "AssumeRole" in site.cloud.actions()


def test_source_with_a_key_and_a_role_gives_its_key(site):
    """As AWS's tools have it: the role of a source is not assumed on the way."""
    site.cloud.role(arn=MOVER, policies=[ALL])
    aws_files(site, "[base]\n" + key_lines(site.cloud.key(policies=[ASSUME])),
              f"[profile mover]\nrole_arn = {MOVER}\nsource_profile = base\n"
              f"[profile base]\nrole_arn = {MOVER}-not\nsource_profile = base\n")
    answer = site.one.run("start", site.params | {"profile": "mover"})
    assert answer.rc == OK and site.cloud.actions("AssumeRole") == ["AssumeRole"], answer


@pytest.mark.parametrize("source", SOURCES)
def test_role_that_may_not_be_assumed_is_said(site, source):
    answer = start_by_role(site, source, allowed=False)
    assert answer.rc == PERM and "AssumeRole" in answer.reason, answer


@pytest.mark.parametrize("config, said", [
    ("role_arn = x\n", "names neither source_profile nor credential_source"),
    ("role_arn = x\ncredential_source = EcsContainer\n", "names neither source_profile"),
    ("role_arn = x\ncredential_source = Environment\n", "its source 'Environment' has no key"),
    ("role_arn = x\nsource_profile = absent\n", "the AWS profile 'absent' is in neither"),
    ("aws_access_key_id = AKIA\n", "has only half a key")], ids=lambda value: value[-25:].strip())
def test_profile_that_leads_nowhere_is_said(site, config, said):
    aws_files(site, config="[profile lost]\n" + config)
    answer = site.one.run("start", site.params | {"profile": "lost"})
    assert answer.rc == PERM and said in answer.reason, answer


def test_credentials_that_all_can_read_are_refused_but_not_by_a_stop(site):
    aws_files(site, "[default]\n" + key_lines(site.cloud.key(policies=[ALL])), mode=0o644)
    for action in ("start", "validate-all"):
        answer = site.one.run(action, site.params, level=10)
        assert answer.rc == PERM and "chmod 600" in answer.reason, answer
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    assert site.one.run("stop", site.params).rc == OK and site.holder() is None


def test_expired_credentials_have_a_sentence(site):
    key = site.cloud.key(policies=[ALL], token=True, ttl=-5)
    aws_files(site, "[default]\n" + key_lines(key))
    for action in ("start", "validate-all"):
        answer = site.one.run(action, site.params, level=10)
        assert answer.rc == PERM and "credentials have expired" in answer.reason, answer


UNSUPPORTED = [
    ("single sign-on", "sso_start_url = https://x\n"),
    ("single sign-on", "sso_session = x\n[sso-session x]\nsso_region = eu-west-3\n"),
    ("single sign-on", "sso_account_id = 123456789012\n"),
    ("a credential_process", "credential_process = /bin/true\n"),
    ("a web identity token", "role_arn = arn\nweb_identity_token_file = /x\n"),
    ("a multi-factor device", "role_arn = arn\nsource_profile = b\nmfa_serial = 1\n"),
    ("a login session", "login_session = arn\n"),
    ("credential_source", "role_arn = arn\ncredential_source = EcsContainer\n"),
]


@pytest.mark.parametrize("what, lines", UNSUPPORTED)
def test_credentials_that_need_a_person_are_named(site, what, lines):
    aws_files(site, config=f"[default]\n{lines}")
    answer = site.one.run("start", site.params)
    assert answer.rc == PERM and what in answer.reason, answer


@pytest.mark.parametrize("name", ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                  "AWS_WEB_IDENTITY_TOKEN_FILE"])
def test_credentials_of_a_container_are_named(site, name):
    answer = site.one.run("start", site.params, **{name: "http://x"})
    assert answer.rc == PERM and name in answer.reason, answer


def test_roles_in_a_circle_end(site):
    aws_files(site, config="[profile a]\nrole_arn = x\nsource_profile = b\n"
                           "[profile b]\nrole_arn = x\nsource_profile = a\n")
    answer = site.one.run("start", site.params | {"profile": "a"})
    assert answer.rc == PERM and "circle" in answer.reason, answer


def test_endpoint_comes_from_parameter_environment_and_profile(site):
    url = site.cloud.url
    free = {"AWS_ENDPOINT_URL": None}
    assert site.one.run("start", site.params | {"endpoint": url},
                        AWS_ENDPOINT_URL="http://127.0.0.1:9").rc == OK
    assert site.one.run("stop", site.params, AWS_ENDPOINT_URL_EC2=url,
                        AWS_ENDPOINT_URL="http://127.0.0.1:9").rc == OK
    aws_files(site, config=f"[default]\nservices = s\n[services s]\nec2 =\n  endpoint_url = {url}\n")
    assert site.one.run("start", site.params, **free).rc == OK


HOME_REGION, OTHER = "ap-northeast-2", "eu-west-3"


@pytest.mark.parametrize("parameter, first, second, profile", [
    (HOME_REGION, OTHER, OTHER, OTHER), (None, HOME_REGION, OTHER, OTHER), (None, None, HOME_REGION, OTHER),
    (None, None, None, HOME_REGION), (None, None, None, None)],
    ids=["parameter", "AWS_REGION", "AWS_DEFAULT_REGION", "profile", "metadata"])
def test_region_comes_from_parameter_environment_profile_and_metadata(site, parameter, first, second, profile):
    """Each place is believed before those after it, which all say something else."""
    aws_files(site, config=f"[default]\nregion = {profile}\n" if profile else "")
    params = site.params | ({"region": parameter} if parameter else {})
    answer = site.one.run("start", params, AWS_REGION=first, AWS_DEFAULT_REGION=second)
    assert answer.rc == OK, answer
    answer = site.one.run("validate-all", site.params, level=10, AWS_REGION=OTHER)
    assert answer.rc == INSTALLED and OTHER in answer.reason, answer


def test_region_that_the_metadata_does_not_tell_is_no_mistake_of_the_operators(site):
    site.one.run("start", site.params)
    site.one.deaf()
    answer = site.one.run("stop", site.params, timeout_s=3)
    assert answer.rc == GENERIC and "the instance metadata service at" in answer.reason, answer
    assert "no AWS region is set, and" in answer.reason and "set the parameter" not in answer.reason, answer


# --- permissions --------------------------------------------------------------------------------

def policy_of(site, without=None):
    text = (TOP / "docs/iam/elastic-ip.json").read_text()
    policy = json.loads(text.replace("REGION", "ap-northeast-2").replace("ACCOUNT", "123456789012")
                        .replace("ALLOCATION", site.allocation))
    for statement in policy["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [action for action in actions if action != without]
    return policy


def use_policy(site, policy):
    aws_files(site, "[default]\n" + key_lines(site.cloud.key(policies=[policy])))


def test_policy_of_the_documentation_is_enough(site):
    use_policy(site, policy_of(site))
    assert site.one.run("validate-all", site.params, level=10).rc == OK
    for action in ("start", "monitor", "validate-all", "stop"):
        answer = site.one.run(action, site.params, level=10)
        assert answer.rc == OK, answer


@pytest.mark.parametrize("without", ["ec2:DescribeAddresses", "ec2:AssociateAddress",
                                     "ec2:DisassociateAddress"])
def test_permission_that_is_missing_is_found_before_it_is_needed(site, without):
    use_policy(site, policy_of(site, without))
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    answer = site.one.run("validate-all", site.params, level=10)
    assert answer.rc == PERM and without.removeprefix("ec2:") in answer.reason, answer
    assert "UnauthorizedOperation" in answer.reason
    assert site.holder() == site.one.instance, "a dry run changes nothing"


@pytest.mark.parametrize("released", [False, True])
def test_permission_that_cannot_be_tried_is_a_warning(site, released):
    """Nobody has the address, or it was given up between the look and the dry run."""
    use_policy(site, policy_of(site))
    if released:
        site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
        site.cloud.faults(faults={"DisassociateAddress": [{"code": "InvalidAssociationID.NotFound", "status": 400}]})
    answer = site.one.run("validate-all", site.params, level=10)
    assert answer.rc == OK and "permission DisassociateAddress is not proved" in answer.err, answer


def test_thing_that_a_dry_run_does_not_find_is_no_proof(site):
    site.cloud.faults(faults={"AssociateAddress": [{"code": "InvalidNetworkInterfaceID.NotFound", "status": 400}]})
    answer = site.one.run("validate-all", site.params, level=10)
    assert answer.rc != OK and "InvalidNetworkInterfaceID.NotFound" in answer.reason, answer


def test_denied_start_says_which_action(site):
    use_policy(site, policy_of(site, "ec2:AssociateAddress"))
    answer = site.one.run("start", site.params)
    assert answer.rc == PERM and "AssociateAddress" in answer.reason, answer


# --- secrets ------------------------------------------------------------------------------------

def test_no_secret_is_shown_or_left_behind(site):
    key = site.cloud.key(policies=[ALL], token=True)
    aws_files(site, "[default]\n" + key_lines(key))
    said = ""
    for faults in ({}, {"*": [{"code": "SignatureDoesNotMatch", "status": 403, "times": -1}]}):
        site.cloud.faults(faults=faults)
        for action in ("start", "monitor", "stop", "validate-all"):
            answer = site.one.run(action, site.params, level=10, timeout_s=3, OCF_TRACE_RA="1")
            said += answer.out + answer.err
    for path in pathlib.Path("/run/validator-agents").rglob("*"):
        said += path.read_text() if path.is_file() else ""
    assert key["secret"] not in said and key["token"] not in said


def test_metadata_token_is_kept_for_root_alone_with_its_expiry(site):
    site.one.run("monitor", site.params)
    kept = list(pathlib.Path("/run/validator-agents/imds").iterdir())
    assert kept and all(path.stat().st_mode & 0o777 == 0o600 for path in kept)
    assert all("until_ms=" in path.read_text() for path in kept)
