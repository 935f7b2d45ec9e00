/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chain-reference DEADLINE_MS URL...: asks Kaia nodes for their newest block over libcurl, which an
 * agent would have to load for each of its looks, and prints "HEIGHT TIMESTAMP" for each that
 * answers. Exit 0 when one answered. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "chain/reference.h"
#include "http/client.h"
#include "parse.h"

static void ask_by_curl(const struct http_request *requests, struct http_reply *ret_replies,
                        size_t count, const struct deadline *deadline)
{
        OWN_HTTP_CLIENT struct http_client *client = http_client_new();

        http_perform(client, requests, ret_replies, count, deadline);
}

int main(int argc, char **argv)
{
        struct reference_head heads[REFERENCES_MAX];
        struct reference_question question = {.urls = argv + 2, .perform = ask_by_curl};
        struct ocf_error err = {0};
        struct deadline deadline;
        size_t answered;
        uint64_t ms;

        if (argc < 3 || argc - 2 > REFERENCES_MAX || parse_u64(argv[1], &ms) < 0 || ms > 60000) {
                (void)fprintf(stderr, "usage: chain-reference DEADLINE_MS URL... (at most %d)\n",
                              REFERENCES_MAX);
                return 2;
        }
        deadline = deadline_in((int64_t)ms);
        question.count = (size_t)argc - 2;
        answered = references_ask(&question, &deadline, heads, &err);
        for (size_t i = 0; i < answered; i++)
                (void)printf("%" PRIu64 " %" PRIu64 "\n", heads[i].height, heads[i].timestamp_s);
        if (answered == 0)
                (void)fprintf(stderr, "%s\n", err.sentence);
        return answered ? EXIT_SUCCESS : EXIT_FAILURE;
}
