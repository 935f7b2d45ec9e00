"""The board that the dummies write their actions on, and where a test pins the faults that they are to have."""

import dataclasses
import os
import pathlib
import shutil
import tempfile

HERE = pathlib.Path(__file__).parent


def make_stage():
    """A tree with the dummy installed as ocf:lab:promotable and ocf:lab:plain; the caller removes it."""
    stage = tempfile.mkdtemp(prefix="validator-lab-orders.")
    agents = pathlib.Path(stage, "usr/lib/ocf/resource.d/lab")
    agents.mkdir(parents=True)
    os.chmod(stage, 0o755)
    for name in ("promotable", "plain"):
        shutil.copy(HERE / "dummy", agents / name)
    return stage


@dataclasses.dataclass(frozen=True)
class Action:
    """One action of a dummy: 'n1 kcn demote', its begin and end (None while it runs or if its node died), its code."""

    name: str
    begin: float
    end: float | None = None
    rc: int | None = None


class Board:
    """The directory /lab/orders of the nodes."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.path = pathlib.Path(cluster.lab.bus, "orders")
        self.path.mkdir()
        (self.path / "actions").touch()
        self.offset = 0

    def pin(self, name, text=""):
        """Puts a fault up; names: see the dummy."""
        new = self.path / "new"
        new.write_text(f"{text}\n")
        new.rename(self.path / name)

    def unpin(self, name):
        """Takes a fault away."""
        (self.path / name).unlink()

    def clear(self):
        """No faults; the scores prefer n1; what was written so far is not looked at any more."""
        for file in self.path.iterdir():
            if file.name != "actions":
                file.unlink()
        self.pin("score.n1", "200")
        self.pin("score.n2", "100")
        self.turn_page()

    def turn_page(self):
        """What was written so far is not looked at any more."""
        self.offset = (self.path / "actions").stat().st_size

    def actions(self):
        """Actions since the page was turned, in the order of their begin."""
        found = []
        text = (self.path / "actions").read_bytes()[self.offset:].decode()
        for line in text.splitlines():
            time, _, entry = line.partition(" ")
            name, ended, rc = entry.partition("=")
            if not ended:
                found.append(Action(name, float(time)))
                continue
            running = [i for i, action in enumerate(found) if action.name == name and action.end is None]
            if running:
                found[running[-1]] = Action(name, found[running[-1]].begin, float(time), int(rc))
        return found

    def last(self, name):
        """The newest action of that name, None if there is none yet."""
        return next((action for action in reversed(self.actions()) if action.name == name), None)

    def wait(self, name, timeout_s=60):
        """Waits until an action of that name has ended, and returns it."""
        def ended():
            action = self.last(name)
            return action if action and action.end else None
        found = self.cluster.events.wait(ended, timeout_s)
        assert found, f"after {timeout_s} s no '{name}'\n{self}\n{self.cluster.describe()}"
        return found

    def wait_for_begin(self, name, timeout_s=30):
        """Waits until an action of that name has begun; the board has no events of its own, so it is asked often."""
        found = self.cluster.events.wait(lambda: self.last(name), timeout_s)
        assert found, f"after {timeout_s} s no '{name}' began\n{self}\n{self.cluster.describe()}"
        return found

    def expect(self, *chains):
        """Exactly these actions were done, once each: every chain ('a, b, c') in its order, each ended before the next."""
        actions = self.actions()
        names = sorted(action.name for action in actions)
        expected = sorted({link for chain in chains for link in chain.split(", ")})
        assert names == expected, f"expected {expected}\n{self}"
        by_name = {action.name: action for action in actions}
        for chain in chains:
            links = [by_name[link] for link in chain.split(", ")]
            for earlier, later in zip(links, links[1:]):
                assert earlier.end and earlier.end <= later.begin, f"'{later.name}' before '{earlier.name}'\n{self}"

    def __str__(self):
        actions = self.actions()
        zero = actions[0].begin if actions else 0
        return "\n".join(f"{a.begin - zero:8.3f} {a.end - zero if a.end else float('nan'):8.3f} {a.name} rc={a.rc}"
                         for a in actions)
