/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/record.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "parse.h"

/* Longer than any lease: a record that says more would keep everybody out for ever. */
enum { RECORD_TAKEOVER_MAX_MS = 3600 * 1000 };

bool lease_name_fits(const char *name, size_t most)
{
        const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
        const size_t length = strlen(name);

        return length > 0 && length <= most && strspn(name, allowed) == length;
}

void lease_record_format(const struct lease_record *record, struct lines *ret_lines)
{
        char incarnation[2 * LEASE_INCARNATION_SIZE + 1];

        format_hex(record->incarnation, LEASE_INCARNATION_SIZE, incarnation);
        lines_clear(ret_lines);
        (void)lines_put(ret_lines, "version", "%d", LEASE_RECORD_VERSION);
        (void)lines_put(ret_lines, "state", "%s", record->released ? "released" : "held");
        (void)lines_put(ret_lines, "owner", "%s", record->owner);
        (void)lines_put(ret_lines, "boot", "%s", record->boot);
        (void)lines_put(ret_lines, "incarnation", "%s", incarnation);
        (void)lines_put(ret_lines, "epoch", "%" PRIu64, record->epoch);
        (void)lines_put(ret_lines, "floor", "%" PRIu64, record->floor);
        if (record->released && record->end.known)
                (void)lines_put(ret_lines, "ended_at", "%" PRIu64, record->end.height);
        (void)lines_put(ret_lines, "takeover_ms", "%" PRId64, record->takeover_ms);
}

static bool record_number(const struct lines *lines, const char *name, uint64_t most,
                          uint64_t *ret_value)
{
        char text[24];

        return lines_get(lines, name, text, sizeof text) && parse_u64(text, ret_value) == 0 &&
               *ret_value <= most;
}

static bool record_state(const struct lines *lines, bool *ret_released)
{
        *ret_released = lines_is(lines, "state", "released");
        return *ret_released || lines_is(lines, "state", "held");
}

/* A keeper of an older version writes none. Under a holder its signer may sign on. */
static bool record_end(const struct lines *lines, struct lease_record *record)
{
        char text[24];

        record->end.known = lines_get(lines, "ended_at", text, sizeof text) && record->released;
        return !record->end.known || parse_u64(text, &record->end.height) == 0;
}

static bool record_names(const struct lines *lines, struct lease_record *record)
{
        char incarnation[2 * LEASE_INCARNATION_SIZE + 1];

        return lines_get(lines, "owner", record->owner, sizeof record->owner) &&
               lease_name_fits(record->owner, LEASE_NODE_MAX) &&
               lines_get(lines, "boot", record->boot, sizeof record->boot) &&
               lease_name_fits(record->boot, LEASE_BOOT_MAX) &&
               lines_get(lines, "incarnation", incarnation, sizeof incarnation) &&
               parse_hex_bytes(incarnation, strlen(incarnation), record->incarnation,
                               LEASE_INCARNATION_SIZE) == 0;
}

int lease_record_parse(const struct lines *lines, struct lease_record *ret_record,
                       struct ocf_error *err)
{
        struct lease_record record = {0};
        uint64_t version = 0, takeover = 0;

        if (!record_number(lines, "version", UINT64_MAX, &version))
                return ocf_fail(err, -EBADMSG, "the seat's record in the authority has no version");
        if (version != LEASE_RECORD_VERSION)
                return ocf_fail(err, -EPROTONOSUPPORT,
                                "the seat's record in the authority has version '%" PRIu64
                                "' and this keeper knows only '%d': install one version of "
                                "validator-agents on all machines",
                                version, LEASE_RECORD_VERSION);
        if (!record_state(lines, &record.released) || !record_names(lines, &record) ||
            !record_end(lines, &record) ||
            !record_number(lines, "epoch", UINT64_MAX - 1, &record.epoch) ||
            !record_number(lines, "floor", UINT64_MAX, &record.floor) ||
            !record_number(lines, "takeover_ms", RECORD_TAKEOVER_MAX_MS, &takeover))
                return ocf_fail(err, -EBADMSG, "the seat's record in the authority is malformed");
        record.takeover_ms = (int64_t)takeover;
        *ret_record = record;
        return 0;
}
