/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/ruin.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "lines.h"
#include "own.h"
#include "path.h"
#include "text.h"

#define NOTE_DIR "/var/lib/validator-agents"
#define TAIL_MAX 65536

size_t ruin_log_mark(const char *log)
{
        struct stat st;

        return stat(log, &st) == 0 ? (size_t)st.st_size : 0;
}

/* The last line that holds one of kcn's words for giving up; it ends at its line break. */
static const char *last_complaint(const char *text)
{
        static const char *const words[] = {"Fatal:", "CRIT", "panic:"};
        const char *last = NULL;

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                for (const char *at = strstr(text, words[i]); at; at = strstr(at + 1, words[i]))
                        if (at > last)
                                last = at;
        return last;
}

bool ruin_log_judge(const char *log, size_t mark, struct ocf_error *err)
{
        OWN_TEXT char *text = mem_zero(TAIL_MAX);
        const char *complaint;

        if (path_read_tail(log, mark, text, TAIL_MAX) < 0)
                return false;
        if (strstr(text, "repair failed")) {
                ocf_say(err, "kcn cannot open its chain data (rewound to block number 0, but "
                             "repair failed): this node needs a new copy of chaindata");
                return true;
        }
        complaint = last_complaint(text);
        if (complaint) {
                OWN_TEXT char *line = text_format("%.*s", (int)strcspn(complaint, "\n"), complaint);

                text_tame(line);
                ocf_say(err, "kcn ended: %.300s", line);
        }
        return false;
}

bool ruin_log_says(const char *log, const char *text)
{
        OWN_TEXT char *tail = mem_zero(TAIL_MAX);

        return path_read_tail(log, 0, tail, TAIL_MAX) == 0 && strstr(tail, text);
}

static char *ruin_path(const struct ocf_ctx *ctx)
{
        return text_format("%s/%s.ruined", NOTE_DIR,
                           *ctx->env.instance ? ctx->env.instance : "by-hand");
}

int ruin_note(const struct ocf_ctx *ctx, const char *chaindata, struct ocf_error *err)
{
        OWN_TEXT char *path = ruin_path(ctx);
        struct lines note;
        struct stat st;
        int r;

        if (stat(chaindata, &st) < 0)
                return ocf_fail(err, -errno, "cannot look at '%s': %s", chaindata, strerror(errno));
        lines_clear(&note);
        (void)lines_put(&note, "chaindata", "%s", chaindata);
        (void)lines_put(&note, "inode", "%" PRIu64, (uint64_t)st.st_ino);
        r = path_make_dir(NOTE_DIR, err);
        return r < 0 ? r : lines_write(&note, path, true, err);
}

enum tri ruin_known(const struct ocf_ctx *ctx, const char *chaindata)
{
        OWN_TEXT char *path = ruin_path(ctx);
        struct lines note;
        struct stat st;

        if (lines_read(&note, path) < 0)
                return TRI_UNKNOWN;
        if (!lines_is(&note, "chaindata", chaindata) || stat(chaindata, &st) < 0)
                return TRI_NO;
        return tri_from_bool(lines_get_u64(&note, "inode", 0) == (uint64_t)st.st_ino);
}
