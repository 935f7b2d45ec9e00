# SPDX-License-Identifier: LGPL-2.1-or-later
"""crm-examples/icon-prep: every file is loaded as it stands, by the tools that the tutorial uses."""
import gzip
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

from ec2.cloud import venv

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
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=180, **options)
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


@pytest.mark.parametrize("name", ["corosync.conf", "corosync-qdevice.conf"])
def test_corosync_accepts_its_configuration(tmp_path, name):
    """On a host that has the first node's address, with a key as corosync-keygen makes it."""
    run("ip", "address", "replace", "192.0.2.1/32", "dev", "lo")
    folder = tmp_path / "corosync"
    folder.mkdir()
    (folder / "corosync.conf").write_text((EXAMPLE / name).read_text())
    run("corosync-keygen", "-l", "-k", folder / "authkey")
    script = 'mount --bind "$0" /etc/corosync && exec corosync -t'
    run("unshare", "--mount", "sh", "-c", script, folder)


def test_delays_for_two_nodes_without_a_third_voice_are_loaded(tmp_path):
    """The README's two commands of each tool, after the safe form."""
    text = (EXAMPLE / "README.md").read_text()
    for tool in ("crm", "pcs"):
        cib = tmp_path / f"{tool}.xml"
        cib.write_text(EMPTY_CIB)
        environment = dict(os.environ, CIB_file=str(cib))
        run("crm", "configure", "load", "update", EXAMPLE / "safe.crm", env=environment)
        commands = re.findall(rf"`({tool} [^`]*(?:fencing-delay|pcmk_delay)[^`]*)`", text)
        assert len(commands) == 2
        for words in map(str.split, commands):
            run(*(["pcs", "-f", cib, *words[1:]] if tool == "pcs" else words), env=environment)
        assert 'name="priority-fencing-delay" value="15s"' in cib.read_text()
        assert 'name="pcmk_delay_max" value="5s"' in cib.read_text()
        run("crm_verify", "--xml-file", cib)


def blocks(text):
    """What counts of a corosync.conf: each setting with the sections that it is in."""
    found, inside = set(), []
    for line in (line.strip() for line in text.splitlines()):
        if line.endswith("{"):
            inside.append(line.rstrip("{ "))
        elif line == "}":
            inside.pop()
        elif line and not line.startswith("#"):
            found.add((*inside, line))
    return found


def of(settings, *sections):
    return {setting for setting in settings if setting[0] in sections}


def test_pcs_makes_the_same_cluster_and_the_same_third_voice(tmp_path):
    """pcs's commands of the README, on a file instead of on nodes."""
    text = (EXAMPLE / "README.md").read_text()
    setup = re.search(r"`(pcs cluster setup [^`]* --force) --start --enable`", text)[1]
    device = re.search(r"`(pcs quorum device add [^`]*)`", text)[1]
    path = tmp_path / "corosync.conf"
    path.write_text("")
    path.unlink()
    run(*setup.split(), f"--corosync_conf={path}")
    made = blocks(path.read_text())
    want = blocks((EXAMPLE / "corosync.conf").read_text())
    assert of(made, "nodelist", "quorum") == of(want, "nodelist", "quorum")
    assert of(want, "totem") <= of(made, "totem")
    run(*device.split(), f"--corosync_conf={path}")
    made, want = blocks(path.read_text()), blocks((EXAMPLE / "corosync-qdevice.conf").read_text())
    assert of(want, "quorum") - of(made, "quorum") == {("quorum", "device", "net", "tls: on")}, "pcs has it by itself"
    assert of(made, "quorum") <= of(want, "quorum") and of(made, "nodelist") == of(want, "nodelist")


# --- the AWS command line -----------------------------------------------------------------------

def aws(site, *words):
    key = site.cloud.key(policies=[{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}])
    environment = {"HOME": "/none", "PATH": f"{venv()}/bin:/usr/bin:/bin", "AWS_DEFAULT_REGION": "ap-northeast-2",
                   "AWS_ENDPOINT_URL": site.cloud.url, "AWS_ACCESS_KEY_ID": key["access_id"],
                   "AWS_SECRET_ACCESS_KEY": key["secret"], "LC_ALL": "C.UTF-8"}
    return run(*words, env=environment)


def test_security_group_opens_the_ports_of_the_tutorial(site):
    """The script as it stands against EC2, twice: the second time nothing is left to do."""
    group = json.loads(aws(site, "aws", "ec2", "create-security-group", "--group-name", "prep", "--description", "x"))["GroupId"]
    for _ in range(2):
        aws(site, "sh", EXAMPLE / "security-group.sh", group)
    rules = json.loads(aws(site, "aws", "ec2", "describe-security-groups", "--group-ids", group))["SecurityGroups"][0]
    opened = {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"], to)
              for rule in rules["IpPermissions"]
              for to in [one["CidrIp"] for one in rule["IpRanges"]] + [one["CidrIpv6"] for one in rule["Ipv6Ranges"]]
              + [one["GroupId"] for one in rule["UserIdGroupPairs"]]}
    everyone = {("tcp", port, port, to) for port in (22, 7100, 9000) for to in ("0.0.0.0/0", "::/0")}
    assert opened == everyone | {("udp", 5404, 5406, group), ("tcp", 5403, 5403, group), ("tcp", 2224, 2224, group)}


@pytest.fixture(name="checked_path")
def checked_path_fixture(tmp_path):
    """A PATH on which the AWS command line checks what it is told, writes it down, and asks nobody."""
    program = tmp_path / "aws"
    # Its own check of the parameters comes before the connection, which there is none.
    program.write_text(f'''#!/bin/sh
echo "$1 $2" >>{tmp_path}/called
said=$({venv()}/bin/aws "$@" --endpoint-url http://127.0.0.1:9 --no-sign-request 2>&1)
case $said in *"Could not connect"*) exit 0 ;; esac
echo "$said" >&2
exit 1
''')
    program.chmod(0o755)
    return {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": "/none", "AWS_DEFAULT_REGION": "ap-northeast-2", "LC_ALL": "C.UTF-8",
            "AWS_MAX_ATTEMPTS": "1"}


def typed(*begins):
    """The lines of the README that an operator types, in order, that begin so."""
    text = (EXAMPLE / "README.md").read_text()
    return [line for line in re.findall(r"^ {3,}(\S.*)$", text, re.M) if line.startswith(begins)]


def called(path):
    return (path / "called").read_text().split("\n")[:-1]


def test_role_is_made_by_commands_that_aws_knows(checked_path, tmp_path):
    policies = EXAMPLE.parents[1] / "docs/iam"
    run("sh", EXAMPLE / "instance-role.sh", policies / "elastic-ip.json", "i-0123456789abcdef0", "i-0123456789abcdef1", env=checked_path)
    assert called(tmp_path) == ["iam create-role", "iam create-instance-profile", "iam add-role-to-instance-profile",
                                "iam put-role-policy"] + 2 * ["ec2 associate-iam-instance-profile",
                                                              "ec2 modify-instance-metadata-options"]
    (tmp_path / "called").unlink()
    run("sh", EXAMPLE / "instance-role.sh", policies / "fence-aws.json", env=checked_path | {"POLICY": "fence-aws"})
    assert called(tmp_path) == ["iam put-role-policy"]


# An AWS where all is there already, but EC2 does not know of the profile yet; the second instance has another one.
LATE_AWS = r"""#!/bin/sh
echo "$1 $2" >>{folder}/called
case $2 in
create-*) echo "An error occurred (EntityAlreadyExists)" >&2; exit 254 ;;
add-role-*) echo "An error occurred (LimitExceeded)" >&2; exit 254 ;;
describe-*) case $4 in *1) echo arn:aws:iam::1:instance-profile/PRep-node ;; *) echo arn:aws:iam::1:instance-profile/own ;; esac ;;
associate-*)
    [ "$(grep -c associate {folder}/called)" -gt 3 ] || {{ echo "Invalid IAM Instance Profile name" >&2; exit 254; }}
    [ "$4" = i-new ] || {{ echo "(IncorrectState): There is an existing association for instance" >&2; exit 254; }} ;;
esac
"""


@pytest.mark.parametrize("instance, done", [("i-new", True), ("i-1", True), ("i-2", False)])
def test_role_waits_for_ec2_and_takes_no_profile_away(tmp_path, instance, done):
    for name, text in (("aws", LATE_AWS.format(folder=tmp_path)), ("sleep", f"#!/bin/sh\necho sleep >>{tmp_path}/called\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    words = ["sh", EXAMPLE / "instance-role.sh", "elastic-ip.json", instance]
    told = subprocess.run(words, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert (told.returncode == 0) == done, told
    assert called(tmp_path).count("sleep") == 3 and ("ec2 modify-instance-metadata-options" in called(tmp_path)) == done
    assert done or "has another instance profile, 'arn:aws:iam::1:instance-profile/own'" in told.stderr


def test_commands_of_the_page_are_ones_that_aws_knows(checked_path, tmp_path):
    for command in typed("aws "):
        run("sh", "-c", command.replace("resolve:ssm:", "ami-"), env=checked_path)
    assert called(tmp_path) == ["ec2 create-security-group", "ec2 run-instances", "ec2 allocate-address",
                                "route53 change-resource-record-sets", "ec2 authorize-security-group-ingress"]


# --- what is typed besides ----------------------------------------------------------------------

def test_values_are_put_in_everywhere(tmp_path):
    """The page's sed commands leave none of the example's values, and policies that are documents."""
    shutil.copytree(EXAMPLE.parents[1] / "docs/iam", tmp_path / "docs/iam")
    folder = shutil.copytree(EXAMPLE, tmp_path / "crm-examples/icon-prep")
    commands = typed("sed ")
    assert len(commands) == 4
    for command in commands:
        run("sh", "-c", command, cwd=folder)
    for path in (*folder.glob("*.crm"), *folder.glob("*.pcs"), *folder.glob("corosync*.conf")):
        left = re.findall(r"192\.0\.2\.\d+|0123456789abcdef|ap-northeast-2", path.read_text())
        assert not left, (path, left)
    for name in ("elastic-ip.json", "fence-aws.json"):
        resources = str(json.loads((folder / name).read_text())["Statement"][1]["Resource"])
        assert not re.findall(r"[A-Z]{3,}", resources), resources


def test_key_goes_from_one_node_to_the_other(tmp_path):
    """Both ends of the page's pipe, where ssh's other end is this machine."""
    for name, text in (("ssh", 'shift\nexec sh -c "$*"'), ("sudo", 'exec "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    sent, taken = typed("ssh admin@")[0].split(" | ")
    path = pathlib.Path("/etc/corosync/authkey")
    options = {"env": {"PATH": f"{tmp_path}:/usr/bin:/bin"}, "check": True}
    key = subprocess.run(["sh", "-c", sent], capture_output=True, **options).stdout
    assert key == path.read_bytes() and len(key) == 256
    path.unlink()
    subprocess.run(["sh", "-c", taken], input=key, **options)
    assert path.read_bytes() == key and path.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("document", ["crm-examples/icon-prep/README.md", "docs/elastic-ip.md"])
def test_command_that_validates_does(site, document):
    text = (EXAMPLE.parents[1] / document).read_text()
    command = re.search(r"^ +(crm_resource --validate.*)$", text, re.M)[1]
    command = command.replace("192.0.2.100", site.params["elastic_ip"]).replace("eipalloc-0123456789abcdef0", site.allocation)
    environment = site.one.environment | {"CIB_file": "/nonexistent"}
    run(*command.split(), env=environment)
    assert "AssociateAddress" in site.cloud.actions()
    site.cloud.faults(faults={"AssociateAddress": [{"code": "UnauthorizedOperation", "status": 403, "times": -1}]})
    told = subprocess.run(command.split(), env=environment, capture_output=True, text=True, check=False)
    assert told.returncode != 0 and "UnauthorizedOperation" in told.stdout + told.stderr, told


def test_policies_are_documents_of_the_form_that_aws_has():
    """Every action of a policy is one that boto knows; the fence's are those that fence_aws asks for."""
    folder = EXAMPLE.parents[1] / "docs/iam"
    model = next(venv().glob("lib/python*/site-packages/botocore/data/ec2/2016-11-15/service-2.json*"))
    text = gzip.decompress(model.read_bytes()) if model.suffix == ".gz" else model.read_bytes()
    known = {f"ec2:{name}" for name in json.loads(text)["operations"]}
    for path in folder.glob("*.json"):
        for statement in json.loads(path.read_text())["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert set(actions) <= known and statement["Effect"] == "Allow", path
