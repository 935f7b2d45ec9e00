/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quorum/votes.h"

#include "own.h"
#include "suite.h"

static const struct {
        struct quorum_votes votes;
        const char *text;
} rows[] = {
        {{.quorate = true,
          .present = 2,
          .expected = 2,
          .needed = 1,
          .two_node = true,
          .wait_for_all = true},
         "quorate, 2 of 2 votes; two_node: one is enough"},
        {{.present = 1, .expected = 2, .needed = 1, .two_node = true, .wait_for_all = true},
         "NOT quorate, 1 of 2 votes; two_node: one is enough; waits until it has seen every node "
         "once (wait_for_all)"},
        {{.present = 1, .expected = 3, .needed = 2, .wait_for_all = true},
         "NOT quorate, 1 of 3 votes"},
        {{.quorate = true,
          .present = 2,
          .expected = 3,
          .needed = 2,
          .qdevice = true,
          .qdevice_votes = true},
         "quorate, 2 of 3 votes, the qdevice's among them"},
        {{.quorate = true, .present = 2, .expected = 3, .needed = 2, .qdevice = true},
         "quorate, 2 of 3 votes, and none of the qdevice"},
};

START_TEST(votes_are_told_with_what_they_wait_for)
{
        OWN_TEXT char *text = quorum_votes_format(&rows[_i].votes);

        ck_assert_str_eq(text, rows[_i].text);
}
END_TEST

SUITE_MAIN("quorum/votes", TABLE(votes_are_told_with_what_they_wait_for, rows))
