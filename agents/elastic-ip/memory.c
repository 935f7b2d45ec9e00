/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/memory.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "lines.h"
#include "own.h"
#include "path.h"
#include "text.h"

#define MEMORY_DIR "/run/validator-agents/elastic-ip"

static const char *const words[] = {
        [MEMORY_NONE] = "none",
        [MEMORY_NOT_OURS] = "not_ours",
        [MEMORY_OURS] = "ours",
        [MEMORY_PENDING] = "pending",
};

static char *record_path(const char *resource, const char *allocation_id)
{
        char *path = text_format("%s/%.100s.%.60s", MEMORY_DIR, resource, allocation_id);

        for (char *at = path + sizeof MEMORY_DIR; *at; at++)
                if (!isalnum((unsigned char)*at) && *at != '-' && *at != '.' && *at != '_')
                        *at = '_';
        return path;
}

void address_recall(const char *resource, const char *allocation_id,
                    struct address_record *ret_record)
{
        OWN_TEXT char *path = record_path(resource, allocation_id);
        struct lines lines;

        *ret_record = (struct address_record){0};
        if (lines_read(&lines, path) < 0)
                return;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (lines_is(&lines, "memory", words[i]))
                        ret_record->memory = (enum address_memory)i;
        ret_record->proved_ms = (int64_t)lines_get_u64(&lines, "proved_ms", 0);
        ret_record->api_proved_ms = (int64_t)lines_get_u64(&lines, "api_proved_ms", 0);
        ret_record->api_tried_ms = (int64_t)lines_get_u64(&lines, "api_tried_ms", 0);
        (void)lines_get(&lines, "instance", ret_record->instance_id,
                        sizeof ret_record->instance_id);
        (void)lines_get(&lines, "mac", ret_record->mac, sizeof ret_record->mac);
}

int address_remember(const char *resource, const char *allocation_id,
                     const struct address_record *record, struct ocf_error *err)
{
        OWN_TEXT char *path = record_path(resource, allocation_id);
        struct lines lines;
        int r = path_make_dir(MEMORY_DIR, err);

        if (r < 0)
                return r;
        lines_clear(&lines);
        r = lines_put(&lines, "memory", "%s", words[record->memory]);
        if (r >= 0)
                r = lines_put(&lines, "proved_ms", "%" PRId64, record->proved_ms);
        if (r >= 0)
                r = lines_put(&lines, "api_proved_ms", "%" PRId64, record->api_proved_ms);
        if (r >= 0)
                r = lines_put(&lines, "api_tried_ms", "%" PRId64, record->api_tried_ms);
        if (r >= 0 && record->instance_id[0])
                r = lines_put(&lines, "instance", "%s", record->instance_id);
        if (r >= 0 && record->mac[0])
                r = lines_put(&lines, "mac", "%s", record->mac);
        return r < 0 ? r : lines_write(&lines, path, false, err);
}

/* No resource has a name that begins with a dot. */
static char *reach_path(const char *allocation_id)
{
        return record_path(".reached", allocation_id);
}

bool address_recall_reach(const char *allocation_id, const char *host)
{
        OWN_TEXT char *path = reach_path(allocation_id);
        struct lines lines;

        return lines_read(&lines, path) >= 0 && lines_is(&lines, "host", host);
}

void address_remember_reach(const char *allocation_id, const char *host)
{
        OWN_TEXT char *path = reach_path(allocation_id);
        struct lines lines;

        if (address_recall_reach(allocation_id, host) || path_make_dir(MEMORY_DIR, NULL) < 0)
                return;
        lines_clear(&lines);
        if (lines_put(&lines, "host", "%s", host) >= 0)
                (void)lines_write(&lines, path, false, NULL);
}
