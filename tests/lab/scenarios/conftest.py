"""Fixtures of the scenarios: one lab for as many of them as possible, a new one after a failure."""

import contextlib

import pytest

from pair.running import running_pair

DATA_MB = 96        # DATA_DIR has a volume of its own, so that it can be filled


@pytest.fixture(name="stage", scope="session")
def stage_fixture(request):
    """The installed product."""
    if not request.config.option.stage:
        pytest.exit("the scenarios need the installed tree: --stage DIRECTORY (./check makes one)", returncode=2)
    return request.config.option.stage


class Labs:
    """The one lab that is up, and the labs that it replaced."""

    def __init__(self, stage):
        self.stage = stage
        self.stack = contextlib.ExitStack()
        self.pair = None
        self.tainted = False

    def take(self):
        """The pair, whole: the one that is up, or a new one where there is none or a test has spoilt it."""
        if self.pair and not self.tainted:
            return self.pair.restore()
        self.close()
        self.pair = self.stack.enter_context(running_pair(self.stage, data_mb=DATA_MB))
        return self.pair.restore()

    def close(self):
        """Ends what is up."""
        self.pair, self.tainted = None, False
        self.stack.close()


@pytest.fixture(name="labs", scope="session")
def labs_fixture(stage):
    """The lab of the session."""
    labs = Labs(stage)
    try:
        yield labs
    finally:
        labs.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A lab in which a test failed is not used again."""
    report = (yield).get_result()
    if report.failed and "labs" in getattr(item, "funcargs", {}):
        item.funcargs["labs"].tainted = True


@pytest.fixture(name="pair")
def pair_fixture(labs):
    """Both nodes configured, one active, one standby in sync; which is which is the test's to ask."""
    labs.tainted = labs.tainted or labs.pair is None
    pair = labs.take()
    yield pair
    pair.assert_one_signer()


@pytest.fixture(name="active")
def active_fixture(pair):
    """The node that signs when the test begins."""
    return pair.active


@pytest.fixture(name="standby")
def standby_fixture(pair):
    """The node that stands by when the test begins."""
    return pair.standby


@pytest.fixture(name="usual")
def usual_fixture(pair):
    """n1 signs: the node whose power is cut without the delay that the examples give the other one."""
    return pair.usual().restore()


@pytest.fixture(name="chain")
def chain_fixture(pair):
    """The judge."""
    return pair.chain


@pytest.fixture(name="cluster")
def cluster_fixture(pair):
    """The cluster of the pair."""
    return pair.cluster


@pytest.fixture(name="rounds")
def rounds_fixture(request):
    """How often: `rounds(short, long)`, long with --long."""
    return lambda short, long: long if request.config.option.long else short
