/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_RPC_JSON_RPC_H
#define VALIDATOR_RPC_JSON_RPC_H

/* JSON-RPC 2.0 requests and replies, several in one go, apart from how they travel (rpc/ipc.h for a
 * unix socket, chain/reference.h for HTTP). Answers are matched by id, in any order; each call has
 * its own result. */

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "ocf/error.h"
#include "own.h"

#define RPC_REPLY_MAX ((size_t)1 << 20)

struct rpc_call {
        const char *method;
        json_t *params; /* an array; owned; NULL for none */
        /* 0, or -ENOTSUP: the method is not known there; -EREMOTEIO: another error; -EPROTO: no
         * answer, two, or no JSON-RPC. Set by rpc_reply_take. */
        int r;
        json_t *result;  /* owned; NULL unless r is 0 */
        char error[160]; /* the other side's words, made printable */
};

/* The batch as text; the caller frees. */
char *rpc_request_text(const struct rpc_call *calls, size_t count);

/* Shares out a reply, one document. -EREMOTEIO with a sentence when the batch was refused as a
 * whole, -EPROTO when the reply is none of the form, and no call has a result then; else 0, and the
 * calls say the rest. */
int rpc_reply_take(json_t *reply, struct rpc_call *calls, size_t count, struct ocf_error *err);

/* The same from text. */
int rpc_reply_parse(const char *text, size_t length, struct rpc_call *calls, size_t count,
                    struct ocf_error *err);

void rpc_calls_release(struct rpc_call *calls, size_t count);

/* The result of a call as a quantity (0x and hex digits), or as a text that the call owns. Errors:
 * the call's own, with a sentence that names its method; -EPROTO when it is something else. */
int rpc_result_quantity(const struct rpc_call *call, uint64_t *ret_value, struct ocf_error *err);
int rpc_result_text(const struct rpc_call *call, const char **ret_text, struct ocf_error *err);

/* A member of a result that is an object, the same way. */
int rpc_member_quantity(const struct rpc_call *call, const char *name, uint64_t *ret_value,
                        struct ocf_error *err);

static inline void own_json(json_t **json)
{
        json_decref(*json);
}

#define OWN_JSON OWN(own_json)

#endif
