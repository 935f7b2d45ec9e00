/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/engine.h"

#include "chain/publish.h"
#include "chain/reach.h"
#include "chain/role.h"
#include "ocf/log.h"
#include "ocf/notes.h"

/* The most that a monitor waits for a node that runs and does not answer (yet). */
#define ANSWER_MS 12000

/* How long a signer is given to take in a block that its references have, before it is failed for
 * having been left behind: where the chain stood, its blocks come to all of them one by one. */
#define STAND_MS 5000

static bool refused_before(const struct validator *validator)
{
        struct lines notes;

        notes_read(validator->ctx, &notes);
        return lines_is(&notes, "refused", "yes");
}

static enum ocf_rc answer(struct validator *validator, const struct chain_verdict *verdict)
{
        /* Where nothing is known, why that is so says more than the verdict. */
        if (verdict->rc != OCF_ERR_GENERIC)
                ocf_error_clear(&validator->ctx->err);
        return ocf_answer(validator->ctx, verdict->rc, "%s", verdict->sentence);
}

/* Looks at the node; while it runs and does not answer, again until the deadline. */
static void observe_until_answer(struct validator *validator, const struct deadline *deadline,
                                 struct chain_facts *ret_facts)
{
        for (;;) {
                validator->driver->observe(validator, ret_facts);
                if (ret_facts->running != TRI_YES || ret_facts->answers == TRI_YES ||
                    deadline_passed(deadline))
                        return;
                ocf_error_clear(&validator->ctx->err);
                validator->driver->wait(validator);
        }
}

/* A standby's score needs the references' word; a signer with a young head proves itself by its
 * turns. */
static bool references_needed(const struct validator *validator, const struct chain_facts *facts)
{
        if (facts->running != TRI_YES || facts->answers != TRI_YES)
                return false;
        return facts->as_seat != TRI_YES ||
               facts->head_age_s > (int64_t)validator->limits.max_head_age_s;
}

/* The state of a standby goes into its score, an attribute (crm_mon -A) and the log, never into the
 * exit code: when the DC dies, Pacemaker 2.1.5 waits for a monitor that last returned 190 to be
 * cancelled before it fences or promotes, for 80 s instead of 3 (docs/cluster.md). */
static enum ocf_rc answer_standby(struct validator *validator, const struct chain_facts *facts,
                                  const struct chain_verdict *verdict)
{
        bool fit = verdict->rc == OCF_SUCCESS;

        notes_log_change(validator->ctx, "standby", fit ? NULL : verdict->sentence);
        chain_publish_sync(validator,
                           *facts->unfit
                                   ? "not fit"
                                   : chain_sync_name(chain_sync_judge(&validator->limits, facts)));
        return OCF_SUCCESS;
}

/* A standby without peers; and a signer, which needs all of its own: what it lost, or was refused
 * when it began, it would dial again only after half a minute, and miss its turns meanwhile. */
static bool may_lack_peers(const struct chain_facts *facts)
{
        return facts->running == TRI_YES && facts->answers == TRI_YES &&
               (facts->peers == 0 || facts->as_seat == TRI_YES);
}

static bool may_be_left(const struct validator *validator, const struct chain_facts *facts)
{
        return chain_left_behind(&validator->limits, facts) ||
               chain_hears_nobody(&validator->limits, facts);
}

/* Looks again at a signer that the chain may go on without, until it takes in a block. */
static void observe_standing(struct validator *validator, const struct deadline *deadline,
                             struct chain_facts *facts)
{
        struct deadline until = deadline_cap(deadline, STAND_MS);
        const uint64_t height = facts->height;

        while (facts->answers == TRI_YES && facts->as_seat == TRI_YES && facts->height == height &&
               may_be_left(validator, facts)) {
                if (deadline_passed(&until)) {
                        facts->stood = true;
                        facts->others_in_sync =
                                facts->references == 0 && chain_others_in_sync(validator);
                        return;
                }
                ocf_error_clear(&validator->ctx->err);
                validator->driver->wait(validator);
                observe_until_answer(validator, deadline, facts);
                if (references_needed(validator, facts))
                        validator->driver->observe_references(validator, facts);
        }
}

enum ocf_rc chain_monitor(struct validator *validator)
{
        bool probe = ocf_is_probe(validator->ctx);
        struct deadline deadline = deadline_cap(&validator->ctx->deadline, ANSWER_MS);
        struct chain_verdict verdict;
        struct chain_facts facts;

        observe_until_answer(validator, &deadline, &facts);
        if (!probe && references_needed(validator, &facts))
                validator->driver->observe_references(validator, &facts);
        if (!probe)
                observe_standing(validator, &deadline, &facts);
        if (!probe && facts.answers == TRI_YES && facts.as_seat == TRI_NO)
                validator->driver->observe_fitness(validator, &facts);
        chain_monitor_judge(&validator->limits, &facts, refused_before(validator), &verdict);
        if (probe) {
                /* Whether it is in sync is no matter of a probe. */
                if (verdict.rc == OCF_DEGRADED)
                        verdict.rc = OCF_SUCCESS;
                return answer(validator, &verdict);
        }
        chain_publish_score(validator, verdict.score);
        if (may_lack_peers(&facts))
                (void)chain_reach_peers(validator, NULL);
        if (chain_height_counts(&validator->limits, &facts))
                validator->driver->tell_height(validator, &facts);
        if (verdict.rc == OCF_SUCCESS || verdict.rc == OCF_DEGRADED)
                return answer_standby(validator, &facts, &verdict);
        return answer(validator, &verdict);
}

/* A start ends where a monitor would be content: the node answers, with its own identity. */
static enum ocf_rc prove_standby(struct validator *validator)
{
        struct chain_verdict verdict;
        struct chain_facts facts;

        observe_until_answer(validator, &validator->ctx->deadline, &facts);
        if (references_needed(validator, &facts))
                validator->driver->observe_references(validator, &facts);
        chain_monitor_judge(&validator->limits, &facts, false, &verdict);
        if (facts.running == TRI_YES && facts.answers == TRI_YES && facts.as_seat == TRI_NO) {
                chain_publish_score(validator, verdict.score);
                return OCF_SUCCESS;
        }
        chain_publish_score(validator, facts.ruined == TRI_YES ? SCORE_RUINED : SCORE_NONE);
        (void)answer(validator, &verdict);
        return facts.ruined == TRI_YES ? OCF_ERR_INSTALLED : OCF_ERR_GENERIC;
}

enum ocf_rc chain_start(struct validator *validator)
{
        struct chain_facts facts;
        int r;

        validator->driver->observe(validator, &facts);
        if (facts.running == TRI_UNKNOWN)
                return ocf_answer(validator->ctx, OCF_ERR_GENERIC,
                                  "cannot tell whether the node runs already");
        if (facts.ruined == TRI_YES && facts.running == TRI_NO) {
                chain_publish_score(validator, SCORE_RUINED);
                return ocf_answer(validator->ctx, OCF_ERR_INSTALLED,
                                  "the chain data needs a new copy");
        }
        ocf_error_clear(&validator->ctx->err);
        if (facts.running == TRI_NO || facts.as_seat != TRI_NO) {
                r = validator->driver->become_standby(validator, true);
                if (r < 0)
                        return ocf_rc_from_host(r);
        }
        return prove_standby(validator);
}

/* A ruined node keeps its score: Pacemaker stops it right after the start that found the ruin. */
static enum chain_score stopped_score(struct validator *validator)
{
        struct chain_facts facts;

        validator->driver->observe(validator, &facts);
        ocf_error_clear(&validator->ctx->err);
        return facts.ruined == TRI_YES ? SCORE_RUINED : SCORE_NONE;
}

enum ocf_rc chain_stop(struct validator *validator)
{
        int r = validator->driver->stop(validator);

        chain_publish_score(validator, r < 0 ? SCORE_NONE : stopped_score(validator));
        chain_publish_sync(validator, NULL);
        return r < 0 ? OCF_ERR_GENERIC : OCF_SUCCESS;
}

/* A healthy signer hands over right after a turn of its own; one that fails must go at once. */
static bool turn_is_worth_waiting(const struct validator *validator,
                                  const struct chain_facts *facts)
{
        return validator->handover_wait_s > 0 && facts->running == TRI_YES &&
               facts->answers == TRI_YES && facts->seat_held == TRI_YES &&
               facts->turns_missed == 0 && facts->peers > 0 &&
               facts->head_age_s <= (int64_t)validator->limits.max_head_age_s;
}

enum ocf_rc chain_demote(struct validator *validator)
{
        struct chain_facts facts;
        int r;

        validator->driver->observe(validator, &facts);
        ocf_error_clear(&validator->ctx->err);
        if (facts.running == TRI_YES && facts.as_seat == TRI_NO)
                return OCF_SUCCESS;
        if (turn_is_worth_waiting(validator, &facts)) {
                struct deadline deadline = deadline_cap(&validator->ctx->deadline,
                                                        (int64_t)validator->handover_wait_s * 1000);

                validator->driver->wait_for_turn(validator, &deadline);
        }
        if (facts.floor_kept == TRI_YES && facts.as_seat == TRI_YES)
                validator->driver->mute(validator);
        /* A signer that died stays down, since its restart would hold up the seat: Pacemaker stops
         * it next, and starts it when the seat has moved. */
        r = validator->driver->become_standby(validator, facts.running != TRI_NO);
        if (r < 0)
                return OCF_ERR_GENERIC;
        chain_publish_score(validator, SCORE_NONE);
        if (facts.running == TRI_NO)
                return ocf_answer(validator->ctx, OCF_NOT_RUNNING, "the signer had ended before");
        return OCF_SUCCESS;
}
