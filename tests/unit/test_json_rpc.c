/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/json_rpc.h"

#include <errno.h>
#include <string.h>

#include "suite.h"
#include "text.h"

#define CALLS 2

/* What a reply makes of two calls: the whole's errno, and each call's. "" is no result. */
static const struct {
        const char *reply;
        int r;
        int calls[CALLS];
        const char *results[CALLS];
} replies[] = {
        {"[{\"id\":1,\"result\":\"a\"},{\"id\":2,\"result\":\"b\"}]", 0, {0, 0}, {"a", "b"}},
        {"[{\"id\":2,\"result\":\"b\"},{\"id\":1,\"result\":\"a\"}]\n", 0, {0, 0}, {"a", "b"}},
        {"[{\"id\":1,\"result\":\"a\",\"error\":null}]", 0, {0, -EPROTO}, {"a", ""}},
        {"[]", 0, {-EPROTO, -EPROTO}, {"", ""}},
        {"[{\"id\":1,\"result\":\"a\"},{\"id\":1,\"result\":\"b\"}]",
         0,
         {-EPROTO, -EPROTO},
         {"", ""}},
        /* twice refused, then answered; thrice answered */
        {"[{\"id\":1,\"error\":{\"code\":-1}},{\"id\":1,\"result\":\"a\"},"
         "{\"id\":2,\"result\":\"b\"},{\"id\":2,\"result\":\"b\"},{\"id\":2,\"result\":\"b\"}]",
         0,
         {-EPROTO, -EPROTO},
         {"", ""}},
        {"[{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}},"
         "{\"id\":2,\"error\":{\"code\":-32000,\"message\":\"no\"}}]",
         0,
         {-ENOTSUP, -EREMOTEIO},
         {"", ""}},
        {"[{\"id\":1,\"error\":{},\"result\":\"a\"},{\"id\":2}]",
         0,
         {-EREMOTEIO, -EPROTO},
         {"", ""}},
        /* ids that are nobody's, or no numbers */
        {"[{\"id\":0,\"result\":\"a\"},{\"id\":3,\"result\":\"a\"},{\"id\":-1,\"result\":\"a\"},"
         "{\"id\":\"1\",\"result\":\"a\"},{\"id\":1.0,\"result\":\"a\"},{\"id\":null},7,null,[]]",
         0,
         {-EPROTO, -EPROTO},
         {"", ""}},
        {"{\"id\":null,\"error\":{\"code\":-32600,\"message\":\"empty batch\"}}",
         -EREMOTEIO,
         {-EPROTO, -EPROTO},
         {"", ""}},
        {"{\"id\":1,\"result\":\"a\"}", -EPROTO, {-EPROTO, -EPROTO}, {"", ""}},
        {"", -EPROTO, {7, 7}, {"", ""}},
        {"garbage", -EPROTO, {7, 7}, {"", ""}},
        {"[{\"id\":1,\"result\":\"a\"}", -EPROTO, {7, 7}, {"", ""}},
        {"[{\"id\":1,\"result\":\"a\"}] []", -EPROTO, {7, 7}, {"", ""}},
        {"[{\"id\":1,\"id\":2,\"result\":\"a\"}]", -EPROTO, {7, 7}, {"", ""}},
};

START_TEST(reply_is_shared_out_by_id)
{
        struct rpc_call calls[CALLS] = {{.method = "one", .r = 7}, {.method = "two", .r = 7}};
        const char *reply = replies[_i].reply;
        struct ocf_error err = {0};

        ck_assert_int_eq(rpc_reply_parse(reply, strlen(reply), calls, CALLS, &err), replies[_i].r);
        ck_assert_int_eq(ocf_error_set(&err), replies[_i].r < 0);
        for (int i = 0; i < CALLS; i++) {
                const char *text = "";

                ck_assert_int_eq(calls[i].r, replies[_i].calls[i]);
                ck_assert_int_eq(calls[i].result != NULL, calls[i].r == 0);
                (void)rpc_result_text(&calls[i], &text, NULL);
                ck_assert_str_eq(text, replies[_i].results[i]);
        }
        rpc_calls_release(calls, CALLS);
}
END_TEST

START_TEST(reply_replaces_the_one_before)
{
        static const char good[] = "[{\"id\":1,\"result\":\"a\"}]";
        struct rpc_call call = {.method = "one"};

        ck_assert_int_eq(rpc_reply_parse(good, strlen(good), &call, 1, NULL), 0);
        ck_assert_int_eq(call.r, 0);
        ck_assert_int_eq(rpc_reply_parse("[]", 2, &call, 1, NULL), 0);
        ck_assert_int_eq(call.r, -EPROTO);
        ck_assert_ptr_null(call.result);
}
END_TEST

START_TEST(words_of_the_other_side_are_made_harmless)
{
        static const char reply[] =
                "[{\"id\":1,\"error\":{\"code\":1,\"message\":\"a\\nb\\u001b\"}}]";
        struct rpc_call call = {.method = "klay_x"};
        struct ocf_error err = {0};
        uint64_t value = 7;

        ck_assert_int_eq(rpc_reply_parse(reply, strlen(reply), &call, 1, NULL), 0);
        ck_assert_int_eq(rpc_result_quantity(&call, &value, &err), -EREMOTEIO);
        ck_assert_str_eq(err.sentence, "klay_x failed: a?b?");
        ck_assert_uint_eq(value, 7);
}
END_TEST

static const struct {
        const char *result;
        int r;
        uint64_t value;
} quantities[] = {
        {"\"0xc1\"", 0, 0xc1},
        {"\"0x0\"", 0, 0},
        {"193", -EPROTO, 7},
        {"\"c1\"", -EPROTO, 7},
        {"null", -EPROTO, 7},
        {"false", -EPROTO, 7},
        {"{\"a\":1}", -EPROTO, 7},
        {"\"0x\"", -EPROTO, 7},
        {"\"0x1g\"", -EPROTO, 7},
        {"\"0xffffffffffffffff\"", 0, UINT64_MAX},
        {"\"0x10000000000000000\"", -EPROTO, 7},
};

START_TEST(quantity_is_read_or_refused)
{
        OWN_TEXT char *reply =
                text_format("[{\"id\":1,\"result\":%s},{\"id\":2,\"result\":{\"n\":%s}}]",
                            quantities[_i].result, quantities[_i].result);
        struct rpc_call calls[] = {{.method = "one"}, {.method = "two"}};
        uint64_t value = 7, member = 7;

        ck_assert_int_eq(rpc_reply_parse(reply, strlen(reply), calls, 2, NULL), 0);
        ck_assert_int_eq(rpc_result_quantity(&calls[0], &value, NULL), quantities[_i].r);
        ck_assert_uint_eq(value, quantities[_i].value);
        ck_assert_int_eq(rpc_member_quantity(&calls[1], "n", &member, NULL), quantities[_i].r);
        ck_assert_uint_eq(member, quantities[_i].value);
        ck_assert_int_eq(rpc_member_quantity(&calls[1], "m", &member, NULL), -EPROTO);
        rpc_calls_release(calls, 2);
}
END_TEST

START_TEST(request_is_one_batch)
{
        struct rpc_call calls[] = {{.method = "one"},
                                   {.method = "two", .params = json_pack("[s,b]", "latest", 0)}};
        OWN_TEXT char *text = rpc_request_text(calls, 2);

        ck_assert_str_eq(text, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"one\",\"params\":[]},"
                               "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"two\","
                               "\"params\":[\"latest\",false]}]");
        rpc_calls_release(calls, 2);
}
END_TEST

/* As deep as nobody means it. */
START_TEST(deep_reply_is_refused)
{
        OWN_TEXT char *reply = mem_zero(200001);
        struct rpc_call call = {.method = "one"};

        memset(reply, '[', 200000);
        ck_assert_int_eq(rpc_reply_parse(reply, 200000, &call, 1, NULL), -EPROTO);
}
END_TEST

SUITE_MAIN("json_rpc", TABLE(reply_is_shared_out_by_id, replies),
           TEST(reply_replaces_the_one_before), TEST(words_of_the_other_side_are_made_harmless),
           TABLE(quantity_is_read_or_refused, quantities), TEST(request_is_one_batch),
           TEST(deep_reply_is_refused))
