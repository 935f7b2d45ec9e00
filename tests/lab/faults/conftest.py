# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each row once as the ICON tutorial configures a pair, stonith-enabled=false and no-quorum-policy=ignore, and once with
fencing. The recorder on the third machine judges."""

import pytest

from rows import POLICIES, running_pair


def pytest_configure(config):
    config.addinivalue_line("markers", "members(count): so many members of etcd")


@pytest.fixture(name="pair", params=POLICIES)
def pair_fixture(request, tmp_path):
    stage = request.config.option.stage
    if not stage:
        pytest.skip("needs --stage")
    members = request.node.get_closest_marker("members")
    with running_pair(stage, tmp_path, request.param, members.args[0] if members else 1) as pair:
        yield pair
