/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/floor.h"

#include <inttypes.h>
#include <stdio.h>

static bool floor_passed(const struct floor_facts *facts, uint64_t target)
{
        return facts->own.known && facts->reference.known && facts->own.value >= target &&
               facts->reference.value >= target;
}

/* The chain stands below the target, and every node that is asked agrees where: perhaps it waits
 * for this very validator. */
static void floor_judge_halt(const struct floor_facts *facts, struct floor_verdict *verdict)
{
        const bool together = facts->own.value == facts->reference.value;

        verdict->halted = true;
        verdict->pass = facts->on_halt == FLOOR_HALT_TAKES && together;
        if (verdict->pass)
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the chain stands at height '%" PRIu64
                               "' and on_halt=take: signing without the floor '%" PRIu64 "'",
                               facts->own.value, verdict->target);
        else
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the chain stands at height '%" PRIu64 "', below the floor '%" PRIu64
                               "'; set on_halt=take if it waits for this validator",
                               facts->reference.value, verdict->target);
}

void floor_judge(const struct floor_facts *facts, struct floor_verdict *ret_verdict)
{
        const bool overflows = facts->seen > UINT64_MAX - facts->margin;

        *ret_verdict = (struct floor_verdict){.target = overflows ? UINT64_MAX
                                                                  : facts->seen + facts->margin};
        if (floor_passed(facts, ret_verdict->target)) {
                ret_verdict->pass = true;
                return;
        }
        if (!facts->own.known || !facts->reference.known)
                (void)snprintf(ret_verdict->why, sizeof ret_verdict->why,
                               "waiting for the floor '%" PRIu64 "': %s does not tell its height",
                               ret_verdict->target,
                               facts->own.known ? "no reference" : "the own node");
        else if (facts->halt_ms > 0 && facts->halted_ms >= facts->halt_ms)
                floor_judge_halt(facts, ret_verdict);
        else
                (void)snprintf(ret_verdict->why, sizeof ret_verdict->why,
                               "waiting for the floor '%" PRIu64 "': the own node is at '%" PRIu64
                               "', the reference at '%" PRIu64 "'",
                               ret_verdict->target, facts->own.value, facts->reference.value);
}
