/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/reference.h"

#include <errno.h>

#include "agents/kcn-node/http.h"
#include "chain/reference.h"
#include "module.h"
#include "own.h"
#include "parse.h"
#include "process/spawn.h"

#define REFERENCE_PROGRAM LIBEXECDIR "/chain-reference"
#define HTTP_MODULE LIBEXECDIR "/kcn-node-http.so"

/* What the program needs to say what it knows when one of the references is silent. */
#define REFERENCE_MARGIN_MS 500

static bool all_are_plain(const struct kcn_http *http, const struct text_list *urls)
{
        for (size_t i = 0; i < urls->count; i++)
                if (!http->can(urls->items[i]))
                        return false;
        return true;
}

/* A line of the program: "HEIGHT TIMESTAMP". */
static int reference_line_read(const char *line, struct reference_head *ret_head)
{
        OWN(text_list_release) struct text_list words = {0};

        text_list_split(&words, line, " ");
        if (words.count != 2 || parse_u64(words.items[0], &ret_head->height) < 0 ||
            parse_u64(words.items[1], &ret_head->timestamp_s) < 0)
                return -EPROTO;
        return 0;
}

/* For https and for names: libcurl, which takes 6 ms to load, stands in a program of its own. */
static size_t ask_by_program(const struct text_list *urls, const struct deadline *deadline,
                             struct reference_head *ret_heads, struct ocf_error *err)
{
        int left_ms = deadline_left_ms(deadline);
        OWN_TEXT char *left = text_format(
                "%d", left_ms > REFERENCE_MARGIN_MS ? left_ms - REFERENCE_MARGIN_MS : left_ms);
        OWN_TEXT const char **argv = mem_zero((urls->count + 3) * sizeof *argv);
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        OWN(text_list_release) struct text_list lines = {0};
        struct spawn_request request = {.argv = argv};
        size_t answered = 0;

        argv[0] = REFERENCE_PROGRAM;
        argv[1] = left;
        for (size_t i = 0; i < urls->count; i++)
                argv[i + 2] = urls->items[i];
        if (spawn_run(&request, deadline, &result, err) < 0)
                return 0;
        text_list_split(&lines, result.out, "\n");
        for (size_t i = 0; i < lines.count && answered < urls->count; i++)
                answered += reference_line_read(lines.items[i], &ret_heads[answered]) >= 0;
        if (answered == 0) {
                text_tame(result.err);
                ocf_say(err, "%s", result.err);
        }
        return answered;
}

static int http_load(const struct kcn_http **ret_http, struct ocf_error *err)
{
        const void *found = NULL;
        int r = module_load(HTTP_MODULE, "kcn_node_http", "the agent's part that asks references",
                            &found, err);

        *ret_http = found;
        return r;
}

static size_t references_fetch(const struct text_list *urls, const struct deadline *deadline,
                               struct reference_head *ret_heads, struct ocf_error *err)
{
        struct reference_question question = {.urls = urls->items, .count = urls->count};
        const struct kcn_http *http;

        if (urls->count > REFERENCES_MAX)
                return 0; /* no start with so many (check.c) */
        if (http_load(&http, err) < 0)
                return 0;
        question.perform = http->perform;
        return all_are_plain(http, urls) ? references_ask(&question, deadline, ret_heads, err)
                                         : ask_by_program(urls, deadline, ret_heads, err);
}

size_t kcn_reference_fetch(const struct text_list *urls, const struct deadline *deadline,
                           struct kcn_head *ret_head, struct ocf_error *err)
{
        struct reference_head heads[REFERENCES_MAX] = {0};
        struct ocf_error why = {0};
        size_t told = references_fetch(urls, deadline, heads, &why);
        size_t answered = 0;

        for (size_t i = 0; i < told; i++) {
                if (heads[i].timestamp_s > KCN_TIMESTAMP_MAX)
                        continue;
                if (answered++ == 0 || heads[i].height > ret_head->height)
                        *ret_head = (struct kcn_head){.height = heads[i].height,
                                                      .timestamp_s = (int64_t)heads[i].timestamp_s};
        }
        if (answered == 0)
                ocf_say(err, "no reference answers: %.200s", why.sentence);
        return answered;
}

int kcn_reference_check(struct ocf_error *err)
{
        const struct kcn_http *http;

        return http_load(&http, err);
}
