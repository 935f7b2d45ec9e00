/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The promote: a standby proves that it may sign, becomes the signer, and proves that it is. */

#include <stdio.h>

#include "chain/engine.h"
#include "chain/floor.h"
#include "chain/publish.h"
#include "chain/reach.h"
#include "chain/role.h"
#include "ocf/log.h"
#include "ocf/notes.h"
#include "text.h"

/* How often a node reaches again for peers that it lacks, and how long a promote waits for
 * the last of them when all else is proved: a dead machine's connections are given up by the others
 * only when they have sent into them and were refused. A node that has just begun cannot always
 * tell at once whom it lacks: the first limit counts from when it does, the second from its start.
 */
#define REACH_EVERY_MS 250
#define ALL_PEERS_MS 2000
#define SOME_PEERS_MS 6000

/* How long a new signer is given to take in a block since its start, and how long until it is told
 * to fetch what it lacks: a block that was made while it dialled its peers reaches it by none of
 * them, and each later one lacks its parent then. */
#define FOLLOW_MS 4000
#define FETCH_MS 1200

/* How long a block may be waited for that nobody has: the chain may stand, for a round change. */
#define QUIET_MS 1500

/* What it takes a node that begins again to be a standby in sync and then the signer. */
#define AGAIN_MS 20000

static void observe_all(struct validator *validator, struct chain_facts *ret_facts)
{
        validator->driver->observe(validator, ret_facts);
        if (ret_facts->running == TRI_YES && ret_facts->answers == TRI_YES)
                validator->driver->observe_references(validator, ret_facts);
}

/* What a promote waits for, said when it becomes something else, so that a slow one can be
 * understood afterwards. */
struct waiting {
        char reason[256]; /* without its digits, which change all the time */
};

static void log_wait(struct waiting *waiting, const char *until, const char *sentence)
{
        char reason[sizeof waiting->reason];
        size_t length = 0;

        for (const char *at = sentence; *at && length < sizeof reason - 1; at++)
                if (*at < '0' || *at > '9')
                        reason[length++] = *at;
        reason[length] = '\0';
        if (text_equal(reason, waiting->reason))
                return;
        ocf_log_info("waiting until %s: %s", until, sentence);
        (void)snprintf(waiting->reason, sizeof waiting->reason, "%s", reason);
}

/* A promote that may go still waits for the floor. One that may go although the chain stands has
 * on_halt=take's word. */
static enum chain_promote promote_above_floor(const struct validator *validator,
                                              const struct chain_facts *facts,
                                              struct chain_floor *floor, char *sentence,
                                              size_t size)
{
        floor->halted = chain_sync_judge(&validator->limits, facts) == SYNC_HALTED;
        return chain_floor_passed(floor, facts, sentence, size) ? PROMOTE_GO : PROMOTE_WAIT;
}

/* A standby that was started often has none for as long as kcn does not dial again. */
static void standby_reach(struct validator *validator, const struct chain_facts *facts,
                          struct deadline *next)
{
        if (facts->answers != TRI_YES || facts->peers > 0 || !deadline_passed(next))
                return;
        (void)chain_reach_peers(validator, NULL);
        *next = deadline_cap(&validator->ctx->deadline, REACH_EVERY_MS);
}

static bool node_hangs(const struct validator *validator, const struct chain_facts *facts,
                       struct chain_hang *hang)
{
        return chain_hangs(hang, &validator->driver->pace, &validator->limits, facts,
                           clock_now_ms()) &&
               deadline_left_ms(&validator->ctx->deadline) >= AGAIN_MS;
}

/* As a standby, to which nobody sends votes while it fetches what it lacks; what it may have signed
 * before is waited for like another machine's. */
static int begin_again(struct validator *validator)
{
        ocf_log_warning("the node's synchronisation hangs: it begins again as a standby");
        return validator->driver->become_standby(validator, true);
}

static struct deadline catch_up_deadline(const struct validator *validator)
{
        return deadline_cap(&validator->ctx->deadline, (int64_t)validator->catch_up_s * 1000);
}

/* Looks until the standby may become the signer, or need not wait any longer. */
static enum chain_promote promote_decide(struct validator *validator, char *sentence, size_t size)
{
        struct waiting waiting = {{0}};
        struct chain_floor floor = {.margin = validator->driver->floor_margin};
        struct deadline deadline = catch_up_deadline(validator);
        struct deadline reach_next = deadline_cap(&deadline, 0);
        struct chain_hang hang = {0};

        for (;;) {
                enum chain_promote decision;
                struct chain_facts facts;

                observe_all(validator, &facts);
                chain_floor_fix(&floor, &facts);
                decision = chain_promote_judge(&validator->limits, &facts, sentence, size);
                if (decision == PROMOTE_GO)
                        decision = promote_above_floor(validator, &facts, &floor, sentence, size);
                ocf_error_clear(&validator->ctx->err);
                if (decision != PROMOTE_WAIT)
                        return decision;
                if (deadline_passed(&deadline))
                        return PROMOTE_REFUSE;
                log_wait(&waiting, "the standby may sign", sentence);
                if (node_hangs(validator, &facts, &hang)) {
                        if (begin_again(validator) < 0)
                                return PROMOTE_REFUSE;
                        hang = (struct chain_hang){0};
                        deadline = catch_up_deadline(validator);
                }
                standby_reach(validator, &facts, &reach_next);
                validator->driver->wait(validator);
        }
}

/* The next monitor is not to give the score back at once that the frame withdraws. */
static enum ocf_rc promote_refuse(struct validator *validator, const char *sentence)
{
        (void)notes_set(validator->ctx, "refused", "yes", NULL);
        return ocf_answer(validator->ctx, OCF_ERR_GENERIC, "not promoted: %s", sentence);
}

/* A signer on its way to be proved. */
struct proving {
        struct deadline reach_next;
        struct deadline reach_until;
        bool lack_known;
        struct ocf_error why; /* they are not known */
        int lacking;          /* peers; negative: not known yet */
        struct waiting waiting;
        struct chain_hang hang;
        bool hangs;
        bool started; /* it has answered since */
        uint64_t started_at;
        struct deadline follow_until;
        struct deadline quiet_until;
        bool proved_once;
        struct deadline fetch_next;
        char sentence[256];
};

/* Being in sync at its start does not show that it follows the chain. */
static bool signer_follows(struct validator *validator, const struct chain_facts *facts,
                           struct proving *proving)
{
        const struct deadline *all = &validator->ctx->deadline;

        if (facts->answers != TRI_YES)
                return false;
        if (!proving->started) {
                proving->started = true;
                proving->started_at = facts->height;
                proving->follow_until = deadline_cap(all, FOLLOW_MS);
                proving->quiet_until = deadline_cap(all, QUIET_MS);
                proving->fetch_next = deadline_cap(all, FETCH_MS);
        }
        if (facts->height > proving->started_at || deadline_passed(&proving->follow_until))
                return true;
        if (facts->references == 0 || facts->reference_height <= facts->height)
                return deadline_passed(&proving->quiet_until);
        if (deadline_passed(&proving->fetch_next)) {
                validator->driver->fetch_blocks(validator);
                proving->fetch_next = deadline_cap(all, FETCH_MS);
        }
        return false;
}

static void signer_reach(struct validator *validator, const struct chain_facts *facts,
                         struct proving *proving)
{
        if (facts->answers != TRI_YES || !deadline_passed(&proving->reach_next))
                return;
        proving->lacking = chain_reach_peers(validator, &proving->why);
        if (proving->lacking >= 0 && !proving->lack_known) {
                proving->lack_known = true;
                proving->reach_until = deadline_cap(&proving->reach_until, ALL_PEERS_MS);
        }
        proving->reach_next = deadline_cap(&validator->ctx->deadline, REACH_EVERY_MS);
}

/* Looks once; unknown while there is something to wait for. */
static enum tri signer_look(struct validator *validator, struct proving *proving)
{
        struct chain_facts facts;
        enum tri proved;
        bool follows;

        observe_all(validator, &facts);
        follows = signer_follows(validator, &facts, proving);
        proved = chain_signer_proved(&validator->limits, &facts, proving->sentence,
                                     sizeof proving->sentence);
        /* A chain that came to stand since then stands for everybody. */
        proving->proved_once = proving->proved_once || proved == TRI_YES;
        if (proved == TRI_UNKNOWN && proving->proved_once && facts.as_seat == TRI_YES &&
            facts.seat_held == TRI_YES &&
            chain_sync_judge(&validator->limits, &facts) == SYNC_HALTED)
                proved = TRI_YES;
        proving->hangs = proved == TRI_UNKNOWN && node_hangs(validator, &facts, &proving->hang);
        if (proved == TRI_NO || proving->hangs)
                return TRI_NO;
        signer_reach(validator, &facts, proving);
        if (proved == TRI_YES && !follows) {
                (void)snprintf(proving->sentence, sizeof proving->sentence,
                               "it has taken in no block since its start");
                return TRI_UNKNOWN;
        }
        if (proved == TRI_UNKNOWN || proving->lacking == 0 ||
            deadline_passed(&proving->reach_until))
                return proved;
        if (proving->lacking > 0)
                (void)snprintf(proving->sentence, sizeof proving->sentence,
                               "%d of its peers are not connected and were dialled again",
                               proving->lacking);
        else
                (void)snprintf(proving->sentence, sizeof proving->sentence,
                               "it is not known yet whether all of its peers are connected%s%.120s",
                               *proving->why.sentence ? ": " : "", proving->why.sentence);
        return TRI_UNKNOWN;
}

/* `ret_hangs`: the failure is one that another start mends. */
static enum ocf_rc prove_signer(struct validator *validator, bool *ret_hangs)
{
        struct proving proving = {
                .reach_next = deadline_cap(&validator->ctx->deadline, REACH_EVERY_MS),
                .reach_until = deadline_cap(&validator->ctx->deadline, SOME_PEERS_MS),
                .lacking = -1,
        };

        for (;;) {
                enum tri proved = signer_look(validator, &proving);

                if (proved == TRI_YES) {
                        ocf_error_clear(&validator->ctx->err);
                        chain_publish_score(validator, SCORE_SIGNER);
                        chain_publish_sync(validator, NULL);
                        return OCF_SUCCESS;
                }
                if (proved == TRI_NO || deadline_passed(&validator->ctx->deadline))
                        break;
                log_wait(&proving.waiting, "the signer is proved", proving.sentence);
                ocf_error_clear(&validator->ctx->err);
                validator->driver->wait(validator);
        }
        *ret_hangs = proving.hangs;
        return ocf_answer(validator->ctx, OCF_ERR_GENERIC,
                          "started with the seat's identity, but it is not proved: %s",
                          proving.sentence);
}

/* One way through; with `ret_hangs` it is worth another. */
static enum ocf_rc promote_once(struct validator *validator, bool *ret_hangs)
{
        char sentence[256];
        int r;

        switch (promote_decide(validator, sentence, sizeof sentence)) {
        case PROMOTE_GO:
                ocf_log_info("becoming the signer: %s", sentence);
                r = validator->driver->become_signer(validator);
                return r < 0 ? ocf_rc_from_host(r) : prove_signer(validator, ret_hangs);
        case PROMOTE_DONE:
                return prove_signer(validator, ret_hangs);
        case PROMOTE_WAIT:
        case PROMOTE_REFUSE:
                break;
        }
        return promote_refuse(validator, sentence);
}

enum ocf_rc chain_promote(struct validator *validator)
{
        for (;;) {
                bool hangs = false;
                enum ocf_rc rc = promote_once(validator, &hangs);
                int r;

                if (!hangs)
                        return rc;
                ocf_error_clear(&validator->ctx->err);
                r = begin_again(validator);
                if (r < 0)
                        return ocf_rc_from_host(r);
        }
}
