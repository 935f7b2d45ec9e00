"""The cell that the tests of a module share; each of them begins when it has settled."""

import pytest

from scenarios.cell import running_cell


@pytest.fixture(name="shared_cell", scope="module")
def shared_cell_fixture(request):
    """One cell for the module."""
    with running_cell(request.config.option.stage) as cell:
        yield cell


@pytest.fixture(name="cell")
def cell_fixture(shared_cell):
    """The module's cell, settled, nothing cut, no double seen yet; afterwards there was never a second signer."""
    shared_cell.cluster.lab.lan.heal()
    shared_cell.settle()
    shared_cell.chain.doubles.clear()
    yield shared_cell
    shared_cell.assert_one_signer()
