"""pytest in the lab: a cluster for a test or a module, logs kept when something failed, everything removed always."""

import contextlib
import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

# pylint: disable=wrong-import-position
from cluster import evidence  # noqa: E402
from cluster.running import RUNNING, running_cluster  # noqa: E402
from machine import host, lab as labs  # noqa: E402


def pytest_addoption(parser):
    """--stage: the installed tree that nodes get."""
    parser.addoption("--stage", default=None, help="directory of `make install DESTDIR=…`, put over the nodes' root")
    parser.addoption("--long", action="store_true", help="also what takes too long for every change: more rounds, every index")


def pytest_configure(config):
    """The marker of what only --long runs."""
    config.addinivalue_line("markers", "long: takes too long for every change; run with --long")


def pytest_collection_modifyitems(config, items):
    """Leaves out what is marked long, unless it is asked for."""
    if not config.option.long:
        skip = pytest.mark.skip(reason="long; give --long")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(skip)


def pytest_sessionstart(session):
    """Ends in order on SIGTERM too, refuses to begin where the lab cannot run, and sweeps what a killed run left."""
    if session.config.option.collectonly:
        return
    signal.signal(signal.SIGTERM, lambda number, frame: pytest.exit("terminated", returncode=143))
    try:
        host.check()
    except host.HostError as error:
        pytest.exit(f"the lab cannot run here: {error}", returncode=2)
    for lab_id in labs.sweep():
        print(f"lab: swept the remains of {lab_id}, whose owner died")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Keeps the logs of every lab that the failed test uses, while the nodes still live."""
    report = (yield).get_result()
    if report.failed:
        for cluster in RUNNING:
            title = item.nodeid.rpartition("/")[2].replace("::", "-").replace("[", "-").rstrip("]")
            report.sections.append(("lab", f"logs kept in {evidence.keep(cluster, title, cluster.evidence)}"))


@pytest.fixture(name="new_cluster")
def new_cluster_fixture(request):
    """Makes clusters for one test: `new_cluster(size=2, stage=…, prepare=…)`; they end with it."""
    with contextlib.ExitStack() as stack:
        def make(prepare=lambda cluster: None, **options):
            options.setdefault("stage", request.config.option.stage)
            return stack.enter_context(running_cluster(prepare, **options))
        yield make
