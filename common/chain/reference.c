/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/reference.h"

#include <errno.h>
#include <string.h>

#include "rpc/json_rpc.h"
#include "text.h"

#define REPLY_MAX 65536

static const char *const headers[] = {"Content-Type: application/json", NULL};

static int reference_read(const struct http_reply *reply, const char *url,
                          struct reference_head *ret_head, struct ocf_error *err)
{
        OWN_TEXT char *origin = http_origin(url);
        struct rpc_call call = {.method = "klay_getBlockByNumber"};
        struct reference_head head = {0};
        int r = reply->r;

        if (r < 0)
                return ocf_fail(err, r, "%s", reply->error.sentence);
        if (reply->status != 200)
                return ocf_fail(err, -EPROTO, "%s answered with status %ld", origin, reply->status);
        r = rpc_reply_parse(reply->body, reply->body_size, &call, 1, err);
        if (r >= 0)
                r = rpc_member_quantity(&call, "number", &head.height, err);
        if (r >= 0)
                r = rpc_member_quantity(&call, "timestamp", &head.timestamp_s, err);
        rpc_calls_release(&call, 1);
        if (r >= 0)
                *ret_head = head;
        return r;
}

size_t references_ask(const struct reference_question *question, const struct deadline *deadline,
                      struct reference_head *ret_heads, struct ocf_error *err)
{
        struct rpc_call call = {.method = "klay_getBlockByNumber",
                                .params = json_pack("[s,b]", "latest", 0)};
        OWN_TEXT char *body = rpc_request_text(&call, 1);
        struct http_request requests[REFERENCES_MAX] = {0};
        struct http_reply replies[REFERENCES_MAX] = {0};
        size_t count = question->count < REFERENCES_MAX ? question->count : REFERENCES_MAX;
        struct ocf_error why = {0};
        size_t answered = 0;

        rpc_calls_release(&call, 1);
        for (size_t i = 0; i < count; i++)
                requests[i] = (struct http_request){.method = HTTP_POST,
                                                    .url = question->urls[i],
                                                    .headers = headers,
                                                    .body = body,
                                                    .body_size = strlen(body),
                                                    .reply_cap = REPLY_MAX};
        question->perform(requests, replies, count, deadline);
        for (size_t i = 0; i < count; i++) {
                answered += reference_read(&replies[i], question->urls[i], &ret_heads[answered],
                                           &why) >= 0;
                http_reply_release(&replies[i]);
        }
        if (answered == 0)
                ocf_say(err, "%s", why.sentence);
        return answered;
}
