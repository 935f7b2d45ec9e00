/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a reply; its first byte says to how many calls. Each call ends with a result or with
 * a reason, never with both, and its words can be shown. */
#include <stdint.h>
#include <string.h>

#include "rpc/json_rpc.h"

#define CALLS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void text_is_tame(const char *text)
{
        for (; *text; text++)
                holds(*text >= ' ' && *text <= '~');
}

static void call_is_sound(const struct rpc_call *call, int whole)
{
        uint64_t value = 7;
        struct ocf_error err = {0};
        int r = rpc_result_quantity(call, &value, &err);

        holds((call->r == 0) == (call->result != NULL));
        holds(call->r <= 0 && (whole == 0 || call->r < 0));
        holds(r == 0 || value == 7);
        holds(ocf_error_set(&err) == (r < 0));
        text_is_tame(call->error);
        text_is_tame(err.sentence);
        (void)rpc_member_quantity(call, "number", &value, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct rpc_call calls[CALLS_MAX] = {0};
        struct ocf_error err = {0};
        size_t count;
        int r;

        if (size == 0)
                return 0;
        count = data[0] % CALLS_MAX + 1;
        for (size_t i = 0; i < count; i++)
                calls[i] = (struct rpc_call){.method = "klay_blockNumber", .r = -1};
        r = rpc_reply_parse((const char *)data + 1, size - 1, calls, count, &err);
        holds(ocf_error_set(&err) == (r < 0));
        text_is_tame(err.sentence);
        for (size_t i = 0; i < count; i++)
                call_is_sound(&calls[i], r);
        rpc_calls_release(calls, count);
        return 0;
}
