/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static void summary_add(char *text, const char *part)
{
        const size_t length = strlen(text);

        (void)snprintf(text + length, SEAT_SUMMARY_SIZE - length, "%s", part);
}

/* A lease that is waited for or held is enforced by the gate; without a lease by fencing alone. */
static void summary_add_protection(const struct seat_view *view, char *text)
{
        if (!*view->lease)
                summary_add(text, ", by fencing");
        else if (text_equal(view->gate, "none"))
                summary_add(text, ", NO GATE");
        else if (view->held == TRI_YES || !text_equal(view->gate, "standby")) {
                summary_add(text, ", gate ");
                summary_add(text, view->gate);
        }
        if (view->accepted_risk)
                summary_add(text, ", RISK ACCEPTED");
}

void seat_summarize(const struct seat_view *view, char ret_text[static SEAT_SUMMARY_SIZE])
{
        if (!view || view->held == TRI_UNKNOWN) {
                (void)snprintf(ret_text, SEAT_SUMMARY_SIZE, "KEEPER SILENT");
                return;
        }
        if (view->held == TRI_YES)
                (void)snprintf(ret_text, SEAT_SUMMARY_SIZE, "held, epoch %" PRIu64, view->epoch);
        else
                (void)snprintf(ret_text, SEAT_SUMMARY_SIZE, "%s",
                               text_equal(view->lease, "waiting") ? "waiting" : "not here");
        if (view->held == TRI_YES && *view->lease && !text_equal(view->lease, "held"))
                summary_add(ret_text, ", LEASE NOT RENEWED");
        if (*view->fault)
                summary_add(ret_text, ", FAULT");
        summary_add_protection(view, ret_text);
}
