/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/turns.h"

#include "suite.h"

/* What a block says, and how many turns are missed then. */
struct turn_row {
        struct turn_block block;
        uint64_t missed;
};

static void rows_count(const struct turn_row *rows, size_t count)
{
        struct turns turns = {0};

        for (size_t i = 0; i < count; i++) {
                turns_count(&turns, &rows[i].block);
                ck_assert_msg(turns.missed == rows[i].missed, "row %zu: %d missed", i,
                              (int)turns.missed);
        }
}

#define OTHERS(n)             \
        {                     \
                .number = (n) \
        }
#define OWN_TURN(n)                                                    \
        {                                                              \
                .number = (n), .proposed_here = true, .due_here = true \
        }
#define MISSED(n)                                           \
        {                                                   \
                .number = (n), .due_here = true, .round = 1 \
        }

START_TEST(turns_are_missed_in_a_row_until_an_own_proposal)
{
        static const struct turn_row rows[] = {
                {OTHERS(10), 0}, {MISSED(11), 1}, {OTHERS(12), 1},   {MISSED(15), 2},
                {MISSED(19), 3}, {OTHERS(20), 3}, {OWN_TURN(23), 0}, {MISSED(27), 1},
        };

        rows_count(rows, sizeof rows / sizeof *rows);
}
END_TEST

START_TEST(turn_that_failed_before_anybody_looked_is_not_ours)
{
        static const struct turn_row rows[] = {{MISSED(10), 0}, {MISSED(11), 1}};

        rows_count(rows, sizeof rows / sizeof *rows);
}
END_TEST

START_TEST(block_counts_once)
{
        static const struct turn_row rows[] = {
                {OTHERS(10), 0}, {MISSED(11), 1},   {MISSED(11), 1},
                {MISSED(10), 1}, {OWN_TURN(11), 1},
        };

        rows_count(rows, sizeof rows / sizeof *rows);
}
END_TEST

/* Another validator's turn that fails, or ours that another took over in the end. */
START_TEST(rounds_tell_whose_turn_failed)
{
        static const struct turn_row rows[] = {
                {OTHERS(10), 0},
                {{.number = 11, .round = 3}, 0},
                {{.number = 12, .due_here = true, .round = 0}, 0},
                {{.number = 13, .proposed_here = true, .round = 2}, 0},
                {{.number = 14, .due_here = true, .round = UINT64_MAX}, 1},
        };

        rows_count(rows, sizeof rows / sizeof *rows);
}
END_TEST

SUITE_MAIN("kcn-node/turns", TEST(turns_are_missed_in_a_row_until_an_own_proposal),
           TEST(turn_that_failed_before_anybody_looked_is_not_ours), TEST(block_counts_once),
           TEST(rounds_tell_whose_turn_failed))
