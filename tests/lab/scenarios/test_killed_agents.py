"""Agents killed at each of their changes: whatever point they die at, the next action of Pacemaker finds a machine that it
can bring back, and never a second signer. docs/kill-matrix.md is what --long wrote here."""

import os
import pathlib

from scenarios.killed import RECOVERIES, killing, table

STEP = 7        # of the changes, the short run takes each 7th, beginning with SEED
SEED = int(os.environ.get("VALIDATOR_SEED", "3"))
ALL = bool(os.environ.get("VALIDATOR_RECOVERIES"))      # each kill with every recovery; else they take turns
HEAD = """# An agent killed at any of its changes

    sudo ./check kills          # every call, the ways of recovery in turn: made this table
    sudo ./check kills all      # every call with every way of recovery

Each line is an agent, run as Pacemaker runs it on a lab node with real kcn, keeper and systemd, that got SIGKILL right
before that system call; of the calls those are counted that change something which outlives the process (`tests/kill`).
*found* is the machine after that: which key kcn runs with, by its own word; whose key files `klay/nodekey` and
`klay/bls-nodekey` lead to; whether the keeper holds the seat and knows of a signer. *monitor* is kcn-node's exit code then.
The ways on which Pacemaker goes on take turns: *restart* (demote, stop, the seat's stop), *seat lost* (the seat's stop
first, which kills), *again* (the same action once more).

*as it must be*: the seat's key ran only where the keeper held the seat and knew of its signer, and on no second machine;
it lay on no disk; the own key and static-nodes.json were untouched; each step of the recovery returned 0 (a demote of a
dead signer 7, and a promote that finds no standby 1: Pacemaker then starts one first); after the stops no process and no
key was left; and then start, promote and demote succeeded. A number is missing where that run made fewer such calls than
the one that was counted: how often a node is asked before it answers varies.
"""


def indexes(total, long):
    """Which changes are tried."""
    return range(1, total + 1) if long else range(1 + SEED % STEP, total + 1, STEP)


def test_agents_killed_at_their_changes(pair, request):
    """Every index with --long; else some."""
    long, rows = request.config.option.long, []
    print(f"VALIDATOR_SEED={SEED}")
    with killing(pair) as killed:
        for action, recoveries in RECOVERIES.items():
            total = killed.count(action)
            print(f"{action}: {total} changes")
            for number, index in enumerate(indexes(total, long)):
                names = list(recoveries)
                for recovery in names if ALL else [names[(SEED + number) % len(names)]]:
                    row = killed.kill(action, index, recovery)
                    if row:
                        rows.append(row)
                        print(row, flush=True)
    text = HEAD + "\n".join(table(rows)) + "\n"
    if os.environ.get("VALIDATOR_KILL_MATRIX"):
        pathlib.Path(os.environ["VALIDATOR_KILL_MATRIX"]).write_text(text, encoding="utf-8")
    faults = [row for row in rows if row.faults]
    assert rows and not faults, "\n".join(map(str, faults))
    pair.wait_until_stands(active=killed.node)
    pair.assert_no_fencing()
