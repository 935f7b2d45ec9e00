/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a standby that runs would still be accepted by its promote: somebody may have spoiled
 * kcnd.conf, the unit or DATA_DIR since it was started, and the night is too late to find out. */

#include <inttypes.h>
#include <stdio.h>

#include "agents/kcn-node/check.h"
#include "agents/kcn-node/node.h"
#include "ocf/notes.h"

/* How often it is looked whether all is still right; what is wrong is looked at each time. */
#define LOOK_MS 60000

static bool looked_lately(const struct ocf_ctx *ctx)
{
        struct lines notes;

        notes_read(ctx, &notes);
        return clock_now_ms() - (int64_t)lines_get_u64(&notes, "fit_at_ms", 0) < LOOK_MS;
}

void kcn_observe_fitness(struct validator *validator, struct chain_facts *facts)
{
        struct kcn_node *node = validator->node;
        struct ocf_ctx *ctx = node->ctx;
        char now[24];
        bool fit;

        if (ocf_error_set(&node->fault)) {
                (void)snprintf(facts->unfit, sizeof facts->unfit, "%s", node->fault.sentence);
                return;
        }
        if (looked_lately(ctx))
                return;
        ocf_error_clear(&ctx->err);
        fit = kcn_check_before_start(node) >= 0;
        if (!fit)
                (void)snprintf(facts->unfit, sizeof facts->unfit, "%s", ctx->err.sentence);
        ocf_error_clear(&ctx->err);
        (void)snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
        (void)notes_set(ctx, "fit_at_ms", fit ? now : NULL, NULL);
}
