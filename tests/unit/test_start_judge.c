/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/start_judge.h"

#include <string.h>

#include "suite.h"

/* Every combination: only where kcn is told nothing else, and only an own key, or the seat's key
 * under the very epoch for which the keeper is armed, may start. */
START_TEST(only_a_promote_starts_with_the_seats_key)
{
        static const enum tri all[] = {TRI_UNKNOWN, TRI_NO, TRI_YES};
        const struct start_facts facts = {.fit = _i / 54,
                                          .seats_key = all[_i % 3],
                                          .held = all[_i / 3 % 3],
                                          .armed = all[_i / 9 % 3],
                                          .epoch = 7,
                                          .signer_epoch = _i / 27 % 2 ? 7 : 6};
        const bool own = facts.seats_key == TRI_NO;
        const bool promoted = facts.seats_key == TRI_YES && facts.held == TRI_YES &&
                              facts.armed == TRI_YES && facts.signer_epoch == facts.epoch;

        ck_assert_int_eq(start_refusal(&facts) == NULL, facts.fit && (own || promoted));
}
END_TEST

static const struct {
        struct start_facts facts;
        const char *says;
} sentences[] = {
        {{.seats_key = TRI_NO}, "cannot stand"},
        {{.fit = true, .seats_key = TRI_UNKNOWN}, "whose key"},
        {{.fit = true, .seats_key = TRI_YES}, "does not say"},
        {{.fit = true, .seats_key = TRI_YES, .held = TRI_NO}, "does not hold"},
        {{.fit = true, .seats_key = TRI_YES, .held = TRI_YES, .armed = TRI_NO}, "only a promote"},
};

START_TEST(a_refusal_says_why)
{
        ck_assert_ptr_nonnull(strstr(start_refusal(&sentences[_i].facts), sentences[_i].says));
}
END_TEST

#define COMBINATIONS ((const char[108]){0}) /* for their number alone */

SUITE_MAIN("start_judge", TABLE(only_a_promote_starts_with_the_seats_key, COMBINATIONS),
           TABLE(a_refusal_says_why, sentences))
