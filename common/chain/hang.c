/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/hang.h"

#include "chain/sync.h"

/* Longer than a node takes for a few blocks, on a machine that is busy too. */
#define PATIENCE_MS 4000

bool chain_hangs(struct chain_hang *hang, const struct chain_pace *pace,
                 const struct chain_limits *limits, const struct chain_facts *facts, int64_t now_ms)
{
        int64_t patience_ms = PATIENCE_MS + (facts->peers < pace->peers ? pace->every_ms : 0);

        if (facts->running != TRI_YES || facts->answers != TRI_YES) {
                hang->seen = false;
                return false;
        }
        if (!hang->seen || hang->height != facts->height) {
                *hang = (struct chain_hang){true, facts->height, now_ms};
                return false;
        }
        return chain_lags(limits, facts) && now_ms - hang->since_ms >= patience_ms;
}
