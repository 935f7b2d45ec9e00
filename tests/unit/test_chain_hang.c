/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/hang.h"

#include "suite.h"

static const struct chain_limits limits = {.max_lag = 2};
static const struct chain_pace pace = {.peers = 5, .every_ms = 10000};

/* A node that is seen at block 100 at 0 ms, then so. */
static const struct {
        int64_t at_ms;
        enum tri answers;
        uint64_t height, peers, references, reference_height;
        bool hangs;
} looks[] = {
        {4000, TRI_YES, 100, 5, 1, 103, true},
        {3999, TRI_YES, 100, 5, 1, 103, false},
        /* it fetches a few blocks more */
        {9000, TRI_YES, 101, 5, 1, 110, false},
        /* with so few peers it does so now and then only */
        {13999, TRI_YES, 100, 4, 1, 113, false},
        {14000, TRI_YES, 100, 4, 1, 113, true},
        /* the chain itself stands, or nobody knows */
        {60000, TRI_YES, 100, 5, 1, 102, false},
        {60000, TRI_YES, 100, 5, 0, 160, false},
        {60000, TRI_NO, 0, 0, 1, 160, false},
};

START_TEST(a_node_hangs_that_stands_while_the_chain_goes_on)
{
        struct chain_facts facts = {.running = TRI_YES, .answers = TRI_YES, .height = 100};
        struct chain_hang hang = {0};

        ck_assert(!chain_hangs(&hang, &pace, &limits, &facts, 0));
        facts.answers = looks[_i].answers;
        facts.height = looks[_i].height;
        facts.peers = looks[_i].peers;
        facts.references = looks[_i].references;
        facts.reference_height = looks[_i].reference_height;
        ck_assert_int_eq(chain_hangs(&hang, &pace, &limits, &facts, looks[_i].at_ms),
                         looks[_i].hangs);
}
END_TEST

START_TEST(silence_between_begins_the_patience_anew)
{
        struct chain_facts facts = {.running = TRI_YES,
                                    .answers = TRI_YES,
                                    .height = 100,
                                    .peers = 5,
                                    .references = 1,
                                    .reference_height = 110};
        struct chain_hang hang = {0};

        ck_assert(!chain_hangs(&hang, &pace, &limits, &facts, 0));
        facts.answers = TRI_NO;
        ck_assert(!chain_hangs(&hang, &pace, &limits, &facts, 3000));
        facts.answers = TRI_YES;
        ck_assert(!chain_hangs(&hang, &pace, &limits, &facts, 5000));
        ck_assert(!chain_hangs(&hang, &pace, &limits, &facts, 8999));
        ck_assert(chain_hangs(&hang, &pace, &limits, &facts, 9000));
}
END_TEST

SUITE_MAIN("chain/hang", TABLE(a_node_hangs_that_stands_while_the_chain_goes_on, looks),
           TEST(silence_between_begins_the_patience_anew))
