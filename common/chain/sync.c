/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/sync.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

static bool head_is_old(const struct chain_limits *limits, int64_t age_s)
{
        return age_s > (int64_t)limits->max_head_age_s;
}

/* A head from the future means that a clock is wrong, and then no age proves anything. */
static bool clock_is_wrong(const struct chain_limits *limits, const struct chain_facts *facts)
{
        return facts->head_age_s < -(int64_t)limits->max_head_age_s;
}

bool chain_lags(const struct chain_limits *limits, const struct chain_facts *facts)
{
        return facts->references > 0 && facts->reference_height > facts->height &&
               facts->reference_height - facts->height > limits->max_lag;
}

enum chain_sync chain_sync_judge(const struct chain_limits *limits, const struct chain_facts *facts)
{
        if (facts->running != TRI_YES || facts->answers != TRI_YES)
                return SYNC_UNKNOWN;
        if (facts->references == 0 || clock_is_wrong(limits, facts))
                return SYNC_UNKNOWN;
        if (facts->peers == 0 || chain_lags(limits, facts))
                return SYNC_BEHIND;
        if (!head_is_old(limits, facts->head_age_s))
                return SYNC_IN;
        return head_is_old(limits, facts->reference_age_s) ? SYNC_HALTED : SYNC_BEHIND;
}

static bool is_ahead(const struct chain_limits *limits, const struct chain_facts *facts)
{
        return facts->height > facts->reference_height &&
               facts->height - facts->reference_height > limits->max_lag;
}

bool chain_height_counts(const struct chain_limits *limits, const struct chain_facts *facts)
{
        const enum chain_sync sync = chain_sync_judge(limits, facts);

        if (facts->answers != TRI_YES || facts->floor_kept != TRI_YES)
                return false;
        if (facts->as_seat == TRI_YES)
                return sync != SYNC_BEHIND;
        return sync == SYNC_IN && !is_ahead(limits, facts);
}

const char *chain_sync_name(enum chain_sync sync)
{
        static const char *const names[] = {[SYNC_UNKNOWN] = "unknown",
                                            [SYNC_BEHIND] = "behind",
                                            [SYNC_HALTED] = "halted",
                                            [SYNC_IN] = "in sync"};

        return names[sync];
}

void chain_sync_explain(const struct chain_limits *limits, const struct chain_facts *facts,
                        char *ret_text, size_t size)
{
        if (facts->running != TRI_YES)
                (void)snprintf(ret_text, size, "the node does not run");
        else if (facts->answers != TRI_YES)
                (void)snprintf(ret_text, size, "the node does not answer");
        else if (facts->references == 0)
                (void)snprintf(ret_text, size,
                               "no reference answers, so that being in sync cannot be proved");
        else if (clock_is_wrong(limits, facts))
                (void)snprintf(ret_text, size,
                               "block %" PRIu64 " is %" PRIu64
                               " s from the future: check this machine's clock",
                               facts->height, (uint64_t)0 - (uint64_t)facts->head_age_s);
        else if (facts->peers == 0)
                (void)snprintf(ret_text, size, "the node has no peers");
        else if (chain_lags(limits, facts))
                (void)snprintf(ret_text, size,
                               "%" PRIu64 " blocks behind the reference (%" PRIu64 " of %" PRIu64
                               ")",
                               facts->reference_height - facts->height, facts->height,
                               facts->reference_height);
        else if (head_is_old(limits, facts->head_age_s))
                (void)snprintf(ret_text, size, "block %" PRIu64 " is %" PRId64 " s old%s",
                               facts->height, facts->head_age_s,
                               head_is_old(limits, facts->reference_age_s)
                                       ? ": the chain itself stands still"
                                       : " while the chain moves on");
        else
                (void)snprintf(ret_text, size, "in sync at block %" PRIu64, facts->height);
}
