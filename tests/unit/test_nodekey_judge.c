/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every combination of what can be known about a seat, against properties that do not look at how
 * the judge decides. */
#include "agents/nodekey/judge.h"

#include <string.h>

#include "ocf/error.h"
#include "suite.h"

static const enum tri tris[] = {TRI_UNKNOWN, TRI_NO, TRI_YES};
static const uint64_t epochs[] = {0, 1, 2};
static const bool bools[] = {false, true};

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PICK(number, array) ((array)[seat_digit_take((number), COUNT(array))])

static size_t seat_digit_take(size_t *number, size_t base)
{
        size_t digit = *number % base;

        *number /= base;
        return digit;
}

/* The combination of that number; false when there are no more. */
static bool seat_facts_make(size_t number, struct nodekey_facts *facts)
{
        *facts = (struct nodekey_facts){0};
        facts->answers = PICK(&number, tris);
        facts->held = PICK(&number, tris);
        facts->left_over = PICK(&number, tris);
        facts->right = PICK(&number, tris);
        facts->address_matches = PICK(&number, tris);
        facts->fences = PICK(&number, tris);
        facts->quorate = PICK(&number, tris);
        facts->by_fencing = PICK(&number, tris);
        facts->epoch = PICK(&number, epochs);
        facts->started_epoch = PICK(&number, epochs);
        facts->accepted_risk = PICK(&number, bools);
        return number == 0;
}

static const char *seat_facts_show(const struct nodekey_facts *facts)
{
        static char text[512];

        (void)snprintf(text, sizeof text,
                       "answers=%s held=%s left_over=%s right=%s address=%s fences=%s quorate=%s "
                       "by_fencing=%s epochs=%d/%d risk=%d",
                       tri_name(facts->answers), tri_name(facts->held), tri_name(facts->left_over),
                       tri_name(facts->right), tri_name(facts->address_matches),
                       tri_name(facts->fences), tri_name(facts->quorate),
                       tri_name(facts->by_fencing), (int)facts->started_epoch, (int)facts->epoch,
                       facts->accepted_risk);
        return text;
}

/* ck_assert counts each call through a pipe: a million of them take long. */
#define MUST(what, facts)                                                                    \
        do {                                                                                 \
                if (!(what))                                                                 \
                        ck_abort_msg("not so: %s, where %s", #what, seat_facts_show(facts)); \
        } while (0)
#define IMPLIES(a, b) (!(a) || (b))

/* Something keeps a second machine from signing: fencing that works in a cluster that stops without
 * quorum, an authority of another kind, or the operator's signature. */
static bool seat_is_guarded(const struct nodekey_facts *facts)
{
        return (facts->fences == TRI_YES && facts->quorate == TRI_YES) ||
               facts->by_fencing == TRI_NO || facts->accepted_risk;
}

static void start_holds(const struct nodekey_facts *facts)
{
        const char *sentence = "untouched";
        enum ocf_rc rc = nodekey_start_judge(facts, &sentence);
        bool may = facts->answers == TRI_YES && facts->address_matches == TRI_YES &&
                   seat_is_guarded(facts);

        MUST((rc == OCF_SUCCESS) == may, facts);
        MUST(rc == OCF_SUCCESS || rc == OCF_ERR_GENERIC || rc == OCF_ERR_INSTALLED, facts);
        /* Only what is known to be this machine's mistake keeps the seat off it for good. */
        MUST((rc == OCF_ERR_INSTALLED) ==
                     (facts->answers == TRI_YES && facts->address_matches == TRI_NO),
             facts);
        MUST(IMPLIES(rc == OCF_SUCCESS, !sentence), facts);
        MUST(IMPLIES(sentence, strlen(sentence) <= OCF_REASON_MAX), facts);
        /* Why a keeper is silent was said by who asked it. */
        MUST(IMPLIES(rc != OCF_SUCCESS && facts->answers == TRI_YES, sentence && *sentence), facts);
}

START_TEST(seat_is_taken_only_where_something_excludes_a_second_signer)
{
        struct nodekey_facts facts;

        for (size_t i = 0; seat_facts_make(i, &facts); i++)
                start_holds(&facts);
}
END_TEST

START_TEST(refusal_says_what_to_set)
{
        struct nodekey_facts facts = {.answers = TRI_YES,
                                      .address_matches = TRI_YES,
                                      .by_fencing = TRI_YES,
                                      .fences = TRI_NO,
                                      .quorate = TRI_YES};
        const char *sentence;

        ck_assert_int_eq(nodekey_start_judge(&facts, &sentence), OCF_ERR_GENERIC);
        ck_assert_ptr_nonnull(strstr(sentence, "stonith-enabled is false"));
        ck_assert_ptr_nonnull(strstr(sentence, "set it to true, or accept_risk=yes"));
        facts.fences = TRI_YES;
        facts.quorate = TRI_NO;
        ck_assert_int_eq(nodekey_start_judge(&facts, &sentence), OCF_ERR_GENERIC);
        ck_assert_ptr_nonnull(strstr(sentence, "no-quorum-policy is ignore"));
        ck_assert_ptr_nonnull(strstr(sentence, "set it to stop, or accept_risk=yes"));
}
END_TEST

static const struct {
        enum tri by_fencing, gated, fences, quorate;
        const char *words;
} promises[] = {
        {TRI_NO, TRI_YES, TRI_NO, TRI_NO, "no packet of an old lease"},
        {TRI_NO, TRI_YES, TRI_YES, TRI_YES, "no packet of an old lease"},
        {TRI_NO, TRI_NO, TRI_YES, TRI_YES, "no gate stands"},
        {TRI_NO, TRI_UNKNOWN, TRI_YES, TRI_YES, "no gate stands"},
        {TRI_YES, TRI_UNKNOWN, TRI_YES, TRI_YES, "as long as fencing works"},
        {TRI_YES, TRI_UNKNOWN, TRI_NO, TRI_YES, "promised: nothing"},
        {TRI_YES, TRI_UNKNOWN, TRI_YES, TRI_NO, "promised: nothing"},
        {TRI_YES, TRI_UNKNOWN, TRI_UNKNOWN, TRI_YES, "promised: nothing"},
        {TRI_UNKNOWN, TRI_YES, TRI_YES, TRI_YES, "promised: nothing"},
};

/* The operator's signature makes no promise weaker where something else gives it. */
START_TEST(promise_is_what_is_known_to_give_it)
{
        const struct nodekey_facts facts = {.answers = TRI_YES,
                                            .address_matches = TRI_YES,
                                            .by_fencing = promises[_i].by_fencing,
                                            .gated = promises[_i].gated,
                                            .fences = promises[_i].fences,
                                            .quorate = promises[_i].quorate,
                                            .accepted_risk = true};

        ck_assert_ptr_nonnull(strstr(nodekey_promise(&facts), promises[_i].words));
}
END_TEST

static void monitor_holds(const struct nodekey_facts *facts, bool probe)
{
        const char *sentence = "untouched";
        enum ocf_rc rc = nodekey_monitor_judge(facts, probe, &sentence);
        bool as_started =
                probe || facts->started_epoch == 0 || facts->started_epoch == facts->epoch;
        bool is_held = facts->answers == TRI_YES && facts->held == TRI_YES &&
                       facts->right == TRI_YES && facts->address_matches == TRI_YES && as_started;
        bool known_absent = facts->left_over == TRI_NO &&
                            (facts->answers == TRI_YES ? facts->held == TRI_NO : probe);

        MUST((rc == OCF_SUCCESS) == is_held, facts);
        MUST((rc == OCF_NOT_RUNNING) == known_absent, facts);
        MUST(rc == OCF_SUCCESS || rc == OCF_NOT_RUNNING || rc == OCF_ERR_GENERIC, facts);
        MUST(IMPLIES(rc == OCF_SUCCESS || rc == OCF_NOT_RUNNING, !sentence), facts);
        /* The keeper says itself what is wrong with its files. */
        MUST(IMPLIES(rc == OCF_ERR_GENERIC && facts->answers == TRI_YES && facts->right == TRI_YES,
                     sentence && *sentence),
             facts);
}

START_TEST(monitor_calls_a_seat_held_or_absent_only_when_it_is_known)
{
        struct nodekey_facts facts;

        for (size_t i = 0; seat_facts_make(i, &facts); i++) {
                monitor_holds(&facts, false);
                monitor_holds(&facts, true);
        }
}
END_TEST

START_TEST(stop_without_a_keeper_succeeds_only_where_nothing_is_left)
{
        struct nodekey_facts facts;

        for (size_t i = 0; seat_facts_make(i, &facts); i++) {
                const char *sentence = "untouched";
                enum ocf_rc rc = nodekey_stop_judge(&facts, &sentence);

                MUST((rc == OCF_SUCCESS) == (facts.answers == TRI_YES || facts.left_over == TRI_NO),
                     &facts);
                MUST(rc == OCF_SUCCESS || rc == OCF_ERR_GENERIC, &facts);
                MUST(!sentence, &facts);
        }
}
END_TEST

SUITE_MAIN("nodekey/judge", TEST(seat_is_taken_only_where_something_excludes_a_second_signer),
           TEST(refusal_says_what_to_set), TABLE(promise_is_what_is_known_to_give_it, promises),
           TEST(monitor_calls_a_seat_held_or_absent_only_when_it_is_known),
           TEST(stop_without_a_keeper_succeeds_only_where_nothing_is_left))
