/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/judge.h"

#include <string.h>

#include "suite.h"

#define LOCALS 4
#define REMOTES 9
#define MEMORIES 4
#define GRACE_MS 600000

/* Every combination of facts; the loop variable of a test is taken apart. */
struct combination {
        struct address_facts facts;
        struct address_monitor_rules rules;
        struct address_progress progress;
};

#define COMBINATIONS (LOCALS * REMOTES * MEMORIES * 2 * 2 * 2 * 2 * 2)

static struct combination combination_of(int i)
{
        struct combination all = {.rules.grace_ms = GRACE_MS, .facts.holder = "i-other"};

        all.facts.local = (enum address_local)(i % LOCALS);
        i /= LOCALS;
        all.facts.remote = (enum address_remote)(i % REMOTES);
        i /= REMOTES;
        all.facts.memory = (enum address_memory)(i % MEMORIES);
        i /= MEMORIES;
        all.facts.proof_age_ms = i % 2 ? GRACE_MS : GRACE_MS + 1;
        i /= 2;
        all.rules.probe = i % 2;
        i /= 2;
        all.rules.api_wanted = i % 2;
        i /= 2;
        all.progress.asked = i % 2;
        i /= 2;
        all.progress.patient = i % 2;
        return all;
}

static bool api_silent(const struct address_facts *facts)
{
        return facts->remote == REMOTE_NOT_ASKED || facts->remote == REMOTE_UNKNOWN ||
               facts->remote == REMOTE_DENIED;
}

static bool api_says_gone(const struct address_facts *facts)
{
        return facts->remote == REMOTE_FREE || facts->remote == REMOTE_OTHER ||
               facts->remote == REMOTE_NO_ADDRESS;
}

static void each_combination(void (*check)(struct combination all))
{
        for (int i = 0; i < COMBINATIONS; i++)
                check(combination_of(i));
}

static void monitor_says_not_running_in(struct combination all)
{
        const struct address_facts *facts = &all.facts;
        struct ocf_error err = {0};
        enum ocf_rc rc = address_judge_monitor(facts, &all.rules, &err);
        bool local_evidence = facts->local == LOCAL_ABSENT &&
                              (facts->memory == MEMORY_NONE || facts->memory == MEMORY_NOT_OURS);

        if (rc == OCF_NOT_RUNNING)
                ck_assert(api_says_gone(facts) || (api_silent(facts) && local_evidence) ||
                          (facts->remote == REMOTE_WRONG_ADDRESS && all.rules.probe));
        if (api_says_gone(facts))
                ck_assert_int_eq(rc, OCF_NOT_RUNNING);
        if (facts->remote == REMOTE_HERE)
                ck_assert_int_eq(rc, OCF_SUCCESS);
        ck_assert(rc == OCF_SUCCESS || ocf_error_set(&err));
}

START_TEST(monitor_says_not_running_only_on_evidence)
{
        each_combination(monitor_says_not_running_in);
}
END_TEST

static void monitor_waits_out_a_in(struct combination all)
{
        const struct address_facts *facts = &all.facts;
        enum ocf_rc rc = address_judge_monitor(facts, &all.rules, NULL);

        if (!api_silent(facts) || facts->local == LOCAL_MISPLACED)
                return;
        if (facts->local == LOCAL_HERE && !all.rules.api_wanted)
                ck_assert_int_eq(rc, OCF_SUCCESS);
        else if (facts->memory == MEMORY_OURS)
                ck_assert_int_eq(rc,
                                 facts->proof_age_ms <= GRACE_MS ? OCF_SUCCESS : OCF_ERR_GENERIC);
        else if (facts->local != LOCAL_ABSENT)
                ck_assert_int_eq(rc, OCF_ERR_GENERIC);
}

START_TEST(monitor_waits_out_a_silent_api_and_then_fails_softly)
{
        each_combination(monitor_waits_out_a_in);
}
END_TEST

static void proof_from_the_future_in(struct combination all)
{
        struct combination never = all;

        all.facts.proof_age_ms = -1;
        never.facts.proof_age_ms = INT64_MAX;
        ck_assert_int_eq(address_judge_monitor(&all.facts, &all.rules, NULL),
                         address_judge_monitor(&never.facts, &never.rules, NULL));
}

START_TEST(proof_of_another_boot_proves_nothing)
{
        each_combination(proof_from_the_future_in);
}
END_TEST

static void start_is_done_only_in(struct combination all)
{
        const struct address_facts *facts = &all.facts;
        enum ocf_rc rc = OCF_SUCCESS;
        enum address_step step = address_judge_start(facts, &all.progress, &rc, NULL);

        ck_assert_int_eq(step == STEP_DONE,
                         facts->remote == REMOTE_HERE && facts->local == LOCAL_HERE);
        ck_assert_int_ne(step, STEP_DISASSOCIATE);
        if (step == STEP_FAIL)
                ck_assert_int_ne(rc, OCF_SUCCESS);
        if (step == STEP_ASSOCIATE) /* looked up first, not ours, and not asked for before */
                ck_assert(!all.progress.asked &&
                          (facts->remote == REMOTE_FREE || facts->remote == REMOTE_OTHER ||
                           facts->remote == REMOTE_MISPLACED));
}

START_TEST(start_is_done_only_when_both_witnesses_agree)
{
        each_combination(start_is_done_only_in);
}
END_TEST

static void stop_is_done_only_in(struct combination all)
{
        const struct address_facts *facts = &all.facts;
        enum address_step step = address_judge_stop(facts, &all.progress);
        bool disputed = facts->local == LOCAL_HERE && all.progress.patient &&
                        (facts->remote == REMOTE_FREE || facts->remote == REMOTE_OTHER);
        bool gone = (api_says_gone(facts) || facts->remote == REMOTE_WRONG_ADDRESS) && !disputed;
        bool proved_here = api_silent(facts) && facts->local == LOCAL_ABSENT &&
                           facts->memory != MEMORY_PENDING;

        ck_assert_int_eq(step == STEP_DONE, gone || proved_here);
        ck_assert_int_ne(step, STEP_ASSOCIATE);
        ck_assert_int_ne(step, STEP_FAIL);
        if (step == STEP_DISASSOCIATE) /* our own, by the id of the same answer */
                ck_assert(facts->remote == REMOTE_HERE || facts->remote == REMOTE_MISPLACED);
}

START_TEST(stop_is_done_only_when_it_is_proved)
{
        each_combination(stop_is_done_only_in);
}
END_TEST

static void monitor_after_a_start_in(struct combination all)
{
        enum ocf_rc rc;

        if (address_judge_start(&all.facts, &all.progress, &rc, NULL) == STEP_DONE)
                ck_assert_int_eq(address_judge_monitor(&all.facts, &all.rules, NULL), OCF_SUCCESS);
}

START_TEST(monitor_after_a_start_that_is_done_says_running)
{
        each_combination(monitor_after_a_start_in);
}
END_TEST

static void monitor_after_a_stop_in(struct combination all)
{
        if (address_judge_stop(&all.facts, &all.progress) != STEP_DONE)
                return;
        /* A stop leaves this behind. */
        all.facts.memory = MEMORY_NOT_OURS;
        if (api_silent(&all.facts) || api_says_gone(&all.facts))
                ck_assert_int_eq(address_judge_monitor(&all.facts, &all.rules, NULL),
                                 OCF_NOT_RUNNING);
}

START_TEST(monitor_after_a_stop_that_is_done_does_not_say_running)
{
        each_combination(monitor_after_a_stop_in);
}
END_TEST

START_TEST(api_is_needed_unless_the_metadata_has_the_address)
{
        ck_assert(!address_needs_api(LOCAL_HERE));
        ck_assert(address_needs_api(LOCAL_ABSENT));
        ck_assert(address_needs_api(LOCAL_UNKNOWN));
        ck_assert(address_needs_api(LOCAL_MISPLACED));
}
END_TEST

SUITE_MAIN("elastic_ip_judge", TEST(monitor_says_not_running_only_on_evidence),
           TEST(monitor_waits_out_a_silent_api_and_then_fails_softly),
           TEST(proof_of_another_boot_proves_nothing),
           TEST(start_is_done_only_when_both_witnesses_agree),
           TEST(stop_is_done_only_when_it_is_proved),
           TEST(monitor_after_a_start_that_is_done_says_running),
           TEST(monitor_after_a_stop_that_is_done_does_not_say_running),
           TEST(api_is_needed_unless_the_metadata_has_the_address))
