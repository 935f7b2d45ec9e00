/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program chain-reference, as the agents run it. */
#include <string.h>

#include "clock.h"
#include "fake_server.h"
#include "process/spawn.h"
#include "suite.h"
#include "text.h"

#define HEAD(body) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" body
#define BLOCK(number) \
        HEAD("[{\"id\":1,\"result\":{\"number\":\"" number "\",\"timestamp\":\"0x10\"}}]\n")

static void reference_answer(int connection, const void *data)
{
        OWN_TEXT char *request = fake_receive(connection, "}]");

        if (!strstr(request, "klay_getBlockByNumber"))
                return;
        fake_send(connection, data);
}

static void reference_stall(int connection, const void *data)
{
        reference_answer(connection, data);
        fake_stall();
}

/* Runs it for one server, and with `beside` for that too. */
static struct spawn_result references_ask(const struct fake_server *one,
                                          const struct fake_server *beside)
{
        OWN_TEXT char *first = text_format("http://127.0.0.1:%d/secret", one->port);
        OWN_TEXT char *second = text_format("http://127.0.0.1:%d/", beside ? beside->port : 0);
        const char *const argv[] = {REFERENCE_PROGRAM, "400", first, beside ? second : NULL, NULL};
        struct spawn_request request = {.argv = argv};
        struct deadline deadline = deadline_in(10000);
        struct spawn_result result = {0};

        ck_assert_int_eq(spawn_run(&request, &deadline, &result, NULL), 0);
        ck_assert_ptr_null(strstr(result.err, "secret"));
        return result;
}

static const struct {
        void (*serve)(int connection, const void *data);
        const char *answer;
        const char *out;
} references[] = {
        {reference_answer, BLOCK("0xc1"), "193 16\n"},
        {reference_answer, BLOCK("c1"), ""},
        {reference_answer, HEAD("[{\"id\":1,\"result\":null}]"), ""},
        {reference_answer, HEAD("[{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}]"), ""},
        {reference_answer, HEAD("[]"), ""},
        {reference_answer, HEAD("garbage"), ""},
        {reference_answer, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", ""},
        {reference_answer, "", ""},
        {reference_stall, "", ""},
        {reference_stall, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[", ""},
};

START_TEST(reference_is_read_or_says_why_not)
{
        OWN_FAKE_SERVER struct fake_server server =
                fake_server_tcp(references[_i].serve, references[_i].answer);
        OWN_SPAWN_RESULT struct spawn_result result = references_ask(&server, NULL);

        ck_assert_str_eq(result.out, references[_i].out);
        ck_assert_int_eq(result.exit_code, *references[_i].out ? 0 : 1);
        ck_assert_int_eq(result.err_size > 0, !*references[_i].out);
}
END_TEST

/* Whatever one of them does, the other's word counts. */
START_TEST(one_reference_is_enough)
{
        OWN_FAKE_SERVER struct fake_server bad =
                fake_server_tcp(references[_i].serve, references[_i].answer);
        OWN_FAKE_SERVER struct fake_server good = fake_server_tcp(reference_answer, BLOCK("0x7"));
        int64_t began = clock_now_ms();
        OWN_SPAWN_RESULT struct spawn_result result = references_ask(&bad, &good);

        ck_assert_int_eq(result.exit_code, 0);
        ck_assert_ptr_nonnull(strstr(result.out, "7 16\n"));
        ck_assert_int_le(clock_now_ms() - began, 400 + 450); /* before the agent kills it */
}
END_TEST

SUITE_MAIN("chain_reference", TABLE(reference_is_read_or_says_why_not, references),
           TABLE(one_reference_is_enough, references))
