"""A pair that stands, for the length of a `with`."""

import contextlib
import os
import shutil
import subprocess
import tempfile

from kaia.running import running_network
from pair import examples
from pair.pair import Pair, prepare


@contextlib.contextmanager
def own_stage():
    """`make install` of the build that VALIDATOR_BUILD names, into a directory that goes again."""
    stage = tempfile.mkdtemp(prefix="validator-lab-stage.")
    try:
        os.chmod(stage, 0o755)
        subprocess.run(("make", "-s", "install", f"DESTDIR={stage}"), cwd=os.environ["VALIDATOR_BUILD"], check=True,
                       stdout=subprocess.DEVNULL)
        yield stage
    finally:
        shutil.rmtree(stage)


@contextlib.contextmanager
def running_pair(stage=None, load=examples.load_crm, **options):
    """A pair that has begun by itself, from the examples that `load` brings in; `stage` defaults to an installation of
    VALIDATOR_BUILD."""
    with contextlib.ExitStack() as stack:
        stage = stage or stack.enter_context(own_stage())
        net = stack.enter_context(running_network(prepare, size=2, stage=stage, **options))
        # kpn catches up by a ticker of 10 s too, and a standby is measured by it
        net.chain.wait(lambda: all(peer.height() >= net.chain.height() - 1 for peer in net.proxies),
                       "the proxy nodes in sync", 90)
        pair = Pair(net).configure(load)
        pair.wait_until_stands()
        yield pair
