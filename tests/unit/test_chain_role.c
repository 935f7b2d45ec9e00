/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every combination of what can be known about a validator, against properties that do not look at
 * how the judge decides. */
#include "chain/role.h"

#include <string.h>

#include "parse.h"
#include "suite.h"

#define MAX_LAG 2
#define MAX_AGE_S 5
#define MISSED_TURNS 3
#define HALT_S 15

static const struct chain_limits limits = {.max_lag = MAX_LAG,
                                           .max_head_age_s = MAX_AGE_S,
                                           .missed_turns = MISSED_TURNS,
                                           .halt_s = HALT_S};
static const struct chain_limits taking = {.max_lag = MAX_LAG,
                                           .max_head_age_s = MAX_AGE_S,
                                           .missed_turns = MISSED_TURNS,
                                           .halt_s = HALT_S,
                                           .takes_on_halt = true};

/* A node's height and the highest reference's, around the limit of two blocks. */
static const uint64_t heights[][2] = {{100, 99}, {100, 100}, {100, 102}, {100, 103}};
static const int64_t head_ages[] = {-MAX_AGE_S - 1, -MAX_AGE_S, 0,     MAX_AGE_S,
                                    MAX_AGE_S + 1,  HALT_S - 1, HALT_S};
static const int64_t reference_ages[] = {MAX_AGE_S, MAX_AGE_S + 1, HALT_S - 1, HALT_S};
static const uint64_t counts[] = {0, 1};
static const uint64_t epochs[] = {0, 1, 2};
static const uint64_t turns[] = {0, 1, MISSED_TURNS - 1, MISSED_TURNS, MISSED_TURNS + 1};
static const enum tri tris[] = {TRI_UNKNOWN, TRI_NO, TRI_YES};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Takes the next digit of the number that says which combination this is. */
#define PICK(number, array) ((array)[digit_take((number), COUNT(array))])

static size_t digit_take(size_t *number, size_t base)
{
        size_t digit = *number % base;

        *number /= base;
        return digit;
}

/* The combination of that number; false when there are no more. Without `signing` the numbers that
 * only a signer has stay 0. */
static bool facts_make(size_t number, bool signing, struct chain_facts *facts)
{
        const uint64_t *height = PICK(&number, heights);

        *facts = (struct chain_facts){.height = height[0], .reference_height = height[1]};
        facts->running = PICK(&number, tris);
        facts->answers = PICK(&number, tris);
        facts->as_seat = PICK(&number, tris);
        facts->ruined = PICK(&number, tris);
        facts->seat_held = PICK(&number, tris);
        facts->head_age_s = PICK(&number, head_ages);
        facts->reference_age_s = PICK(&number, reference_ages);
        facts->peers = PICK(&number, counts);
        facts->references = PICK(&number, counts);
        if (signing) {
                facts->seat_epoch = PICK(&number, epochs);
                facts->signer_epoch = PICK(&number, epochs);
                facts->turns_missed = PICK(&number, turns);
        }
        return number == 0;
}

/* The definition of being in sync: at most two blocks behind a reference that answers, with a head
 * that is neither old nor from a future that no honest clock explains, and somebody to hear from.
 */
static bool is_in_sync(const struct chain_facts *facts)
{
        return facts->running == TRI_YES && facts->answers == TRI_YES && facts->references >= 1 &&
               facts->peers >= 1 && facts->height + MAX_LAG >= facts->reference_height &&
               facts->head_age_s <= MAX_AGE_S && facts->head_age_s >= -MAX_AGE_S;
}

static bool node_is_known(const struct chain_facts *facts)
{
        return facts->running == TRI_YES && facts->answers == TRI_YES &&
               facts->as_seat != TRI_UNKNOWN;
}

/* It signs, and under the very holding of the seat that this machine has. */
static bool signs_rightfully(const struct chain_facts *facts)
{
        return node_is_known(facts) && facts->as_seat == TRI_YES && facts->seat_held == TRI_YES &&
               facts->seat_epoch != 0 && facts->signer_epoch == facts->seat_epoch;
}

/* The chain is seen to go on, and the node has not for longer than a round change, nor while it was
 * looked at. */
static bool is_left_behind(const struct chain_facts *facts)
{
        if (facts->references == 0)
                return facts->stood && facts->others_in_sync && facts->head_age_s >= HALT_S;
        return facts->stood && facts->height + MAX_LAG < facts->reference_height &&
               facts->head_age_s >= HALT_S && facts->reference_age_s < HALT_S;
}

/* What an operator reads: something, on one line, without a stop at its end. */
static bool is_sentence(const char *text)
{
        size_t length = strlen(text);

        return length > 0 && text[length - 1] != '.' && !strchr(text, '\n');
}

/* A reason for not going on cannot be that all is well. */
static bool is_refusal(const char *text)
{
        return is_sentence(text) && strncmp(text, "in sync", 7) != 0;
}

static const char *facts_show(const struct chain_facts *facts)
{
        static char text[512];

        (void)snprintf(text, sizeof text,
                       "running=%s answers=%s as_seat=%s ruined=%s held=%s epochs=%d/%d turns=%d "
                       "height=%d/%d age=%d/%d peers=%d references=%d stood=%d/%d",
                       tri_name(facts->running), tri_name(facts->answers), tri_name(facts->as_seat),
                       tri_name(facts->ruined), tri_name(facts->seat_held),
                       (int)facts->signer_epoch, (int)facts->seat_epoch, (int)facts->turns_missed,
                       (int)facts->height, (int)facts->reference_height, (int)facts->head_age_s,
                       (int)facts->reference_age_s, (int)facts->peers, (int)facts->references,
                       facts->stood, facts->others_in_sync);
        return text;
}

/* ck_assert counts each call through a pipe: millions of them take minutes. */
#define MUST(what, facts)                                                               \
        do {                                                                            \
                if (!(what))                                                            \
                        ck_abort_msg("not so: %s, where %s", #what, facts_show(facts)); \
        } while (0)
#define IMPLIES(a, b) (!(a) || (b))

static void sync_holds(const struct chain_facts *facts)
{
        enum chain_sync sync = chain_sync_judge(&limits, facts);
        char why[160] = "";

        chain_sync_explain(&limits, facts, why, sizeof why);
        MUST((sync == SYNC_IN) == is_in_sync(facts), facts);
        MUST((strncmp(why, "in sync", 7) == 0) == (sync == SYNC_IN), facts);
        MUST(is_sentence(why), facts);
        /* Halted is said of a node that has all that the reference has, and of nothing else. */
        MUST(IMPLIES(sync == SYNC_HALTED,
                     facts->references > 0 && facts->peers > 0 &&
                             facts->height + MAX_LAG >= facts->reference_height &&
                             facts->reference_age_s > MAX_AGE_S),
             facts);
        MUST(IMPLIES(facts->references == 0, sync == SYNC_UNKNOWN), facts);
        MUST(IMPLIES(facts->running != TRI_YES || facts->answers != TRI_YES, sync == SYNC_UNKNOWN),
             facts);
}

START_TEST(in_sync_is_what_a_reference_and_a_young_head_prove)
{
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, false, &facts); i++)
                sync_holds(&facts);
}
END_TEST

/* Numbers as a broken or hostile node may send them. */
START_TEST(no_number_makes_a_node_be_in_sync_that_is_not)
{
        static const uint64_t big[] = {0, 1, UINT64_MAX - 1, UINT64_MAX};
        static const int64_t ages[] = {INT64_MIN, INT64_MIN + 1, -1, INT64_MAX};

        for (size_t i = 0; i < COUNT(big) * COUNT(big) * COUNT(ages); i++) {
                size_t number = i;
                struct chain_facts facts = {.running = TRI_YES,
                                            .answers = TRI_YES,
                                            .as_seat = TRI_NO,
                                            .peers = UINT64_MAX,
                                            .references = 1,
                                            .height = PICK(&number, big),
                                            .reference_height = PICK(&number, big),
                                            .head_age_s = PICK(&number, ages)};
                enum chain_sync sync = chain_sync_judge(&limits, &facts);
                bool far = facts.height < facts.reference_height &&
                           facts.reference_height - facts.height > MAX_LAG;
                char why[160] = "";

                chain_sync_explain(&limits, &facts, why, sizeof why);
                MUST(is_sentence(why), &facts);
                MUST((sync == SYNC_IN) == (!far && facts.head_age_s == -1), &facts);
        }
}
END_TEST

static void score_holds(const struct chain_facts *facts, const struct chain_verdict *verdict)
{
        enum chain_score score = verdict->score;

        MUST((score == SCORE_RUINED) == (facts->running == TRI_NO && facts->ruined == TRI_YES),
             facts);
        MUST(IMPLIES(!node_is_known(facts), score == SCORE_NONE || score == SCORE_RUINED), facts);
        MUST(IMPLIES(score == SCORE_READY, is_in_sync(facts) && facts->as_seat == TRI_NO), facts);
        MUST(IMPLIES(score == SCORE_BEHIND, facts->references > 0 && facts->as_seat == TRI_NO),
             facts);
        MUST(IMPLIES(score == SCORE_SIGNER,
                     facts->as_seat == TRI_YES && facts->seat_held != TRI_NO),
             facts);
        MUST(IMPLIES(score == SCORE_SIGNER && facts->seat_held == TRI_YES, signs_rightfully(facts)),
             facts);
}

static void answer_holds(const struct chain_facts *facts, const struct chain_verdict *verdict)
{
        enum ocf_rc rc = verdict->rc;

        MUST(rc == OCF_SUCCESS || rc == OCF_ERR_GENERIC || rc == OCF_NOT_RUNNING ||
                     rc == OCF_RUNNING_PROMOTED || rc == OCF_FAILED_PROMOTED ||
                     rc == OCF_DEGRADED || rc == OCF_DEGRADED_PROMOTED,
             facts);
        /* Unknown is not no: only a node that is known not to run is reported so. */
        MUST((rc == OCF_NOT_RUNNING) == (facts->running == TRI_NO), facts);
        MUST(IMPLIES(facts->running == TRI_YES && !node_is_known(facts), rc == OCF_ERR_GENERIC),
             facts);
        MUST(IMPLIES(facts->running == TRI_UNKNOWN, rc == OCF_ERR_GENERIC), facts);
        MUST(IMPLIES(rc == OCF_SUCCESS, is_in_sync(facts) && facts->as_seat == TRI_NO), facts);
        MUST(IMPLIES(rc == OCF_DEGRADED, node_is_known(facts) && facts->as_seat == TRI_NO), facts);
        MUST(IMPLIES(rc == OCF_RUNNING_PROMOTED,
                     signs_rightfully(facts) && facts->turns_missed == 0 && facts->peers > 0),
             facts);
        /* A silent keeper alone does not end a signer; everything else that is wrong does. */
        MUST(IMPLIES(rc == OCF_DEGRADED_PROMOTED,
                     node_is_known(facts) && facts->as_seat == TRI_YES &&
                             (facts->seat_held == TRI_UNKNOWN || signs_rightfully(facts))),
             facts);
        MUST(IMPLIES(facts->seat_held == TRI_YES && facts->turns_missed >= MISSED_TURNS,
                     rc != OCF_RUNNING_PROMOTED && rc != OCF_DEGRADED_PROMOTED),
             facts);
        MUST(IMPLIES(node_is_known(facts) && facts->as_seat == TRI_YES &&
                             facts->seat_held == TRI_NO,
                     rc == OCF_ERR_GENERIC && verdict->score == SCORE_NONE),
             facts);
        MUST(IMPLIES(rc != OCF_SUCCESS && rc != OCF_RUNNING_PROMOTED,
                     is_refusal(verdict->sentence)),
             facts);
}

/* What must not be refused, or a judge that always says no would be right. */
static void healthy_holds(const struct chain_facts *facts, const struct chain_verdict *verdict)
{
        MUST(IMPLIES(is_in_sync(facts) && facts->as_seat == TRI_NO,
                     verdict->rc == OCF_SUCCESS && verdict->score == SCORE_READY),
             facts);
        MUST(IMPLIES(signs_rightfully(facts) && is_in_sync(facts) && facts->turns_missed == 0,
                     verdict->rc == OCF_RUNNING_PROMOTED && verdict->score == SCORE_SIGNER),
             facts);
        /* Nobody's silence fails a signer that misses no turn; that others are heard to go on does.
         */
        MUST(IMPLIES(signs_rightfully(facts) && facts->turns_missed == 0,
                     (verdict->rc == OCF_FAILED_PROMOTED) == is_left_behind(facts)),
             facts);
}

static void monitor_holds(const struct chain_facts *facts)
{
        struct chain_verdict verdict, refused;

        chain_monitor_judge(&limits, facts, false, &verdict);
        score_holds(facts, &verdict);
        answer_holds(facts, &verdict);
        healthy_holds(facts, &verdict);
        if (verdict.score != SCORE_BEHIND)
                return;
        chain_monitor_judge(&limits, facts, true, &refused);
        MUST(refused.score == SCORE_NONE && refused.rc == verdict.rc, facts);
}

START_TEST(monitor_tells_the_truth_in_every_state)
{
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, true, &facts); i++) {
                monitor_holds(&facts);
                /* Of a signer it may be said that it stood, and that others do not. */
                if (!node_is_known(&facts) || facts.as_seat != TRI_YES)
                        continue;
                facts.stood = true;
                monitor_holds(&facts);
                facts.others_in_sync = true;
                monitor_holds(&facts);
        }
}
END_TEST

START_TEST(refused_promote_changes_no_score_but_that_of_a_node_behind)
{
        struct chain_verdict verdict, refused;
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, false, &facts); i++) {
                chain_monitor_judge(&limits, &facts, false, &verdict);
                chain_monitor_judge(&limits, &facts, true, &refused);
                MUST(refused.rc == verdict.rc, &facts);
                MUST(refused.score == verdict.score || verdict.score == SCORE_BEHIND, &facts);
        }
}
END_TEST

START_TEST(reason_for_missed_turns_is_passed_on)
{
        struct chain_facts facts = {.running = TRI_YES,
                                    .answers = TRI_YES,
                                    .as_seat = TRI_YES,
                                    .seat_held = TRI_YES,
                                    .seat_epoch = 7,
                                    .signer_epoch = 7,
                                    .peers = 1,
                                    .references = 1,
                                    .blame = "the bls-nodekey is not the chain's"};
        struct chain_verdict verdict;

        for (facts.turns_missed = 1; facts.turns_missed <= MISSED_TURNS; facts.turns_missed++) {
                chain_monitor_judge(&limits, &facts, false, &verdict);
                ck_assert_ptr_nonnull(strstr(verdict.sentence, facts.blame));
        }
}
END_TEST

/* A standby that its promote would refuse is no successor, however well it follows the chain; who
 * signs is judged by what it does. */
START_TEST(unfit_standby_has_no_score)
{
        struct chain_facts facts;
        struct chain_verdict unfit, verdict;

        for (size_t i = 0; facts_make(i, false, &facts); i++) {
                chain_monitor_judge(&limits, &facts, false, &verdict);
                (void)snprintf(facts.unfit, sizeof facts.unfit, "kcnd is enabled");
                chain_monitor_judge(&limits, &facts, false, &unfit);
                if (verdict.rc != OCF_SUCCESS && verdict.rc != OCF_DEGRADED) {
                        MUST(unfit.rc == verdict.rc && unfit.score == verdict.score, &facts);
                        continue;
                }
                MUST(unfit.rc == OCF_DEGRADED && unfit.score == SCORE_NONE, &facts);
                MUST(strstr(unfit.sentence, facts.unfit), &facts);
        }
}
END_TEST

static enum chain_promote promote_of(const struct chain_facts *facts, char sentence[static 256])
{
        sentence[0] = '\0';
        return chain_promote_judge(&limits, facts, sentence, 256);
}

static void promote_holds(const struct chain_facts *facts)
{
        char sentence[256];
        enum chain_promote decision = promote_of(facts, sentence);
        bool may_go = facts->seat_held == TRI_YES && node_is_known(facts) && is_in_sync(facts) &&
                      !signs_rightfully(facts);

        MUST((decision == PROMOTE_GO) == may_go, facts);
        MUST((decision == PROMOTE_DONE) == signs_rightfully(facts), facts);
        MUST(IMPLIES(facts->seat_held != TRI_YES || facts->running != TRI_YES,
                     decision == PROMOTE_REFUSE),
             facts);
        MUST(IMPLIES(decision == PROMOTE_REFUSE || decision == PROMOTE_WAIT, is_refusal(sentence)),
             facts);
}

START_TEST(promote_needs_the_seat_and_a_proof_of_being_in_sync)
{
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, true, &facts); i++)
                promote_holds(&facts);
}
END_TEST

/* Node and reference stand at the same block for longer than a round change takes. */
static bool is_halted(const struct chain_facts *facts)
{
        return facts->running == TRI_YES && facts->answers == TRI_YES && facts->references > 0 &&
               facts->peers > 0 && facts->height == facts->reference_height &&
               facts->head_age_s >= HALT_S && facts->reference_age_s >= HALT_S;
}

static void halt_holds(const struct chain_facts *facts)
{
        char waits[256], takes[256];
        struct chain_verdict patient, taken;
        enum chain_promote wait = promote_of(facts, waits);
        enum chain_promote take = chain_promote_judge(&taking, facts, takes, sizeof takes);

        chain_monitor_judge(&limits, facts, true, &patient);
        chain_monitor_judge(&taking, facts, true, &taken);
        if (!is_halted(facts)) {
                MUST(wait == take, facts);
                MUST(patient.rc == taken.rc && patient.score == taken.score, facts);
                return;
        }
        MUST(wait != PROMOTE_GO, facts);
        if (facts->seat_held != TRI_YES || !node_is_known(facts) || signs_rightfully(facts)) {
                MUST(take == wait, facts);
                return;
        }
        MUST(take == PROMOTE_GO && strstr(takes, "on_halt=take"), facts);
        MUST(wait == PROMOTE_WAIT && strstr(waits, "set on_halt=take"), facts);
        /* Also after a refusal, or nobody would ask for the promote again. */
        MUST(IMPLIES(facts->as_seat == TRI_NO,
                     taken.score == SCORE_READY && patient.score == SCORE_NONE),
             facts);
}

START_TEST(seat_of_a_halted_chain_is_taken_only_where_the_operator_says_so)
{
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, true, &facts); i++)
                halt_holds(&facts);
}
END_TEST

/* The one rule above all: what is done while a fact is unknown would be done whichever way it is.
 */
START_TEST(unknown_never_allows_what_a_known_fact_would_forbid)
{
        static const size_t fields[] = {
                offsetof(struct chain_facts, running), offsetof(struct chain_facts, answers),
                offsetof(struct chain_facts, as_seat), offsetof(struct chain_facts, ruined),
                offsetof(struct chain_facts, seat_held)};
        struct chain_facts facts;
        char sentence[256];

        for (size_t i = 0; facts_make(i, true, &facts); i++) {
                enum chain_promote decision = promote_of(&facts, sentence);

                if (decision != PROMOTE_GO && decision != PROMOTE_DONE)
                        continue;
                for (size_t f = 0; f < COUNT(fields); f++) {
                        struct chain_facts other = facts;
                        enum tri *fact = (enum tri *)(void *)((char *)&other + fields[f]);

                        if (*fact != TRI_UNKNOWN)
                                continue;
                        *fact = TRI_NO;
                        MUST(promote_of(&other, sentence) == decision, &facts);
                        *fact = TRI_YES;
                        MUST(promote_of(&other, sentence) == decision, &facts);
                }
        }
}
END_TEST

/* Else Pacemaker would choose a node that refuses, again and again. */
START_TEST(node_that_is_called_ready_is_promoted_once_it_has_the_seat)
{
        struct chain_verdict verdict;
        struct chain_facts facts;
        char sentence[256];

        for (size_t i = 0; facts_make(i, true, &facts); i++) {
                chain_monitor_judge(&limits, &facts, false, &verdict);
                facts.seat_held = TRI_YES;
                if (verdict.score == SCORE_READY)
                        MUST(promote_of(&facts, sentence) == PROMOTE_GO, &facts);
        }
}
END_TEST

static void proof_holds(const struct chain_facts *facts)
{
        struct chain_verdict verdict;
        char sentence[256] = "";
        enum tri proved = chain_signer_proved(&limits, facts, sentence, sizeof sentence);

        /* Waiting would only keep the seat from the other machine. */
        MUST(IMPLIES(facts->running == TRI_NO || facts->seat_held == TRI_NO ||
                             (node_is_known(facts) && facts->as_seat == TRI_NO),
                     proved == TRI_NO),
             facts);
        if (proved != TRI_YES) {
                MUST(is_refusal(sentence), facts);
                /* No is said of what is known to be wrong. */
                MUST(IMPLIES(proved == TRI_NO,
                             facts->running == TRI_NO || facts->as_seat == TRI_NO ||
                                     facts->seat_held == TRI_NO ||
                                     facts->signer_epoch != facts->seat_epoch ||
                                     facts->seat_epoch == 0 || facts->turns_missed >= MISSED_TURNS),
                     facts);
                MUST(!(signs_rightfully(facts) && is_in_sync(facts) && facts->turns_missed == 0),
                     facts);
                return;
        }
        MUST(signs_rightfully(facts), facts);
        MUST(facts->references > 0 && facts->peers > 0, facts);
        MUST(facts->height + MAX_LAG >= facts->reference_height, facts);
        /* In a round change it is not known yet whether this signer hears of the chain. */
        MUST(facts->head_age_s <= MAX_AGE_S || facts->head_age_s >= HALT_S, facts);
        /* A promote that succeeds is one whose monitor would be content. */
        chain_monitor_judge(&limits, facts, false, &verdict);
        MUST(verdict.score == SCORE_SIGNER &&
                     (verdict.rc == OCF_RUNNING_PROMOTED || verdict.rc == OCF_DEGRADED_PROMOTED),
             facts);
}

START_TEST(promote_ends_well_only_with_a_signer_that_monitor_accepts)
{
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, true, &facts); i++)
                proof_holds(&facts);
}
END_TEST

/* The chain of a small network waits for this very validator: its head is old, everybody's is. */
START_TEST(signer_of_a_halted_chain_is_proved)
{
        struct chain_facts facts = {.running = TRI_YES,
                                    .answers = TRI_YES,
                                    .as_seat = TRI_YES,
                                    .seat_held = TRI_YES,
                                    .seat_epoch = 1,
                                    .signer_epoch = 1,
                                    .height = 10,
                                    .reference_height = 10,
                                    .head_age_s = 60,
                                    .reference_age_s = 60,
                                    .peers = 1,
                                    .references = 1};
        char sentence[256];

        ck_assert_int_eq(chain_signer_proved(&limits, &facts, sentence, sizeof sentence), TRI_YES);
}
END_TEST

static uint64_t score_number(enum chain_score score)
{
        uint64_t number = 0;

        ck_assert_int_eq(parse_u64(chain_score_text(score), &number), 0);
        return number;
}

START_TEST(scores_are_numbers_that_pacemaker_takes)
{
        ck_assert_ptr_null(chain_score_text(SCORE_NONE));
        ck_assert_str_eq(chain_score_text(SCORE_RUINED), "-INFINITY");
        ck_assert_uint_gt(score_number(SCORE_BEHIND), 0);
        ck_assert_uint_gt(score_number(SCORE_READY), score_number(SCORE_BEHIND));
        ck_assert_uint_gt(score_number(SCORE_SIGNER), score_number(SCORE_READY));
        /* The examples' resource-stickiness of 1000 lies above every gap. */
        ck_assert_uint_lt(score_number(SCORE_SIGNER), 1000);
}
END_TEST

/* The floor never falls: a number from another network would stay in it. */
static void height_holds(const struct chain_facts *facts)
{
        bool told = chain_height_counts(&limits, facts);

        MUST(IMPLIES(told, facts->answers == TRI_YES && facts->floor_kept == TRI_YES), facts);
        MUST(IMPLIES(told && facts->as_seat != TRI_YES,
                     is_in_sync(facts) && facts->height <= facts->reference_height + MAX_LAG),
             facts);
        /* What a signer votes upon counts though the references are silent. */
        MUST(IMPLIES(node_is_known(facts) && facts->as_seat == TRI_YES &&
                             facts->floor_kept == TRI_YES && facts->references == 0,
                     told),
             facts);
}

START_TEST(height_of_a_standby_counts_when_it_is_in_sync)
{
        struct chain_facts facts;

        for (size_t i = 0; facts_make(i, false, &facts); i++) {
                height_holds(&facts);
                facts.floor_kept = TRI_YES;
                height_holds(&facts);
                facts.height = facts.reference_height + MAX_LAG + 1;
                height_holds(&facts);
        }
}
END_TEST

SUITE_MAIN("chain/role", TEST(in_sync_is_what_a_reference_and_a_young_head_prove),
           TEST(no_number_makes_a_node_be_in_sync_that_is_not),
           TEST(monitor_tells_the_truth_in_every_state),
           TEST(refused_promote_changes_no_score_but_that_of_a_node_behind),
           TEST(reason_for_missed_turns_is_passed_on), TEST(unfit_standby_has_no_score),
           TEST(promote_needs_the_seat_and_a_proof_of_being_in_sync),
           TEST(seat_of_a_halted_chain_is_taken_only_where_the_operator_says_so),
           TEST(unknown_never_allows_what_a_known_fact_would_forbid),
           TEST(node_that_is_called_ready_is_promoted_once_it_has_the_seat),
           TEST(promote_ends_well_only_with_a_signer_that_monitor_accepts),
           TEST(signer_of_a_halted_chain_is_proved),
           TEST(height_of_a_standby_counts_when_it_is_in_sync),
           TEST(scores_are_numbers_that_pacemaker_takes))
