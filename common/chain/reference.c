/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chain-reference DEADLINE_MS URL...: asks Kaia nodes over HTTP for their newest block, all at
 * once, and prints "HEIGHT TIMESTAMP" for each that answers. A program of its own, since HTTP loads
 * thirty libraries that an agent's look at its own node need not pay for. Exit 0 when one answered.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "http/client.h"
#include "parse.h"
#include "rpc/json_rpc.h"
#include "text.h"

#define REFERENCES_MAX 16 /* kcn-node refuses more (agents/kcn-node/check.c) */
#define REPLY_MAX 65536

static const char *const headers[] = {"Content-Type: application/json", NULL};

/* Prints one node's head; -errno with a sentence. */
static int reference_show(const struct http_reply *reply, const char *url, struct ocf_error *err)
{
        OWN_TEXT char *origin = http_origin(url);
        struct rpc_call call = {.method = "klay_getBlockByNumber"};
        uint64_t height = 0, timestamp = 0;
        int r = reply->r;

        if (r < 0)
                return ocf_fail(err, r, "%s", reply->error.sentence);
        if (reply->status != 200)
                return ocf_fail(err, -EPROTO, "%s answered with status %ld", origin, reply->status);
        r = rpc_reply_parse(reply->body, reply->body_size, &call, 1, err);
        if (r >= 0)
                r = rpc_member_quantity(&call, "number", &height, err);
        if (r >= 0)
                r = rpc_member_quantity(&call, "timestamp", &timestamp, err);
        rpc_calls_release(&call, 1);
        if (r >= 0)
                (void)printf("%" PRIu64 " %" PRIu64 "\n", height, timestamp);
        return r;
}

static int references_ask(char **urls, size_t count, const struct deadline *deadline)
{
        struct rpc_call call = {.method = "klay_getBlockByNumber",
                                .params = json_pack("[s,b]", "latest", 0)};
        OWN_TEXT char *body = rpc_request_text(&call, 1);
        OWN_HTTP_CLIENT struct http_client *client = http_client_new();
        struct http_request requests[REFERENCES_MAX] = {0};
        struct http_reply replies[REFERENCES_MAX] = {0};
        struct ocf_error err = {0};
        size_t answered = 0;

        rpc_calls_release(&call, 1);
        for (size_t i = 0; i < count; i++)
                requests[i] = (struct http_request){.method = HTTP_POST,
                                                    .url = urls[i],
                                                    .headers = headers,
                                                    .body = body,
                                                    .body_size = strlen(body),
                                                    .reply_cap = REPLY_MAX};
        http_perform(client, requests, replies, count, deadline);
        for (size_t i = 0; i < count; i++) {
                answered += reference_show(&replies[i], urls[i], &err) >= 0;
                http_reply_release(&replies[i]);
        }
        if (answered == 0)
                (void)fprintf(stderr, "%s\n", err.sentence);
        return answered ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
        struct deadline deadline;
        uint64_t ms;

        if (argc < 3 || argc - 2 > REFERENCES_MAX || parse_u64(argv[1], &ms) < 0 || ms > 60000) {
                (void)fprintf(stderr, "usage: chain-reference DEADLINE_MS URL... (at most %d)\n",
                              REFERENCES_MAX);
                return 2;
        }
        deadline = deadline_in((int64_t)ms);
        return references_ask(argv + 2, (size_t)argc - 2, &deadline);
}
