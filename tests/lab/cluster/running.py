"""A cluster for the length of a `with`: whatever happens inside, nothing of it stays behind."""

import contextlib

from cluster import evidence
from cluster.cluster import Cluster
from machine.lab import Lab

RUNNING = []    # the clusters whose logs are worth keeping when a test fails now


@contextlib.contextmanager
def running_cluster(prepare=lambda cluster: None, kind=Cluster, **options):
    """A booted cluster, of class `kind`; `prepare(cluster)` runs before the boot, while its disks can still be written."""
    lab = Lab()
    cluster = None
    try:
        lab.create()
        cluster = kind(lab, **options).create()
        RUNNING.append(cluster)
        try:
            prepare(cluster)
            cluster.boot()
            yield cluster
        except Exception:
            print(f"lab: logs kept in {evidence.keep(cluster, 'lab', cluster.evidence)}")
            raise
    finally:
        if cluster in RUNNING:
            RUNNING.remove(cluster)
        if cluster:
            cluster.close()
        lab.remove()
