"""Fixtures of the walk."""

import pytest


@pytest.fixture(name="stage")
def stage_fixture(request):
    """The installed product, for a walk that does not build it."""
    if not request.config.option.stage:
        pytest.skip("needs --stage")
    return request.config.option.stage
