"""A cluster with its Kaia network for the length of a `with`."""

import contextlib

from cluster.running import running_cluster
from kaia.genesis import VALIDATORS
from kaia.network import Network


@contextlib.contextmanager
def running_network(prepare=lambda network: None, pn_listed=False, proxies=3, data_mb=0, validators=VALIDATORS, **options):
    """The network (`.cluster` is in it), with new blocks coming; kcnd is stopped on n1 and n2. `prepare(network)` runs
    before the nodes boot."""
    networks = []

    def prepare_all(cluster):
        networks.append(Network(cluster, pn_listed, proxies, data_mb, validators).create())
        prepare(networks[0])
        networks[0].start()

    try:
        with running_cluster(prepare_all, **options) as cluster:
            cluster.network = networks[0].wait_until_it_runs()
            try:
                yield networks[0]
            finally:
                networks[0].close()
    except BaseException:
        for network in networks:
            network.close()
        raise
