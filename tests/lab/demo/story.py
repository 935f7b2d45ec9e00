"""What happened in a fail-over, put together from the outside: blocks, the cluster's events, the time of the kill."""

import dataclasses
import time


@dataclasses.dataclass(frozen=True)
class Step:
    """A line of the timeline; seconds since the kill."""

    after_s: float
    text: str


@dataclasses.dataclass(frozen=True)
class Story:
    """A fail-over from `old` to `new` (names of nodes) with its steps, and the blocks around it."""

    killed: float
    old: str
    new: str
    steps: list
    blocks: list
    lost: list
    doubles: list
    seat: str

    def __str__(self):
        lines = [f"  {step.after_s:7.2f} s  {step.text}" for step in self.steps]
        lines.append(f"  turns lost: {len(self.lost)}" + "".join(f" (block {block.number})" for block in self.lost))
        lines.append(f"  two signers: {f'YES, at {self.doubles}' if self.doubles else 'none'}")
        return "\n".join(lines)


class StoryError(RuntimeError):
    """The fail-over did not happen as it must; the text says what is missing."""


def tell(pair, mark, killed, old, new):
    """The story of a kill at `killed` (seconds of the epoch); StoryError if a step is missing."""
    events = [event for event in pair.cluster.events.since(mark) if event.time >= killed]

    def first(text, test):
        found = next((event for event in events if test(event)), None)
        if not found:
            raise StoryError(f"there was no '{text}'")
        return Step(found.time - killed, text)

    proposals = [block for block in pair.chain.seat_proposals(killed)]
    if not proposals:
        raise StoryError("the moved key proposed no block")
    steps = [
        Step(0.0, f"power of {old} cut"),
        first(f"loss of {old} seen by {new}", lambda e: e.kind == "node" and e.node == old and e.text == "lost"),
        first(f"{old} fenced: proved to be without power", lambda e: e.kind == "fencing" and e.node == old and e.rc == 0),
        first(f"seat moved to {new}", lambda e: e.node == new and e.what == "seat start" and e.rc == 0),
        first(f"address moved to {new}", lambda e: e.node == new and e.what == "ip start" and e.rc == 0),
        first(f"kcn runs on {new} with the moved key, in sync", lambda e: e.node == new and e.what == "kcn promote"
              and e.rc == 0),
        Step(proposals[0].seen - killed, f"first block proposed by the moved key: {proposals[0].number}"),
    ]
    back = next((e for e in events if e.node == old and e.what == "kcn start" and e.rc == 0), None)
    if back:
        steps.append(Step(back.time - killed, f"{old} is back, as the standby, with its own key"))
    return Story(killed, old, new, sorted(steps, key=lambda step: step.after_s), pair.chain.since(killed - 8),
                 pair.chain.lost_turns(killed), pair.chain.doubles, pair.net.seat["address"])


def clock(moment):
    """Wall clock with milliseconds."""
    return time.strftime("%H:%M:%S", time.localtime(moment)) + f"{moment % 1:.3f}"[1:]
