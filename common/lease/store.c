/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/store.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lines.h"
#include "parse.h"

/* A number that has to be there. */
static int store_number(const struct lines *lines, const char *name, const char *path,
                        uint64_t *ret_value, struct ocf_error *err)
{
        char text[24];

        if (lines_get(lines, name, text, sizeof text) && parse_u64(text, ret_value) == 0)
                return 0;
        return ocf_fail(err, -EBADMSG,
                        "'%s' is damaged: no '%s' in it; remove it only when the seat's other "
                        "machines have theirs",
                        path, name);
}

/* 0 with an empty set when there is no such file. */
static int store_read(struct lines *lines, const char *path, struct ocf_error *err)
{
        int r = lines_read(lines, path);

        if (r < 0)
                return ocf_fail(err, r,
                                "cannot read '%s': %s; remove it only when the seat's other "
                                "machines have theirs",
                                path, strerror(-r));
        return 0;
}

int floor_read(const char *path, uint64_t *ret_height, struct ocf_error *err)
{
        struct lines lines;
        int r = store_read(&lines, path, err);

        if (r < 0)
                return r;
        *ret_height = 0;
        return lines.length > 0 ? store_number(&lines, "height", path, ret_height, err) : 0;
}

int floor_raise(const char *path, uint64_t height, struct ocf_error *err)
{
        struct lines lines;
        uint64_t before;
        int r = floor_read(path, &before, err);

        if (r < 0 || before >= height)
                return r;
        lines_clear(&lines);
        (void)lines_put(&lines, "height", "%" PRIu64, height);
        return lines_write(&lines, path, true, err);
}

int guard_read(const char *path, struct lease_guard *ret_guard, struct ocf_error *err)
{
        struct lines lines;
        int r = store_read(&lines, path, err);

        *ret_guard = (struct lease_guard){0};
        if (r < 0 || lines.length == 0)
                return r;
        r = store_number(&lines, "cluster", path, &ret_guard->cluster, err);
        if (r == 0)
                r = store_number(&lines, "revision", path, &ret_guard->revision, err);
        ret_guard->kept = ret_guard->revision;
        return r;
}

int guard_check(struct lease_guard *guard, uint64_t cluster, uint64_t revision,
                struct ocf_error *err)
{
        if (guard->cluster != 0 && guard->cluster != cluster)
                return ocf_fail(
                        err, -ESTALE,
                        "this is not the etcd cluster that keeps the seat: its id is '%" PRIu64
                        "', and it was '%" PRIu64 "'",
                        cluster, guard->cluster);
        if (revision < guard->revision)
                return ocf_fail(err, -ESTALE,
                                "etcd was restored from an older state: its revision is '%" PRIu64
                                "', and '%" PRIu64 "' was seen; it may give the seat to two",
                                revision, guard->revision);
        guard->cluster = cluster;
        guard->revision = revision;
        return 0;
}

bool guard_is_due(const struct lease_guard *guard, uint64_t most)
{
        return guard->cluster != 0 && (guard->kept == 0 || guard->revision - guard->kept >= most);
}

int guard_write(struct lease_guard *guard, const char *path, struct ocf_error *err)
{
        struct lines lines;
        int r;

        lines_clear(&lines);
        (void)lines_put(&lines, "cluster", "%" PRIu64, guard->cluster);
        (void)lines_put(&lines, "revision", "%" PRIu64, guard->revision);
        r = lines_write(&lines, path, true, err);
        if (r == 0)
                guard->kept = guard->revision;
        return r;
}
