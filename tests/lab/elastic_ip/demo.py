"""sudo ./demo elastic-ip: the ICON tutorial's test, as its author did it by hand: curl in a loop from a third machine.

With --agent ocf:heartbeat:awseip the same is done by the agent that the tutorial used. With --table the longest gaps
are printed as rows of docs/benchmarks.md."""

import argparse
import pathlib
import sys
import time

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1])]

# pylint: disable=wrong-import-position
from machine import host, lab as labs  # noqa: E402
from place import ELASTIC_IP, bring, running_place  # noqa: E402


def say(text):
    """A line of the story."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


def planned(cluster, visitor):
    """crm node standby, as the tutorial does it."""
    cluster.crm("node", "standby", "n1")
    visitor.wait_for("n2")


def killed(cluster, visitor):
    """The power of the active node is cut."""
    cluster["n1"].power_off()
    visitor.wait_for("n2")


def cut(cluster, visitor):
    """The cable of the active node is pulled."""
    cluster["n1"].port.link(False)
    visitor.wait_for("n2")


def mend(cluster, visitor):
    """Everything as it was before."""
    if not cluster["n1"].is_on():
        cluster["n1"].boot()
    cluster["n1"].port.link(True)
    cluster.wait(lambda view: view.nodes and "n1" in view.nodes, "n1 is known", 60)
    cluster.crm("node", "online", "n1")
    cluster.wait(lambda view: view.online() == {"n1", "n2"}, "both nodes online", 90)
    cluster.living()[0].run("crm_resource", "--cleanup")
    cluster.wait(lambda view: len(view.where("elastic-ip")) == 1, "the address in one place", 90)
    cluster.wait_until_idle(90)
    bring(cluster, visitor, "n1")


SCENES = (("planned (crm node standby)", planned), ("node killed", killed), ("link cut", cut))


def play(agent):
    """Each scene once; returns (scene, longest gap in seconds)."""
    gaps = []
    with running_place(agent) as (cluster, place, visitor):
        say(f"two nodes, {agent} on n1; a visitor asks http://{ELASTIC_IP}/ again and again: n1 answers")
        for name, act in SCENES:
            mark = visitor.mark()
            act(cluster, visitor)
            gap = visitor.gap(mark)
            gaps.append((name, gap))
            say(f"{name}: {' -> '.join(visitor.who(mark))}, EC2 says {place.holder()}; longest gap {gap:.2f} s")
            mend(cluster, visitor)
    return gaps


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog="demo elastic-ip", description=__doc__)
    parser.add_argument("--agent", default="ocf:validator:elastic-ip")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    host.check()
    labs.sweep()
    gaps = play(options.agent)
    if options.table:
        for name, gap in gaps:
            print(f"| {options.agent} | {name} | {gap:.2f} |")


main()
