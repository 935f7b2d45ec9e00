/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/ruin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
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

        if (ruin_log_mark(log) < mark) /* it was rotated since */
                mark = 0;
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

/* What tells one copy of the chain data from another: the directory, and LevelDB's CURRENT in it,
 * which every opening and every restored copy writes anew. */
static int copy_identify(const char *chaindata, char *ret_text, size_t size)
{
        OWN_TEXT char *current = text_format("%s/misc/CURRENT", chaindata);
        struct stat dir, file = {0};

        if (stat(chaindata, &dir) < 0)
                return -errno;
        (void)stat(current, &file);
        (void)snprintf(ret_text, size, "%ju-%ju-%jd.%09ld", (uintmax_t)dir.st_ino,
                       (uintmax_t)file.st_ino, (intmax_t)file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
        return 0;
}

int ruin_note(const struct ocf_ctx *ctx, const char *chaindata, struct ocf_error *err)
{
        OWN_TEXT char *path = ruin_path(ctx);
        struct lines note;
        char copy[96];
        int r = copy_identify(chaindata, copy, sizeof copy);

        if (r < 0)
                return ocf_fail(err, r, "cannot look at '%s': %s", chaindata, strerror(-r));
        lines_clear(&note);
        (void)lines_put(&note, "chaindata", "%s", chaindata);
        (void)lines_put(&note, "copy", "%s", copy);
        r = path_make_dir(NOTE_DIR, err);
        return r < 0 ? r : lines_write(&note, path, true, err);
}

enum tri ruin_known(const struct ocf_ctx *ctx, const char *chaindata)
{
        OWN_TEXT char *path = ruin_path(ctx);
        struct lines note;
        char copy[96];

        if (lines_read(&note, path) < 0)
                return TRI_UNKNOWN;
        if (!lines_is(&note, "chaindata", chaindata) ||
            copy_identify(chaindata, copy, sizeof copy) < 0)
                return TRI_NO;
        return tri_from_bool(lines_is(&note, "copy", copy));
}
