/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/notes.h"

#include "ocf/log.h"
#include "own.h"
#include "path.h"
#include "text.h"

static char *notes_path(const struct ocf_ctx *ctx)
{
        char *path =
                text_format("%s/%s.%s", NOTES_DIR,
                            *ctx->env.instance ? ctx->env.instance : "by-hand", ctx->agent->name);

        for (char *at = path + sizeof NOTES_DIR; *at; at++)
                if (*at == '/')
                        *at = '_';
        return path;
}

void notes_read(const struct ocf_ctx *ctx, struct lines *ret_notes)
{
        OWN_TEXT char *path = notes_path(ctx);

        (void)lines_read(ret_notes, path);
}

int notes_write(const struct ocf_ctx *ctx, const struct lines *notes, struct ocf_error *err)
{
        OWN_TEXT char *path = notes_path(ctx);
        int r = path_make_dir(NOTES_DIR, err);

        return r < 0 ? r : lines_write(notes, path, false, err);
}

int notes_set(const struct ocf_ctx *ctx, const char *name, const char *value, struct ocf_error *err)
{
        struct lines notes;
        size_t before;
        int r;

        notes_read(ctx, &notes);
        before = notes.length;
        if (value && lines_is(&notes, name, value))
                return 0;
        lines_remove(&notes, name);
        if (!value && notes.length == before)
                return 0;
        r = value ? lines_put(&notes, name, "%s", value) : 0;
        if (r < 0)
                return ocf_fail(err, r, "no room for the note '%s'", name);
        return notes_write(ctx, &notes, err);
}

void notes_log_change(const struct ocf_ctx *ctx, const char *name, const char *sentence)
{
        char before[LINES_MAX / 8];
        struct lines notes;
        bool wrong_before;

        notes_read(ctx, &notes);
        wrong_before = lines_get(&notes, name, before, sizeof before);
        if (sentence && !(wrong_before && text_equal(before, sentence)))
                ocf_log_warning("%s: %s", ctx->env.instance, sentence);
        else if (!sentence && wrong_before)
                ocf_log_info("%s: mended: %s", ctx->env.instance, before);
        (void)notes_set(ctx, name, sentence, NULL);
}
