# SPDX-License-Identifier: LGPL-2.1-or-later
"""One lab a test, since a scenario may end with a machine without power."""

import pytest

from kaia.wire import Wire
from pair.leased import running_leased

POLICIES = ["ignore", "fencing"]


@pytest.fixture(name="stage")
def stage_fixture(request):
    """The installed product."""
    if not request.config.option.stage:
        pytest.skip("needs --stage")
    return request.config.option.stage


@pytest.fixture(name="pair", params=POLICIES)
def pair_fixture(request, stage, tmp_path):
    """Configured and whole."""
    with running_leased(stage, tmp_path, request.param) as pair:
        pair.policy = request.param
        pair.restore()
        net = pair.net
        pair.wire = Wire(net.cluster.lab.lan, [node.name for node in net.cluster.nodes],
                         [net[name].address for name in net.others])
        # with each block a validator says something to all others
        net.chain.wait_for_height(net.chain.height() + 2)
        yield pair
        pair.wire.close()
