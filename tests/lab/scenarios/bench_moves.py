"""How long a fail-over and a hand-over take, with their parts: `./check bench moves`. Not collected by itself."""

import os
import statistics

from pair.moves import fail_over, hand_over, runs_of, table

ROUNDS = int(os.environ.get("VALIDATOR_ROUNDS", "10"))


def test_moves(pair):
    """The tables of docs/benchmarks.md. Goals: 6 s to the moved key, running and in sync; no turn lost by a hand-over."""
    overs = runs_of("fail-over", fail_over, pair, ROUNDS)
    hands = runs_of("hand-over", hand_over, pair, ROUNDS)
    print(f"\nload average {os.getloadavg()[1]:.1f}")
    table("hand-over: asked for, then", hands)
    table("fail-over: power cut, then", overs)
    pair.assert_one_signer()
    assert statistics.median(run["kcn promote done"] for run in overs) <= 6
    assert not sum(run["turns lost"] for run in hands)
