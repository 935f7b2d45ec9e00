/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_FLOOR_H
#define VALIDATOR_CHAIN_FLOOR_H

/* What a promote waits for where the keeper keeps a floor: that own node and references are past
 * every height that the old holder can have signed (lease/floor.h). Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain/facts.h"

struct chain_floor {
        uint64_t margin; /* in blocks */
        bool halted;     /* the chain stands, and on_halt=take goes on for all that */
        bool fixed;
        uint64_t seen;
};

/* Fixes the floor at the first look that finds the seat held here, a reference answering and the
 * own node too: the record's is as old as its holder's last report, so both are asked under the
 * lease; a later look would find heights that the old holder had no part in, and the floor would
 * run away with them. Where the signer before was released in order its own last head is known, and
 * nothing else counts. */
void chain_floor_fix(struct chain_floor *floor, const struct chain_facts *facts);

/* Whether they are past it by the margin. The sentence says what is waited for. */
bool chain_floor_passed(const struct chain_floor *floor, const struct chain_facts *facts,
                        char *ret_sentence, size_t size);

#endif
