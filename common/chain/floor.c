/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/floor.h"

#include <stdio.h>

#include "lease/floor.h"

/* The own node is a witness like any other: a block that it has may be the old holder's last. */
static uint64_t highest_seen(const struct chain_facts *facts)
{
        uint64_t seen = facts->floor;

        if (facts->reference_height > seen)
                seen = facts->reference_height;
        return facts->height > seen ? facts->height : seen;
}

void chain_floor_fix(struct chain_floor *floor, const struct chain_facts *facts)
{
        if (floor->fixed || facts->seat_held != TRI_YES || facts->floor_kept != TRI_YES)
                return;
        floor->fixed = facts->ended || (facts->references > 0 && facts->answers == TRI_YES);
        if (floor->fixed)
                floor->seen = facts->ended ? facts->ended_at : highest_seen(facts);
}

static const char *who_is_silent(const struct chain_facts *facts)
{
        if (facts->floor_kept == TRI_UNKNOWN)
                return "the keeper does not tell the floor";
        if (facts->answers != TRI_YES)
                return "the own node told no height since the seat is held";
        return "no reference told a height since the seat is held";
}

bool chain_floor_passed(const struct chain_floor *floor, const struct chain_facts *facts,
                        char *ret_sentence, size_t size)
{
        const struct floor_facts judged = {
                .own = {.known = facts->answers == TRI_YES, .value = facts->height},
                .reference = {.known = facts->references > 0, .value = facts->reference_height},
                .seen = floor->seen,
                .margin = floor->margin,
                .halted_ms = floor->halted,
                .halt_ms = 1,
                .on_halt = floor->halted ? FLOOR_HALT_TAKES : FLOOR_HALT_WAITS,
        };
        struct floor_verdict verdict;

        if (facts->floor_kept == TRI_NO)
                return true;
        if (facts->floor_kept == TRI_UNKNOWN || !floor->fixed) {
                (void)snprintf(ret_sentence, size, "%s", who_is_silent(facts));
                return false;
        }
        floor_judge(&judged, &verdict);
        if (*verdict.why)
                (void)snprintf(ret_sentence, size, "%s", verdict.why);
        return verdict.pass;
}
