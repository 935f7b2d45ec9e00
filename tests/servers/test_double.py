# SPDX-License-Identifier: LGPL-2.1-or-later
"""The double keeps its promises: it is an EC2 where moto alone is none. Asked by Amazon's own client."""
import http.client
import time

import pytest

from ec2.boto import Boto
from ec2.cloud import METADATA, POLICY, venv

ALL = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
IMAGE = "ami-12c6146b"


@pytest.fixture(name="boto")
def boto_fixture(site):
    client = Boto(site.cloud, venv() / "bin/python", [ALL])
    yield client
    client.close()
    site.cloud.set(snapshot_s=3.0, volume_s=1.0, attach_s=1.0, rate_s=0.0)


def wait_for(ask, wanted, seconds=10):
    """Looks until the answer is the wanted one; gives all answers in order, each once."""
    seen, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        now = ask()
        if not seen or seen[-1] != now:
            seen.append(now)
        if now == wanted:
            return seen
    raise AssertionError(f"{seen}, never {wanted}")


# --- the state machine --------------------------------------------------------------------------

def test_volume_and_snapshot_take_their_time(site, boto):
    # Each takes as long as it is looked at, and then a moment: no race with a slow machine.
    site.cloud.set(snapshot_s=600, volume_s=600, attach_s=600)
    volume = boto.call("create_volume", AvailabilityZone="ap-northeast-2a", Size=8)["VolumeId"]

    def volume_state():
        return boto.call("describe_volumes", VolumeIds=[volume])["Volumes"][0]["State"]

    place = {"VolumeId": volume, "InstanceId": site.one.instance, "Device": "/dev/sdf"}
    assert boto.call("attach_volume", **place) == "IncorrectState"
    assert volume_state() == "creating"
    site.cloud.set(volume_s=0.1)
    assert wait_for(volume_state, "available")[-1] == "available"
    assert boto.call("attach_volume", **place)["State"] == "attaching"

    def attachment():
        return boto.call("describe_volumes", VolumeIds=[volume])["Volumes"][0]["Attachments"][0]["State"]

    assert attachment() == "attaching"
    site.cloud.set(attach_s=0.1)
    assert wait_for(attachment, "attached")[-1] == "attached" and volume_state() == "in-use"
    assert boto.call("attach_volume", **place | {"InstanceId": site.two.instance}) == "VolumeInUse"
    snapshot = boto.call("create_snapshot", VolumeId=volume)["SnapshotId"]

    def snapshot_state():
        return boto.call("describe_snapshots", SnapshotIds=[snapshot])["Snapshots"][0]["State"]

    early = {"AvailabilityZone": "ap-northeast-2a", "SnapshotId": snapshot}
    assert boto.call("create_volume", **early) == "IncorrectState"
    assert snapshot_state() == "pending"
    site.cloud.set(snapshot_s=0.1)
    assert wait_for(snapshot_state, "completed")[-1] == "completed"
    assert boto.call("create_volume", **early)["SnapshotId"] == snapshot


def test_volume_of_another_zone_and_a_device_that_is_taken_are_refused(site, boto):
    site.cloud.set(volume_s=0, attach_s=0)
    def made(zone):
        return boto.call("create_volume", AvailabilityZone=zone, Size=8)["VolumeId"]
    other = {"VolumeId": made("ap-northeast-2c"), "InstanceId": site.one.instance, "Device": "/dev/sdg"}
    assert boto.call("attach_volume", **other) == "InvalidVolume.ZoneMismatch"
    assert boto.call("attach_volume", **other | {"VolumeId": made("ap-northeast-2a")})["Device"] == "/dev/sdg"
    assert boto.call("attach_volume", **other | {"VolumeId": made("ap-northeast-2a")}) == "InvalidParameterValue"


def test_snapshots_are_limited_in_rate_and_number(site, boto):
    site.cloud.set(volume_s=0, snapshot_s=60, rate_s=60)
    volume = boto.call("create_volume", AvailabilityZone="ap-northeast-2a", Size=8)["VolumeId"]
    assert "SnapshotId" in boto.call("create_snapshot", VolumeId=volume)
    assert boto.call("create_snapshot", VolumeId=volume) == "SnapshotCreationPerVolumeRateExceeded"
    site.cloud.set(rate_s=0)
    answers = [boto.call("create_snapshot", VolumeId=volume) for _ in range(5)]
    assert answers[4] == "ConcurrentSnapshotLimitExceeded" and not any(isinstance(answer, str) for answer in answers[:4])


def test_address_moves_as_in_ec2(site, boto):
    def association():
        return boto.call("describe_addresses", AllocationIds=[site.allocation])["Addresses"][0].get("AssociationId")
    asked = {"AllocationId": site.allocation, "NetworkInterfaceId": site.one.interface}
    first = boto.call("associate_address", **asked)["AssociationId"]
    assert boto.call("associate_address", **asked)["AssociationId"] == first == association(), "the same again is no change"
    taken = asked | {"NetworkInterfaceId": site.two.interface}
    assert boto.call("associate_address", **taken, AllowReassociation=False) == "Resource.AlreadyAssociated"
    second = boto.call("associate_address", **taken)["AssociationId"]
    assert second != first and association() == second
    assert boto.call("disassociate_address", AssociationId=first) == "InvalidAssociationID.NotFound"
    assert boto.call("associate_address", **asked, PrivateIpAddress="10.9.9.9") == "InvalidParameterValue"
    assert not isinstance(boto.call("disassociate_address", AssociationId=second), str) and association() is None


# --- tokens, pages, delays, faults --------------------------------------------------------------

def test_client_token_makes_one_thing_and_is_refused_for_another(boto):
    asked = {"ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "ClientToken": "token-1"}
    one, two = (boto.call("run_instances", **asked)["Instances"][0]["InstanceId"] for _ in range(2))
    assert one == two
    assert boto.call("run_instances", **asked | {"MaxCount": 2}) == "IdempotentParameterMismatch"


def test_pages_end(site, boto):
    whole = boto.call("describe_instances")["Reservations"]
    first = boto.call("describe_instances", MaxResults=1)
    seen, token = first["Reservations"], first["NextToken"]
    while token:
        page = boto.call("describe_instances", MaxResults=1, NextToken=token)
        assert len(page["Reservations"]) == 1
        seen, token = seen + page["Reservations"], page.get("NextToken")
    assert [one["ReservationId"] for one in seen] == [one["ReservationId"] for one in whole] and len(seen) > 1


def test_look_up_lags_behind_a_change(site, boto):
    site.cloud.set(lag=0.7)
    boto.call("associate_address", AllocationId=site.allocation, NetworkInterfaceId=site.one.interface)

    def holder():
        return boto.call("describe_addresses", AllocationIds=[site.allocation])["Addresses"][0].get("InstanceId", "")

    assert wait_for(holder, site.one.instance) == ["", site.one.instance]


def test_faults_are_given_in_order_and_some_after_the_effect(site, boto):
    asked = {"AllocationId": site.allocation, "NetworkInterfaceId": site.one.interface}
    site.cloud.faults(faults={"AssociateAddress": [{"code": "RequestLimitExceeded", "status": 503, "times": 2},
                                                   {"code": "InternalError", "status": 500, "after": True}]})
    answers = [boto.call("associate_address", **asked) for _ in range(2)]
    assert answers == ["RequestLimitExceeded"] * 2 and site.holder() is None
    assert boto.call("associate_address", **asked) == "InternalError" and site.holder() == site.one.instance
    site.cloud.faults(faults={"DescribeAddresses": [{"delay": 0.5}]})
    began = time.monotonic()
    boto.call("describe_addresses")
    assert 0.5 <= time.monotonic() - began < 3


# --- signatures and permissions -----------------------------------------------------------------

def test_wrong_key_expired_token_and_missing_permission_are_refused(site):
    python = venv() / "bin/python"
    look = {"Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}
    reader = Boto(site.cloud, python, [look])
    assert "Addresses" in reader.call("describe_addresses")
    assert reader.call("associate_address", AllocationId=site.allocation,
                       NetworkInterfaceId=site.one.interface) == "UnauthorizedOperation"
    assert reader.call("associate_address", AllocationId=site.allocation, DryRun=True,
                       NetworkInterfaceId=site.one.interface) == "UnauthorizedOperation"
    site.cloud.set(clock_offset=3600)
    assert reader.call("describe_addresses") == "RequestExpired"
    reader.close()
    site.cloud.set(clock_offset=0)
    forger = Boto(Forger(site.cloud), python, [POLICY])
    assert forger.call("describe_addresses") == "AuthFailure" and site.holder() is None
    forger.close()


class Forger:
    """A cloud whose keys come with another secret."""

    def __init__(self, cloud):
        self.cloud, self.url = cloud, cloud.url

    def key(self, **more):
        return self.cloud.key(**more) | {"secret": "another"}


def test_dry_run_changes_nothing(site, boto):
    assert boto.call("associate_address", AllocationId=site.allocation, DryRun=True,
                     NetworkInterfaceId=site.one.interface) == "DryRunOperation"
    assert site.holder() is None


# --- the metadata service -----------------------------------------------------------------------

def metadata(method, path, **headers):
    talk = http.client.HTTPConnection(METADATA, timeout=5)
    talk.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = talk.getresponse()
    return answer.status, answer.read().decode()


def test_metadata_service_is_version_2_and_strict(site):
    ttl, path = {"X_aws_ec2_metadata_token_ttl_seconds": "60"}, "/latest/meta-data/instance-id"
    assert metadata("GET", path)[0] == 401
    assert metadata("GET", path, X_aws_ec2_metadata_token="forged")[0] == 401
    assert metadata("PUT", "/latest/api/token")[0] == 400
    assert metadata("PUT", "/latest/api/token", X_aws_ec2_metadata_token_ttl_seconds="21601")[0] == 400
    assert metadata("PUT", "/latest/api/token", X_Forwarded_For="10.0.0.1", **ttl)[0] == 403
    status, token = metadata("PUT", "/latest/api/token", **ttl)
    assert status == 200
    assert metadata("GET", path, X_aws_ec2_metadata_token=token) == (200, site.one.instance)
    assert metadata("GET", "/latest/meta-data/absent", X_aws_ec2_metadata_token=token)[0] == 404
    _, short = metadata("PUT", "/latest/api/token", X_aws_ec2_metadata_token_ttl_seconds="1")
    assert wait_for(lambda: metadata("GET", path, X_aws_ec2_metadata_token=short)[0], 401) == [200, 401]
