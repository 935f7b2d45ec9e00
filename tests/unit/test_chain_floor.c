/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/floor.h"

#include <string.h>

#include "suite.h"

static struct chain_facts held(uint64_t floor, uint64_t own, uint64_t reference)
{
        return (struct chain_facts){.answers = TRI_YES,
                                    .height = own,
                                    .references = 1,
                                    .reference_height = reference,
                                    .seat_held = TRI_YES,
                                    .floor_kept = TRI_YES,
                                    .floor = floor};
}

/* Where the record is old, who is asked under the lease knows better (M13), and not every reference
 * has the block that the old holder ended with: here the own node has it. */
static const struct {
        uint64_t floor, own, reference, seen;
} records[] = {
        {100, 1, 109, 109},   {109, 1, 100, 109},   {0, 1, 100, 100},
        {100, 106, 103, 106}, {100, 103, 106, 106},
};

START_TEST(floor_is_the_highest_that_was_seen_before_the_lease)
{
        struct chain_facts facts = held(records[_i].floor, records[_i].own, records[_i].reference);
        struct chain_floor floor = {0};

        chain_floor_fix(&floor, &facts);
        ck_assert(floor.fixed);
        ck_assert_uint_eq(floor.seen, records[_i].seen);
        /* What comes later is the next height, not an older one. */
        facts = held(200, 200, 200);
        chain_floor_fix(&floor, &facts);
        ck_assert_uint_eq(floor.seen, records[_i].seen);
}
END_TEST

/* The record says where the released signer ended: neither what was seen since nor a reference
 * raises it, and a reference is not needed to fix it. */
START_TEST(floor_of_a_signer_that_was_released_in_order_is_its_own_head)
{
        struct chain_facts facts = held(140, 120, 150);
        struct chain_floor floor = {.margin = 1};
        char sentence[256] = "";

        facts.ended = true;
        facts.ended_at = 100;
        facts.references = (size_t)_i;
        chain_floor_fix(&floor, &facts);
        ck_assert(floor.fixed);
        ck_assert_uint_eq(floor.seen, 100);
        ck_assert_int_eq(chain_floor_passed(&floor, &facts, sentence, sizeof sentence), _i > 0);
}
END_TEST

START_TEST(floor_is_not_fixed_before_all_of_it_is_known)
{
        struct chain_facts facts[] = {held(9, 9, 9), held(9, 9, 9), held(9, 9, 9), held(9, 9, 9),
                                      held(9, 9, 9)};
        struct chain_floor floor = {0};
        char sentence[256] = "";

        facts[0].seat_held = TRI_NO;
        facts[1].seat_held = TRI_UNKNOWN;
        facts[2].floor_kept = TRI_UNKNOWN;
        facts[3].references = 0;
        facts[4].answers = TRI_UNKNOWN;
        chain_floor_fix(&floor, &facts[_i]);
        ck_assert(!floor.fixed);
        ck_assert(!chain_floor_passed(&floor, &facts[_i], sentence, sizeof sentence));
        ck_assert(*sentence);
}
END_TEST

/* Floor 100 and margin 1: both have to be at 101. */
static const struct {
        uint64_t own, reference;
        bool halted, passed;
} heads[] = {
        {100, 100, false, false}, {101, 100, false, false}, {100, 101, false, false},
        {101, 101, false, true},  {105, 101, false, true},  {100, 100, true, true},
        {99, 100, true, false},   {101, 101, true, true},
};

START_TEST(nothing_is_signed_before_both_are_past_the_floor)
{
        const struct chain_facts facts = held(100, heads[_i].own, heads[_i].reference);
        const struct chain_floor floor = {
                .margin = 1, .halted = heads[_i].halted, .fixed = true, .seen = 100};
        char sentence[256] = "";

        ck_assert_int_eq(chain_floor_passed(&floor, &facts, sentence, sizeof sentence),
                         heads[_i].passed);
        if (!heads[_i].passed)
                ck_assert_ptr_nonnull(strstr(sentence, "'101'"));
}
END_TEST

START_TEST(who_is_silent_is_named)
{
        const struct chain_facts silent = {.floor_kept = TRI_UNKNOWN};
        const struct chain_facts alone = {
                .floor_kept = TRI_YES, .seat_held = TRI_YES, .answers = TRI_YES};
        const struct chain_facts mute = {.floor_kept = TRI_YES, .seat_held = TRI_YES};
        const struct chain_floor floor = {0};
        char sentence[256] = "";

        ck_assert(!chain_floor_passed(&floor, &silent, sentence, sizeof sentence));
        ck_assert_ptr_nonnull(strstr(sentence, "the keeper"));
        ck_assert(!chain_floor_passed(&floor, &alone, sentence, sizeof sentence));
        ck_assert_ptr_nonnull(strstr(sentence, "no reference"));
        ck_assert(!chain_floor_passed(&floor, &mute, sentence, sizeof sentence));
        ck_assert_ptr_nonnull(strstr(sentence, "the own node"));
}
END_TEST

START_TEST(an_authority_without_a_floor_waits_for_none)
{
        const struct chain_facts facts = {.floor_kept = TRI_NO};
        const struct chain_floor floor = {0};
        char sentence[256] = "";

        ck_assert(chain_floor_passed(&floor, &facts, sentence, sizeof sentence));
}
END_TEST

#define UNKNOWNS ((const char[5]){0}) /* for their number alone */

SUITE_MAIN("chain_floor", TABLE(floor_is_the_highest_that_was_seen_before_the_lease, records),
           TABLE(floor_is_not_fixed_before_all_of_it_is_known, UNKNOWNS),
           TABLE(nothing_is_signed_before_both_are_past_the_floor, heads),
           TABLE(floor_of_a_signer_that_was_released_in_order_is_its_own_head,
                 ((const char[2]){0})),
           TEST(who_is_silent_is_named), TEST(an_authority_without_a_floor_waits_for_none))
