/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "etcd/codec.h"

#include <errno.h>
#include <string.h>

#include "own.h"
#include "suite.h"
#include "text.h"

START_TEST(a_read_asks_for_the_key_alone)
{
        const struct etcd_request request = {.key = "/seat/cn1"};
        OWN_TEXT char *body = etcd_request_body(&request);

        ck_assert_str_eq(body, "{\"key\":\"L3NlYXQvY24x\"}");
        ck_assert_str_eq(etcd_request_path(&request), "/v3/kv/range");
}
END_TEST

START_TEST(a_swap_compares_the_revision_and_reads_when_it_differs)
{
        const struct etcd_request request = {
                .key = "k", .swap = true, .compare = UINT64_MAX, .value = "a\nb", .value_size = 3};
        OWN_TEXT char *body = etcd_request_body(&request);

        ck_assert_str_eq(
                body, "{\"compare\":[{\"result\":\"EQUAL\",\"target\":\"MOD\",\"key\":\"aw==\","
                      "\"mod_revision\":\"18446744073709551615\"}],\"success\":[{\"request_put\":"
                      "{\"key\":\"aw==\",\"value\":\"YQpi\"}}],\"failure\":[{\"request_range\":"
                      "{\"key\":\"aw==\"}}]}");
        ck_assert_str_eq(etcd_request_path(&request), "/v3/kv/txn");
}
END_TEST

#define HEADER "\"header\":{\"cluster_id\":\"14841639068965178418\",\"revision\":\"9\"}"
#define KV "{\"key\":\"aw==\",\"mod_revision\":\"7\",\"value\":\"YQpi\"}"

static const struct {
        const char *text;
        bool swap;
        int r;
        enum etcd_outcome outcome;
        bool exists;
        uint64_t key_revision;
} answers[] = {
        {"{" HEADER "}", false, 0, ETCD_SHOWN, false, 0},
        {"{" HEADER ",\"kvs\":[]}", false, 0, ETCD_SHOWN, false, 0},
        {"{" HEADER ",\"kvs\":[" KV "],\"count\":\"1\"}", false, 0, ETCD_SHOWN, true, 7},
        {"{" HEADER ",\"kvs\":[" KV "," KV "]}", false, -EPROTO, 0, false, 0},
        {"{" HEADER ",\"kvs\":{}}", false, -EPROTO, 0, false, 0},
        {"{" HEADER ",\"kvs\":[{\"mod_revision\":\"10\",\"value\":\"YQ==\"}]}", false, -EPROTO, 0,
         false, 0},
        {"{" HEADER ",\"kvs\":[{\"mod_revision\":\"x\",\"value\":\"YQ==\"}]}", false, -EPROTO, 0,
         false, 0},
        {"{" HEADER ",\"kvs\":[{\"mod_revision\":\"7\",\"value\":\"Y\"}]}", false, -EPROTO, 0,
         false, 0},
        {"{" HEADER ",\"kvs\":[{\"value\":\"YQ==\"}]}", false, -EPROTO, 0, false, 0},
        {"{\"kvs\":[" KV "]}", false, -EPROTO, 0, false, 0},
        {"{\"header\":{\"revision\":\"9\"}}", false, -EPROTO, 0, false, 0},
        {"{\"header\":{\"cluster_id\":\"1\"}}", false, -EPROTO, 0, false, 0},
        {"{\"header\":{\"cluster_id\":\"1\",\"revision\":\"-9\"}}", false, -EPROTO, 0, false, 0},
        {"{" HEADER ",\"succeeded\":true,\"responses\":[{\"response_put\":{\"header\":{}}}]}", true,
         0, ETCD_DONE, false, 9},
        {"{" HEADER ",\"responses\":[{\"response_range\":{\"kvs\":[" KV "]}}]}", true, 0,
         ETCD_DIFFERS, true, 7},
        {"{" HEADER ",\"succeeded\":false,\"responses\":[{\"response_range\":{}}]}", true, 0,
         ETCD_DIFFERS, false, 0},
        {"{" HEADER ",\"succeeded\":true,\"responses\":[{\"response_range\":{}}]}", true, -EPROTO,
         0, false, 0},
        {"{" HEADER ",\"succeeded\":true}", true, -EPROTO, 0, false, 0},
        {"{" HEADER ",\"succeeded\":\"true\",\"responses\":[{\"response_put\":{}}]}", true, -EPROTO,
         0, false, 0},
        {"{" HEADER "}", true, -EPROTO, 0, false, 0},
        {"{" HEADER ",\"responses\":[{\"response_put\":{}}]}", true, -EPROTO, 0, false, 0},
        {"{\"error\":\"x\",\"code\":14}", true, -EPROTO, 0, false, 0},
        {"[]", true, -EPROTO, 0, false, 0},
        {"nil", false, -EPROTO, 0, false, 0},
        {"", false, -EPROTO, 0, false, 0},
};

START_TEST(an_answer_tells_the_outcome_or_is_none)
{
        struct etcd_answer answer = {.cluster = 77};
        struct ocf_error err = {0};

        ck_assert_int_eq(etcd_answer_parse(answers[_i].text, strlen(answers[_i].text),
                                           answers[_i].swap, &answer, &err),
                         answers[_i].r);
        if (answers[_i].r < 0) {
                ck_assert_uint_eq(answer.cluster, 77);
                ck_assert(err.sentence[0]);
                return;
        }
        ck_assert_uint_eq(answer.cluster, UINT64_C(14841639068965178418));
        ck_assert_uint_eq(answer.revision, 9);
        ck_assert_int_eq(answer.outcome, answers[_i].outcome);
        ck_assert_int_eq(answer.exists, answers[_i].exists);
        ck_assert_uint_eq(answer.key_revision, answers[_i].key_revision);
        if (answer.exists)
                ck_assert_mem_eq(answer.value, "a\nb", 3);
}
END_TEST

START_TEST(a_value_larger_than_the_bound_is_refused)
{
        OWN_TEXT char *value = mem_zero(ETCD_VALUE_MAX * 2);
        OWN_TEXT char *text = NULL;
        struct etcd_answer answer;

        memset(value, 'A', ETCD_VALUE_MAX * 2 - 4);
        text = text_format("{" HEADER ",\"kvs\":[{\"mod_revision\":\"7\",\"value\":\"%s\"}]}",
                           value);
        ck_assert_int_eq(etcd_answer_parse(text, strlen(text), false, &answer, NULL), -EPROTO);
}
END_TEST

/* What a broken proxy or a hostile peer may make of good answers: it is read or refused. */
START_TEST(a_damaged_answer_is_read_or_refused)
{
        unsigned int seed = (unsigned int)getpid();

        printf("seed %u\n", seed);
        for (int i = 0; i < 50000; i++) {
                const size_t row = (size_t)rand_r(&seed) % (sizeof answers / sizeof *answers);
                OWN_TEXT char *text = text_copy(answers[row].text);
                size_t length = strlen(text);
                struct etcd_answer answer = {0};

                for (int n = rand_r(&seed) % 4; length > 0 && n >= 0; n--)
                        text[(size_t)rand_r(&seed) % length] = (char)rand_r(&seed);
                if (length > 0 && rand_r(&seed) % 3 == 0)
                        length = (size_t)rand_r(&seed) % length;
                if (etcd_answer_parse(text, length, answers[row].swap, &answer, NULL) < 0)
                        continue;
                ck_assert_int_ne(answer.outcome, ETCD_UNKNOWN);
                ck_assert_uint_le(answer.value_size, ETCD_VALUE_MAX);
                ck_assert_uint_le(answer.key_revision, answer.revision);
        }
}
END_TEST

START_TEST(the_gateways_own_words_are_kept_and_made_printable)
{
        const char text[] =
                "{\"error\":\"a\",\"message\":\"etcdserver: no leader\\n\",\"code\":14}";
        char words[64];

        etcd_error_text(text, strlen(text), words, sizeof words);
        ck_assert_str_eq(words, "etcdserver: no leader?");
        etcd_error_text("<html>", 6, words, sizeof words);
        ck_assert_str_eq(words, "");
}
END_TEST

SUITE_MAIN("etcd_codec", TEST(a_read_asks_for_the_key_alone),
           TEST(a_swap_compares_the_revision_and_reads_when_it_differs),
           TABLE(an_answer_tells_the_outcome_or_is_none, answers),
           TEST(a_value_larger_than_the_bound_is_refused),
           TEST(a_damaged_answer_is_read_or_refused),
           TEST(the_gateways_own_words_are_kept_and_made_printable))
