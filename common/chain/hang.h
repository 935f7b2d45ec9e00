/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_HANG_H
#define VALIDATOR_CHAIN_HANG_H

/* A node whose synchronisation hangs: its head stands still while the references' goes on. kcn
 * v1.0.3 stops its consensus while it fetches even one block, drops each validator that sends it a
 * message of the consensus meanwhile ("stopped engine"), and when that was the one from which it
 * fetches, waits for its answer for a minute (docs/cluster.md). Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "chain/facts.h"

/* How a chain's node fetches what it lacks. */
struct chain_pace {
        uint64_t peers;   /* with so many it begins at once */
        int64_t every_ms; /* with fewer so often */
};

struct chain_hang {
        bool seen;
        uint64_t height;
        int64_t since_ms; /* when that height was seen first */
};

/* Takes one look into account. True when the node stands for longer than it has a reason for. */
bool chain_hangs(struct chain_hang *hang, const struct chain_pace *pace,
                 const struct chain_limits *limits, const struct chain_facts *facts,
                 int64_t now_ms);

#endif
