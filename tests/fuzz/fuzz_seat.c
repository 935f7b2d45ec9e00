/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a keeper's answer to "status". Whatever it says fits where an agent keeps it,
 * nothing unheard of counts as yes or no, and a floor is missed only where there is no lease. */
#include <stdint.h>
#include <string.h>

#include "seat/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void text_fits(const char *text, size_t size)
{
        holds(memchr(text, '\0', size) != NULL);
}

static void tri_is_told(const struct lines *answer, const char *name, enum tri value)
{
        holds((value == TRI_YES) == lines_is(answer, name, "yes"));
        holds((value == TRI_NO) == lines_is(answer, name, "no"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char summary[SEAT_SUMMARY_SIZE];
        struct seat_view view;
        struct lines answer;

        if (lines_parse(&answer, (const char *)data, size) < 0)
                return 0;
        seat_view_parse(&answer, &view);
        tri_is_told(&answer, "held", view.held);
        tri_is_told(&answer, "armed", view.armed);
        text_fits(view.address, sizeof view.address);
        text_fits(view.authority, sizeof view.authority);
        text_fits(view.fault, sizeof view.fault);
        text_fits(view.signer_unit, sizeof view.signer_unit);
        text_fits(view.lease, sizeof view.lease);
        text_fits(view.holder, sizeof view.holder);
        text_fits(view.gate, sizeof view.gate);
        text_fits(view.slice, sizeof view.slice);
        text_fits(view.trouble, sizeof view.trouble);
        holds(view.keeps_floor != TRI_NO || !*view.lease);
        seat_summarize(&view, summary);
        text_fits(summary, sizeof summary);
        holds(*summary);
        return 0;
}
