/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/json_rpc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "text.h"

#define METHOD_NOT_FOUND (-32601)

char *rpc_request_text(const struct rpc_call *calls, size_t count)
{
        OWN_JSON json_t *batch = json_array();

        for (size_t i = 0; i < count; i++) {
                json_t *params = calls[i].params ? json_incref(calls[i].params) : json_array();

                (void)json_array_append_new(batch,
                                            json_pack("{s:s, s:I, s:s, s:o}", "jsonrpc", "2.0",
                                                      "id", (json_int_t)i + 1, "method",
                                                      calls[i].method, "params", params));
        }
        return json_dumps(batch, JSON_COMPACT);
}

static void call_fail(struct rpc_call *call, int r, const char *why)
{
        json_decref(call->result);
        call->result = NULL;
        call->r = r;
        (void)snprintf(call->error, sizeof call->error, "%s", why);
        text_tame(call->error);
}

static const char *error_message(const json_t *error)
{
        const char *message = json_string_value(json_object_get(error, "message"));

        return message ? message : "an error without a message";
}

static void answer_take(json_t *answer, struct rpc_call *call)
{
        json_t *error = json_object_get(answer, "error");
        json_t *result = json_object_get(answer, "result");

        if (json_is_object(error)) {
                json_int_t code = json_integer_value(json_object_get(error, "code"));

                call_fail(call, code == METHOD_NOT_FOUND ? -ENOTSUP : -EREMOTEIO,
                          error_message(error));
        } else if (result) {
                call->result = json_incref(result);
                call->r = 0;
                call->error[0] = '\0';
        } else {
                call_fail(call, -EPROTO, "an answer without a result");
        }
}

/* A batch that was refused as a whole is answered by one error. */
static int batch_refuse(const json_t *reply, struct ocf_error *err)
{
        const json_t *error = json_object_get(reply, "error");
        char message[160];

        if (!json_is_object(error))
                return ocf_fail(err, -EPROTO, "the reply to a batch is no array");
        (void)snprintf(message, sizeof message, "%s", error_message(error));
        text_tame(message);
        return ocf_fail(err, -EREMOTEIO, "the batch was refused: %s", message);
}

/* Whom an answer is for: the call's index, or `count` when it is nobody's. */
static size_t answer_index(const json_t *answer, size_t count)
{
        json_int_t id = json_integer_value(json_object_get(answer, "id"));

        return id >= 1 && (size_t)id <= count ? (size_t)id - 1 : count;
}

int rpc_reply_take(json_t *reply, struct rpc_call *calls, size_t count, struct ocf_error *err)
{
        OWN_TEXT bool *answered = mem_zero(count * sizeof *answered);
        json_t *answer;
        size_t i;

        for (i = 0; i < count; i++)
                call_fail(&calls[i], -EPROTO, "no answer");
        if (!json_is_array(reply))
                return batch_refuse(reply, err);
        json_array_foreach (reply, i, answer) {
                size_t at = answer_index(answer, count);

                if (at == count)
                        continue;
                if (answered[at])
                        call_fail(&calls[at], -EPROTO, "more than one answer");
                else
                        answer_take(answer, &calls[at]);
                answered[at] = true;
        }
        return 0;
}

int rpc_reply_parse(const char *text, size_t length, struct rpc_call *calls, size_t count,
                    struct ocf_error *err)
{
        json_error_t where;
        OWN_JSON json_t *reply = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);

        if (!reply) {
                text_tame(where.text);
                return ocf_fail(err, -EPROTO, "the reply is no JSON: %.100s", where.text);
        }
        return rpc_reply_take(reply, calls, count, err);
}

void rpc_calls_release(struct rpc_call *calls, size_t count)
{
        for (size_t i = 0; i < count; i++) {
                json_decref(calls[i].params);
                json_decref(calls[i].result);
                calls[i].params = NULL;
                calls[i].result = NULL;
        }
}

static int call_check(const struct rpc_call *call, struct ocf_error *err)
{
        if (call->r == 0)
                return 0;
        return ocf_fail(err, call->r, "%s failed: %s", call->method, call->error);
}

static int quantity_read(const struct rpc_call *call, json_t *value, uint64_t *ret_value,
                         struct ocf_error *err)
{
        const char *text = json_string_value(value);

        if (text && parse_hex_u64(text, ret_value) == 0)
                return 0;
        return ocf_fail(err, -EPROTO, "%s: expected a quantity (0x and hex digits)", call->method);
}

int rpc_result_quantity(const struct rpc_call *call, uint64_t *ret_value, struct ocf_error *err)
{
        int r = call_check(call, err);

        return r < 0 ? r : quantity_read(call, call->result, ret_value, err);
}

int rpc_member_quantity(const struct rpc_call *call, const char *name, uint64_t *ret_value,
                        struct ocf_error *err)
{
        int r = call_check(call, err);

        return r < 0 ? r : quantity_read(call, json_object_get(call->result, name), ret_value, err);
}

int rpc_result_text(const struct rpc_call *call, const char **ret_text, struct ocf_error *err)
{
        int r = call_check(call, err);

        if (r < 0)
                return r;
        if (!json_is_string(call->result))
                return ocf_fail(err, -EPROTO, "%s: expected a text", call->method);
        *ret_text = json_string_value(call->result);
        return 0;
}
