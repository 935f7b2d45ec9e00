"""What a fail-over and a hand-over consist of, in seconds, for the benchmarks."""

import statistics
import time


def after(cluster, mark, began, node, **wanted):
    """Seconds from `began` to the first event of a node that has all the wanted properties."""
    found = cluster.wait_for_event(
        mark, lambda e: e.node == node.name and all(getattr(e, name) == value for name, value in wanted.items()), str(wanted), 90)
    return found.time - began


def noted(node, began, who, words):
    """Seconds from `began` to the first line of a node's journal with these words."""
    lines = node.run(f"journalctl -o short-unix --no-pager -t {who} --since=@{began:.0f}").splitlines()
    return next(float(line.split()[0]) for line in lines if words in line) - began


def parts_of_a_move(pair, mark, began, to):
    """What both kinds of a move have in common; a resource's event comes at its end."""
    parts = {f"{what} done": after(pair.cluster, mark, began, to, kind="resource", what=what, rc=0)
             for what in ("seat start", "ip start", "kcn promote")}
    parts["standby may sign"] = noted(to, began, "kcn-node", "becoming the signer")
    promoted = began + parts["kcn promote done"]
    first = pair.chain.wait_for_seat_proposal(promoted)
    parts["first block by the moved key"] = first.seen - began
    parts["turns lost"] = len([block for block in pair.chain.lost_turns(began) if block.seen <= first.seen])
    assert pair.chain.seat_hosts() == {to.name}
    return parts


def fail_over(pair, fenced=True):
    """The power of n1, which signs, is cut."""
    active, standby = pair.usual().restore().active, pair.standby
    mark, began = pair.cluster.events.mark(), time.time()
    active.power_off()
    parts = {"loss seen": after(pair.cluster, mark, began, active, kind="node", text="lost")}
    if fenced:
        parts["fencing confirmed"] = after(pair.cluster, mark, began, active, kind="fencing", rc=0)
    parts |= parts_of_a_move(pair, mark, began, standby)
    if not fenced:
        active.boot()
    pair.wait_until_stands(active=standby, timeout_s=150)
    return parts


def hand_over(pair):
    """`crm resource move seat`."""
    active, standby = pair.restore().active, pair.standby
    mark, began = pair.cluster.events.mark(), time.time()
    pair.cluster.move("seat", standby.name)
    parts = {f"{what} done": after(pair.cluster, mark, began, active, kind="resource", what=what, rc=0)
             for what in ("kcn demote", "seat stop")}
    parts |= parts_of_a_move(pair, mark, began, standby)
    parts["demote to promote"] = parts["kcn promote done"] - parts["kcn demote done"]
    pair.cluster.clear("seat")
    pair.wait_until_stands(active=standby)
    return parts


def runs_of(name, move, pair, rounds):
    """The parts of so many moves, each told as it is done."""
    runs = []
    for number in range(1, rounds + 1):
        runs.append(move(pair))
        print(f"{name} {number}: " + ", ".join(f"{part} {value:.2f}" for part, value in runs[-1].items()), flush=True)
    return runs


def table(title, runs):
    """Its table in Markdown."""
    print(f"\n| {title}, {len(runs)} runs | seconds min/median/max |\n| --- | ---: |")
    for part in runs[0]:
        values = [run[part] for run in runs]
        if part == "turns lost":
            print(f"| turns lost, in all | {sum(values)} |")
        else:
            print(f"| {part} | " + "/".join(f"{f(values):.2f}" for f in (min, statistics.median, max)) + " |")
