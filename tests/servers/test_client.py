# SPDX-License-Identifier: LGPL-2.1-or-later
"""The client alone: pages, and the vectors that its signatures are held to."""
import os
import pathlib
import subprocess

import pytest

from ec2.cloud import HERE, POLICY, venv

TOP = pathlib.Path(__file__).parents[2]


def walk(site, **more):
    key = site.cloud.key(policies=[POLICY])
    environment = {"AWS_ENDPOINT_URL": site.cloud.url, "AWS_REGION": "ap-northeast-2", "HOME": "/none",
                   "AWS_ACCESS_KEY_ID": key["access_id"], "AWS_SECRET_ACCESS_KEY": key["secret"],
                   **{name: value for name, value in os.environ.items() if name == "ASAN_OPTIONS"}}
    return subprocess.run([os.environ["EC2_WALK"]], env=environment | more, capture_output=True,
                          text=True, check=False, timeout=30)


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_pages_are_followed_to_the_end(site, page):
    whole = walk(site).stdout
    site.cloud.log(clear=True)
    site.cloud.set(page=page)
    assert int(whole) >= 2 and walk(site).stdout == whole
    assert len(site.cloud.actions("DescribeInstances")) == -(-int(whole) // page)


def test_pages_that_repeat_end_in_an_error(site):
    body = ("<DescribeInstancesResponse><reservationSet/><nextToken>same</nextToken>"
            "</DescribeInstancesResponse>")
    site.cloud.faults(faults={"*": [{"body": body, "status": 200, "times": -1}]})
    done = walk(site)
    assert done.returncode == 1 and "the same page again" in done.stderr, done


def test_vectors_of_the_unit_test_are_what_botocore_says():
    made = subprocess.run([venv() / "bin/python", HERE.parent / "sigv4_vectors.py"], check=True,
                          capture_output=True, text=True).stdout
    assert made == (TOP / "tests/unit/data/sigv4.json").read_text()
