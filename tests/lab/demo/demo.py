#!/usr/bin/python3
"""Shows a fail-over of a real Kaia validator: live view, power cut of the active machine, timeline, SVG."""

import argparse
import pathlib
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

# pylint: disable=wrong-import-position
from cluster import evidence  # noqa: E402
from demo import picture, story  # noqa: E402
from demo.live import Live  # noqa: E402
from kaia import genesis  # noqa: E402
from machine import host, lab as labs  # noqa: E402
from pair.running import running_pair  # noqa: E402


def say(text):
    """A step of the demonstration."""
    print(f"\n{text}", flush=True)


def watch_a_failover(pair):
    """Cuts the power of the active machine while the view runs; returns the story."""
    cluster, chain = pair.cluster, pair.chain
    active, standby = pair.usual().active, pair.standby
    with Live(pair) as live:
        begun = time.time()
        chain.wait(lambda: len(chain.seat_proposals(begun)) >= 2, "two blocks by the seat", 90)
        pair.wait_until_stands(active)
        mark, killed = cluster.events.mark(), time.time()
        live.say(f"\n{story.clock(killed)}  cutting the power of {active.name}, which signs\n")
        active.power_off()
        pair.wait_until_promoted(standby)
        promoted = time.time()
        chain.wait(lambda: len(chain.seat_proposals(promoted)) >= 2, "two blocks by the moved key", 120)
        pair.wait_until_stands(standby)
    return story.tell(pair, mark, killed, active.name, standby.name)


def main():
    """Exit code 0 only if the seat moved, the moved key proposed, and there was never a second signer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", help="installed tree (default: the installation of VALIDATOR_BUILD)")
    parser.add_argument("--svg", default="failover.svg", help="where the picture goes")
    options = parser.parse_args()
    host.check()
    labs.sweep()
    say("Building what the network runs, if this is the first time")
    genesis.prepare(lambda text: print(f"  {text}", flush=True))
    say("Booting two machines with corosync, Pacemaker and these agents, beside validators v2, v3, v4 and three proxy nodes")
    with running_pair(options.stage) as pair:
        say("The cluster stands: one machine signs, the other one follows with a key of its own")
        try:
            told = watch_a_failover(pair)
        except Exception:
            print(f"logs kept in {evidence.keep(pair.cluster, 'demo', pair.cluster.evidence)}")
            raise
        names = pair.net.names
    say(f"What happened (seconds since {story.clock(told.killed)}, when the power was cut)")
    print(told)
    pathlib.Path(options.svg).write_text(picture.draw(told, names), encoding="utf-8")
    say(f"The same as a picture: {options.svg}")
    return 1 if told.doubles else 0


try:
    sys.exit(main())
except (host.HostError, story.StoryError, AssertionError) as error:
    sys.exit(f"demo: the fail-over did not happen: {error}")
