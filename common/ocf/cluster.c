/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/cluster.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ocf/notes.h"
#include "own.h"
#include "parse.h"
#include "process/spawn.h"
#include "text.h"

#define REPEAT_MS 60000
#define ATTRIBUTE_MS 3000 /* no action waits longer for an attribute that only people read */
#define WITHDRAWN "none"
#define NO_SUCH_OBJECT 105 /* crm_attribute(8): CRM_EX_NOSUCH, nothing to delete */

/* Runs one of Pacemaker's commands; its own words become the sentence. */
static int command_run(const char *const *argv, const struct deadline *deadline,
                       struct spawn_result *ret_result, struct ocf_error *err)
{
        struct spawn_request request = {.argv = argv};
        int r = spawn_run(&request, deadline, ret_result, err);

        if (r < 0 || ret_result->exit_code == 0)
                return r;
        text_tame(ret_result->err);
        return ocf_fail(err, -EIO, "%s failed with code %d: %.300s", argv[0], ret_result->exit_code,
                        ret_result->err);
}

int cluster_property(struct ocf_ctx *ctx, const char *name, const char *otherwise, char *ret_value,
                     size_t size)
{
        const char *const argv[] = {
                "crm_attribute", "--type=crm_config", "--name",  name, "--query",
                "--quiet",       "--default",         otherwise, NULL};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        int r = command_run(argv, &ctx->deadline, &result, &ctx->err);

        if (r < 0)
                return r;
        result.out[strcspn(result.out, "\n")] = '\0';
        (void)snprintf(ret_value, size, "%s", result.out);
        return 0;
}

/* An attribute's name as a note's; the caller frees. */
static char *note_name(const char *attribute)
{
        char *name = text_copy(attribute);

        for (char *at = name; *at; at++)
                if (!isalnum((unsigned char)*at))
                        *at = '_';
                else
                        *at = (char)tolower((unsigned char)*at);
        return name;
}

/* "value at_ms" of what was sent last. */
static bool sent_already(const struct ocf_ctx *ctx, const char *attribute, const char *value)
{
        OWN_TEXT char *name = note_name(attribute);
        OWN_TEXT char *when_name = text_format("%s_at_ms", name);
        struct lines notes;

        notes_read(ctx, &notes);
        return lines_is(&notes, name, value) &&
               clock_now_ms() - (int64_t)lines_get_u64(&notes, when_name, 0) < REPEAT_MS;
}

static int note_sent(const struct ocf_ctx *ctx, const char *attribute, const char *value,
                     struct ocf_error *err)
{
        OWN_TEXT char *name = note_name(attribute);
        OWN_TEXT char *when_name = text_format("%s_at_ms", name);
        struct lines notes;

        notes_read(ctx, &notes);
        lines_remove(&notes, name);
        lines_remove(&notes, when_name);
        if (lines_put(&notes, name, "%s", value) < 0 ||
            lines_put(&notes, when_name, "%" PRId64, clock_now_ms()) < 0)
                return ocf_fail(err, -ENOBUFS, "no room for the note '%s'", name);
        return notes_write(ctx, &notes, err);
}

int cluster_publish_score(const struct ocf_ctx *ctx, const char *score, struct ocf_error *err)
{
        /* The long form with '=' throughout: a value that begins with '-' would else be options. */
        OWN_TEXT char *promotion = text_format("--promotion=%s", ctx->env.instance);
        OWN_TEXT char *update = score ? text_format("--update=%s", score) : text_copy("--delete");
        OWN_TEXT char *node = text_format("--node=%s", ctx->env.node);
        const char *const argv[] = {"crm_attribute", promotion, update,
                                    *ctx->env.node ? node : NULL, NULL};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        const char *value = score ? score : WITHDRAWN;
        struct ocf_error why = {0};
        int r;

        if (!ctx->env.in_cluster || sent_already(ctx, "score", value))
                return 0;
        r = command_run(argv, &ctx->deadline, &result, &why);
        if (r < 0 && !(r == -EIO && !score && result.exit_code == NO_SUCH_OBJECT))
                return ocf_fail(err, r, "cannot publish the promotion score: %s", why.sentence);
        return note_sent(ctx, "score", value, err);
}

int cluster_publish_attribute(const struct ocf_ctx *ctx, const char *name, const char *value,
                              struct ocf_error *err)
{
        OWN_TEXT char *update = value ? text_format("--update=%s", value) : text_copy("--delete");
        OWN_TEXT char *node = text_format("--node=%s", ctx->env.node);
        const char *const argv[] = {
                "attrd_updater", "--name", name, update, *ctx->env.node ? node : NULL, NULL};
        const struct deadline deadline = deadline_cap(&ctx->deadline, ATTRIBUTE_MS);
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        int r;

        if (!ctx->env.in_cluster || sent_already(ctx, name, value ? value : WITHDRAWN))
                return 0;
        r = command_run(argv, &deadline, &result, err);
        return r < 0 ? r : note_sent(ctx, name, value ? value : WITHDRAWN, err);
}

/* One line of attrd_updater: name="N" host="H" value="V". */
static void attribute_add(const char *line, struct text_list *values)
{
        const char *host = strstr(line, "host=\"");
        const char *value = strstr(line, "value=\"");

        if (!host || !value)
                return;
        host += 6;
        value += 7;

        OWN_TEXT char *item = text_format("%.*s=%.*s", (int)strcspn(host, "\""), host,
                                          (int)strcspn(value, "\""), value);

        text_list_add(values, item);
}

int cluster_attributes(const char *name, struct text_list *ret_values,
                       const struct deadline *deadline, struct ocf_error *err)
{
        const char *const argv[] = {"attrd_updater", "--name", name, "--query", "--all", NULL};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        OWN(text_list_release) struct text_list lines = {0};
        int r = command_run(argv, deadline, &result, err);

        if (r < 0)
                return r;
        text_list_split(&lines, result.out, "\n");
        for (size_t i = 0; i < lines.count; i++)
                attribute_add(lines.items[i], ret_values);
        return 0;
}
