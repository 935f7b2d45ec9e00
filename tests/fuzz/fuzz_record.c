/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a seat's record. One that is taken is sound and says the same when it is written
 * again; one that is not has a sentence and changes nothing. */
#include <stdint.h>
#include <string.h>

#include "lease/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static bool records_equal(const struct lease_record *a, const struct lease_record *b)
{
        return strcmp(a->owner, b->owner) == 0 && strcmp(a->boot, b->boot) == 0 &&
               memcmp(a->incarnation, b->incarnation, sizeof a->incarnation) == 0 &&
               a->epoch == b->epoch && a->released == b->released && a->floor == b->floor &&
               a->takeover_ms == b->takeover_ms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct lease_record record = {.epoch = 7}, again;
        struct ocf_error err = {0};
        struct lines lines, back;
        int r;

        if (lines_parse(&lines, (const char *)data, size) < 0)
                return 0;
        r = lease_record_parse(&lines, &record, &err);
        holds(ocf_error_set(&err) == (r < 0));
        if (r < 0) {
                holds(record.epoch == 7);
                return 0;
        }
        holds(lease_name_fits(record.owner, LEASE_NODE_MAX));
        holds(lease_name_fits(record.boot, LEASE_BOOT_MAX));
        holds(record.takeover_ms >= 0 && record.epoch < UINT64_MAX);
        lease_record_format(&record, &back);
        holds(lease_record_parse(&back, &again, NULL) == 0 && records_equal(&record, &again));
        return 0;
}
