/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/role.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define WHOSE_UNKNOWN "cannot tell whose identity the node has loaded"

const char *chain_score_text(enum chain_score score)
{
        static const char *const texts[] = {[SCORE_NONE] = NULL,
                                            [SCORE_BEHIND] = "10",
                                            [SCORE_READY] = "100",
                                            [SCORE_SIGNER] = "200",
                                            [SCORE_RUINED] = "-INFINITY"};

        return texts[score];
}

__attribute__((format(printf, 4, 5))) static void verdict_set(struct chain_verdict *verdict,
                                                              enum ocf_rc rc,
                                                              enum chain_score score,
                                                              const char *format, ...)
{
        va_list args;

        verdict->rc = rc;
        verdict->score = score;
        va_start(args, format);
        (void)vsnprintf(verdict->sentence, sizeof verdict->sentence, format, args);
        va_end(args);
}

/* The running signer was started under the present holding of the seat. No holding has epoch 0. */
static bool epoch_is_the_seats(const struct chain_facts *facts)
{
        return facts->seat_epoch != 0 && facts->signer_epoch == facts->seat_epoch;
}

bool chain_left_behind(const struct chain_limits *limits, const struct chain_facts *facts)
{
        int64_t halt_s = (int64_t)limits->halt_s;

        return chain_lags(limits, facts) && facts->head_age_s >= halt_s &&
               facts->reference_age_s < halt_s;
}

bool chain_hears_nobody(const struct chain_limits *limits, const struct chain_facts *facts)
{
        return facts->references == 0 && facts->head_age_s >= (int64_t)limits->halt_s;
}

/* A node that runs with the seat's identity. */
static void judge_signer(const struct chain_limits *limits, const struct chain_facts *facts,
                         struct chain_verdict *verdict)
{
        char why[160];

        chain_sync_explain(limits, facts, why, sizeof why);
        if (facts->seat_held == TRI_NO)
                verdict_set(verdict, OCF_ERR_GENERIC, SCORE_NONE,
                            "the node runs with the seat's identity, but this machine does not "
                            "hold the seat");
        else if (facts->seat_held == TRI_UNKNOWN)
                verdict_set(verdict, OCF_DEGRADED_PROMOTED, SCORE_SIGNER,
                            "the node signs, but its keeper does not say that the seat is held");
        else if (facts->signer_epoch == 0)
                verdict_set(verdict, OCF_FAILED_PROMOTED, SCORE_NONE,
                            "the node runs with the seat's identity, but its keeper does not watch "
                            "it: it was not started by a promote that came to its end");
        else if (!epoch_is_the_seats(facts))
                verdict_set(verdict, OCF_FAILED_PROMOTED, SCORE_NONE,
                            "the signer was started under epoch %" PRIu64
                            ", but the seat is held under epoch %" PRIu64,
                            facts->signer_epoch, facts->seat_epoch);
        else if (facts->turns_missed >= limits->missed_turns)
                verdict_set(verdict, OCF_FAILED_PROMOTED, SCORE_NONE,
                            "%" PRIu64
                            " own turns in a row were missed while the chain went on%s%s",
                            facts->turns_missed, *facts->blame ? ": " : "", facts->blame);
        else if (facts->stood && chain_left_behind(limits, facts))
                verdict_set(verdict, OCF_FAILED_PROMOTED, SCORE_NONE,
                            "the chain goes on without the signer: block %" PRIu64
                            " is its newest, %" PRId64 " s old, and the references are at %" PRIu64,
                            facts->height, facts->head_age_s, facts->reference_height);
        else if (facts->stood && facts->others_in_sync && chain_hears_nobody(limits, facts))
                verdict_set(verdict, OCF_FAILED_PROMOTED, SCORE_NONE,
                            "the signer hears nobody: block %" PRIu64 " is its newest, %" PRId64
                            " s old, no reference answers, and another node is in sync",
                            facts->height, facts->head_age_s);
        else if (facts->turns_missed > 0)
                verdict_set(verdict, OCF_DEGRADED_PROMOTED, SCORE_SIGNER,
                            "%" PRIu64 " own turn%s missed while the chain went on%s%s",
                            facts->turns_missed, facts->turns_missed == 1 ? " was" : "s were",
                            *facts->blame ? ": " : "", facts->blame);
        else if (facts->peers == 0)
                verdict_set(verdict, OCF_DEGRADED_PROMOTED, SCORE_SIGNER,
                            "the signer has no peers");
        else if (facts->references > 0 && chain_sync_judge(limits, facts) == SYNC_BEHIND)
                verdict_set(verdict, OCF_DEGRADED_PROMOTED, SCORE_SIGNER, "%s", why);
        else
                verdict_set(verdict, OCF_RUNNING_PROMOTED, SCORE_SIGNER, "signs");
}

/* The chain stands still, everybody who is asked says so, and a round change has not helped;
 * perhaps it waits for this very validator. What the old signer signed last is not seen then, so
 * that only the operator can say that the seat is taken all the same. */
static bool halt_is_known(const struct chain_limits *limits, const struct chain_facts *facts)
{
        int64_t halt_s = (int64_t)limits->halt_s;

        return chain_sync_judge(limits, facts) == SYNC_HALTED &&
               facts->height == facts->reference_height && facts->head_age_s >= halt_s &&
               facts->reference_age_s >= halt_s;
}

static void judge_standby(const struct chain_limits *limits, const struct chain_facts *facts,
                          bool refused, struct chain_verdict *verdict)
{
        char why[160];

        if (*facts->unfit) {
                verdict_set(verdict, OCF_DEGRADED, SCORE_NONE, "cannot become the signer: %s",
                            facts->unfit);
                return;
        }
        chain_sync_explain(limits, facts, why, sizeof why);
        switch (chain_sync_judge(limits, facts)) {
        case SYNC_IN:
                verdict_set(verdict, OCF_SUCCESS, SCORE_READY, "%s", why);
                return;
        case SYNC_HALTED:
                if (limits->takes_on_halt && halt_is_known(limits, facts)) {
                        verdict_set(verdict, OCF_DEGRADED, SCORE_READY, "%s", why);
                        return;
                }
                __attribute__((fallthrough));
        case SYNC_BEHIND:
                verdict_set(verdict, OCF_DEGRADED, refused ? SCORE_NONE : SCORE_BEHIND, "%s", why);
                return;
        case SYNC_UNKNOWN:
                verdict_set(verdict, OCF_DEGRADED, SCORE_NONE, "%s", why);
                return;
        }
}

void chain_monitor_judge(const struct chain_limits *limits, const struct chain_facts *facts,
                         bool refused, struct chain_verdict *ret_verdict)
{
        if (facts->running == TRI_UNKNOWN)
                verdict_set(ret_verdict, OCF_ERR_GENERIC, SCORE_NONE,
                            "cannot tell whether the node runs");
        else if (facts->running == TRI_NO && facts->ruined == TRI_YES)
                verdict_set(ret_verdict, OCF_NOT_RUNNING, SCORE_RUINED,
                            "the node does not run: its chain data needs a new copy");
        else if (facts->running == TRI_NO)
                verdict_set(ret_verdict, OCF_NOT_RUNNING, SCORE_NONE, "the node does not run");
        else if (facts->answers != TRI_YES)
                verdict_set(ret_verdict, OCF_ERR_GENERIC, SCORE_NONE,
                            "the node runs, but does not answer");
        else if (facts->as_seat == TRI_UNKNOWN)
                verdict_set(ret_verdict, OCF_ERR_GENERIC, SCORE_NONE, "%s", WHOSE_UNKNOWN);
        else if (facts->as_seat == TRI_YES)
                judge_signer(limits, facts, ret_verdict);
        else
                judge_standby(limits, facts, refused, ret_verdict);
}

static enum chain_promote promote_judge_halt(const struct chain_limits *limits,
                                             const struct chain_facts *facts, char *ret_sentence,
                                             size_t size)
{
        if (!halt_is_known(limits, facts))
                return PROMOTE_WAIT;
        (void)snprintf(ret_sentence, size,
                       "the chain stands still at block %" PRIu64 " for %" PRId64 " s%s",
                       facts->height, facts->head_age_s,
                       limits->takes_on_halt ? ", and on_halt=take"
                                             : "; set on_halt=take if it waits for this validator");
        return limits->takes_on_halt ? PROMOTE_GO : PROMOTE_WAIT;
}

enum chain_promote chain_promote_judge(const struct chain_limits *limits,
                                       const struct chain_facts *facts, char *ret_sentence,
                                       size_t size)
{
        const char *refusal = NULL;
        bool signs = facts->as_seat == TRI_YES && epoch_is_the_seats(facts);

        if (facts->seat_held == TRI_UNKNOWN)
                refusal = "the keeper does not say that the seat is held here";
        else if (facts->seat_held == TRI_NO)
                refusal = "this machine does not hold the seat";
        else if (facts->running == TRI_UNKNOWN)
                refusal = "cannot tell whether the node runs";
        else if (facts->running == TRI_NO && facts->ruined == TRI_YES)
                refusal = "the node does not run: its chain data needs a new copy";
        else if (facts->running == TRI_NO)
                refusal = "the node does not run as a standby";
        if (refusal) {
                (void)snprintf(ret_sentence, size, "%s", refusal);
                return PROMOTE_REFUSE;
        }

        chain_sync_explain(limits, facts, ret_sentence, size);
        if (facts->answers != TRI_YES)
                return PROMOTE_WAIT;
        if (facts->as_seat == TRI_UNKNOWN) {
                (void)snprintf(ret_sentence, size, "%s", WHOSE_UNKNOWN);
                return PROMOTE_WAIT;
        }
        if (signs)
                return PROMOTE_DONE;
        switch (chain_sync_judge(limits, facts)) {
        case SYNC_IN:
                return PROMOTE_GO;
        case SYNC_HALTED:
                return promote_judge_halt(limits, facts, ret_sentence, size);
        case SYNC_BEHIND:
        case SYNC_UNKNOWN:
                break;
        }
        return PROMOTE_WAIT;
}

/* What is known to be wrong with a signer, NULL when nothing is. */
static const char *signer_fault(const struct chain_limits *limits, const struct chain_facts *facts)
{
        if (facts->running == TRI_NO)
                return "the node does not run";
        if (facts->seat_held == TRI_NO)
                return "this machine does not hold the seat any more";
        if (facts->running != TRI_YES || facts->answers != TRI_YES)
                return NULL;
        if (facts->as_seat == TRI_NO)
                return "the node loaded another identity than the seat's";
        if (facts->seat_held == TRI_YES && !epoch_is_the_seats(facts))
                return "the seat was taken anew since the node was started";
        if (facts->turns_missed >= limits->missed_turns)
                return "its own turns are missed while the chain goes on";
        return NULL;
}

/* What is not known about a signer, NULL when all is. */
static const char *signer_doubt(const struct chain_facts *facts)
{
        if (facts->running != TRI_YES)
                return "cannot tell whether the node runs";
        if (facts->answers != TRI_YES)
                return "the node does not answer";
        if (facts->as_seat != TRI_YES)
                return WHOSE_UNKNOWN;
        return facts->seat_held == TRI_YES ? NULL
                                           : "the keeper does not say that the seat is held here";
}

enum tri chain_signer_proved(const struct chain_limits *limits, const struct chain_facts *facts,
                             char *ret_sentence, size_t size)
{
        const char *fault = signer_fault(limits, facts);
        const char *doubt = signer_doubt(facts);

        if (fault || doubt) {
                (void)snprintf(ret_sentence, size, "%s", fault ? fault : doubt);
                return fault ? TRI_NO : TRI_UNKNOWN;
        }
        chain_sync_explain(limits, facts, ret_sentence, size);
        switch (chain_sync_judge(limits, facts)) {
        case SYNC_IN:
                return TRI_YES;
        case SYNC_HALTED:
                /* It may wait for a validator that has nothing to do with this one; within a round
                 * change it is seen to go on. */
                return facts->head_age_s >= (int64_t)limits->halt_s ? TRI_YES : TRI_UNKNOWN;
        case SYNC_BEHIND:
        case SYNC_UNKNOWN:
                break;
        }
        return TRI_UNKNOWN;
}
