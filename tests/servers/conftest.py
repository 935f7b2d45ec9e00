# SPDX-License-Identifier: LGPL-2.1-or-later
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from ec2.cloud import METADATA, POLICY, Cloud, Machine  # noqa: E402

ADDRESS = "192.0.2.10"


@pytest.fixture(scope="module")
def ec2(tmp_path_factory):
    """A double for each file of tests, on a machine that has the metadata service's address: moto keeps every instance
    that ever was, and slows down, and gives up, when there are a hundred."""
    subprocess.run(["ip", "address", "replace", f"{METADATA}/32", "dev", "lo"], check=True)
    cloud = Cloud(tmp_path_factory.mktemp("ec2"))
    yield cloud
    cloud.close()


class Site:
    """Two machines in one region and an address: what most tests need."""

    def __init__(self, cloud, folder, policy):
        self.cloud = cloud
        made = cloud.world(instances=[{"private": ["10.0.0.11", "10.0.0.12"], "role": [policy]},
                                      {"private": ["10.0.0.21"], "role": [policy]}],
                           allocations=[ADDRESS])
        self.allocation = made["allocations"][0]["allocation"]
        self.params = {"elastic_ip": ADDRESS, "allocation_id": self.allocation}
        self.one, self.two = (
            Machine(cloud, facts, folder, listen)
            for facts, listen in zip(made["instances"], (f"{METADATA}:80", "127.0.0.1:0")))

    def holder(self):
        return self.cloud.holder(allocation=self.allocation)["instance"]


@pytest.fixture
def site(ec2, tmp_path):
    ec2.reset()
    yield Site(ec2, tmp_path, POLICY)
    ec2.reset()
