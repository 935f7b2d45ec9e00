/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat/summary.h"

#include "suite.h"

static const struct {
        struct seat_view view;
        const char *text;
} views[] = {
        {{.held = TRI_YES, .epoch = 7, .lease = "held", .gate = "leased"},
         "held, epoch 7, gate leased"},
        {{.held = TRI_YES, .epoch = 7, .lease = "held", .gate = "none"}, "held, epoch 7, NO GATE"},
        {{.held = TRI_YES, .epoch = 7, .lease = "watching", .gate = "closed"},
         "held, epoch 7, LEASE NOT RENEWED, gate closed"},
        {{.held = TRI_YES, .epoch = 2, .fault = "nodekey is gone"},
         "held, epoch 2, FAULT, by fencing"},
        {{.held = TRI_YES, .epoch = 2, .accepted_risk = true},
         "held, epoch 2, by fencing, RISK ACCEPTED"},
        {{.held = TRI_NO, .lease = "watching", .gate = "standby"}, "not here"},
        {{.held = TRI_NO, .lease = "watching", .gate = "closed"}, "not here, gate closed"},
        {{.held = TRI_NO, .lease = "waiting", .gate = "standby"}, "waiting"},
        {{.held = TRI_NO}, "not here, by fencing"},
        {{.held = TRI_UNKNOWN}, "KEEPER SILENT"},
};

START_TEST(the_seat_is_told_in_a_few_words)
{
        char text[SEAT_SUMMARY_SIZE];

        seat_summarize(&views[_i].view, text);
        ck_assert_str_eq(text, views[_i].text);
}
END_TEST

START_TEST(a_keeper_that_is_silent_is_told)
{
        char text[SEAT_SUMMARY_SIZE];

        seat_summarize(NULL, text);
        ck_assert_str_eq(text, "KEEPER SILENT");
}
END_TEST

SUITE_MAIN("seat_summary", TABLE(the_seat_is_told_in_a_few_words, views),
           TEST(a_keeper_that_is_silent_is_told))
