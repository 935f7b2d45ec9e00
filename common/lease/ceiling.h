/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LEASE_CEILING_H
#define VALIDATOR_LEASE_CEILING_H

/* How high a reported height can be. The floor only rises, on all machines, so that one wrong
 * number would keep every promote waiting for ever; but blocks take time, and more than the time
 * since the floor rose last allows are another network's. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "ocf/error.h"

struct ceiling {
        uint64_t floor;
        int64_t since_ms; /* when it was first seen */
        bool aged;        /* and nobody here knows since when it was that high */
        bool watched;
};

/* The seat's floor is this now. `watched`: the authority's record is known, so that a later rise
 * happens now. */
void ceiling_follow(struct ceiling *ceiling, uint64_t floor, bool watched, int64_t now_ms);

/* -EPERM with a sentence when no chain can be so high. */
int ceiling_check(const struct ceiling *ceiling, uint64_t height, int64_t now_ms,
                  struct ocf_error *err);

#endif
