/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LEASE_FLOOR_H
#define VALIDATOR_LEASE_FLOOR_H

/* Whether a machine that has the seat may sign already. The old holder can have signed the height
 * after the highest that anybody saw before this lease began; no height may be signed again. So the
 * own node and a reference have to be past it. Pure. */

#include <stdbool.h>
#include <stdint.h>

enum floor_on_halt { FLOOR_HALT_WAITS, FLOOR_HALT_TAKES };

struct floor_height {
        bool known; /* an answer that did not come is no height */
        uint64_t value;
};

struct floor_facts {
        struct floor_height own;       /* the node that is to sign */
        struct floor_height reference; /* another node, now */
        /* Highest that any keeper or standby saw up to the lease's begin: the record's floor, the
         * own file's, and the reference, asked after the lease was granted. */
        uint64_t seen;
        uint64_t margin;   /* blocks beyond that: Kaia 1, ICON 2, better 10 */
        int64_t halted_ms; /* for how long the reference has shown the same height */
        int64_t halt_ms;   /* from then on the chain counts as halted */
        enum floor_on_halt on_halt;
};

struct floor_verdict {
        bool pass;
        bool halted; /* passed, or waits, because the chain stands */
        uint64_t target;
        char why[192]; /* "" when it passes in the ordinary way */
};

void floor_judge(const struct floor_facts *facts, struct floor_verdict *ret_verdict);

#endif
