/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/ipc.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "fake_server.h"
#include "scratch.h"
#include "suite.h"
#include "text.h"

#define GOOD "[{\"id\":1,\"result\":\"a\"},{\"id\":2,\"result\":\"b\"}]"

/* The request ends with its own bracket; nothing else tells its end. */
static void answer(int connection, const void *data)
{
        OWN_TEXT char *request = fake_receive(connection, "}]");

        fake_send(connection, data);
}

static void answer_and_stall(int connection, const void *data)
{
        answer(connection, data);
        fake_stall();
}

static void answer_slowly(int connection, const void *data)
{
        struct deadline never = deadline_in(600000);
        OWN_TEXT char *request = fake_receive(connection, "}]");

        for (const char *at = data; *at; at++) {
                const char one[] = {*at, '\0'};

                fake_send(connection, one);
                (void)clock_wait_fd(&never, -1, 2);
        }
        fake_stall();
}

static void answer_without_end(int connection, const void *data)
{
        answer(connection, data);
        for (;;)
                fake_send(connection, "                                                    ");
}

static void take_nothing(int connection, const void *data)
{
        (void)connection;
        (void)data;
        fake_stall();
}

static const struct {
        void (*serve)(int connection, const void *data);
        const char *answer;
        int r;
        int ms;
} conversations[] = {
        {answer, GOOD, 0, 5000},
        {answer_and_stall, GOOD, 0, 5000},
        {answer_and_stall, GOOD "\n", 0, 5000},
        {answer_and_stall, GOOD GOOD, 0, 5000},
        {answer_slowly, GOOD, 0, 5000},
        {answer_slowly, "[                                                        ", -ETIMEDOUT,
         100},
        {answer_and_stall, "", -ETIMEDOUT, 200},
        {answer_and_stall, "[{\"id\":1,", -ETIMEDOUT, 200},
        {take_nothing, "", -ETIMEDOUT, 200},
        {answer, "", -EPROTO, 5000},
        {answer, "[{\"id\":1,", -EPROTO, 5000},
        {answer_and_stall, "garbage\n", -EPROTO, 5000},
        {answer_without_end, "[", -EMSGSIZE, 5000},
        {answer_and_stall, "{\"id\":null,\"error\":{\"code\":-32600,\"message\":\"no batch\"}}\n",
         -EREMOTEIO, 5000},
};

START_TEST(node_is_asked_within_the_deadline)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "klay.ipc");
        OWN_FAKE_SERVER struct fake_server server =
                fake_server_unix(path, conversations[_i].serve, conversations[_i].answer);
        struct rpc_call calls[] = {{.method = "one"}, {.method = "two"}};
        struct deadline deadline = deadline_in(conversations[_i].ms);
        struct ocf_error err = {0};
        int64_t began = clock_now_ms();
        int r = ipc_call(path, calls, 2, &deadline, &err);

        ck_assert_int_gt(server.pid, 0);
        ck_assert_msg(r == conversations[_i].r, "%d: %s", r, err.sentence);
        ck_assert_int_le(clock_now_ms() - began, conversations[_i].ms + 500);
        ck_assert_int_eq(ocf_error_set(&err), r < 0);
        for (int i = 0; i < 2; i++)
                ck_assert_int_eq(calls[i].r == 0 && calls[i].result, r == 0);
        rpc_calls_release(calls, 2);
}
END_TEST

START_TEST(request_that_nobody_takes_ends_at_the_deadline)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "klay.ipc");
        OWN_FAKE_SERVER struct fake_server server = fake_server_unix(path, take_nothing, NULL);
        OWN_TEXT char *large = mem_zero(4000001);
        struct rpc_call call = {.method = "one"};
        struct deadline deadline = deadline_in(300);
        int64_t began = clock_now_ms();

        memset(large, 'x', 4000000);
        call.params = json_pack("[s]", large);
        ck_assert_int_gt(server.pid, 0);
        ck_assert_int_eq(ipc_call(path, &call, 1, &deadline, NULL), -ETIMEDOUT);
        ck_assert_int_le(clock_now_ms() - began, 1500);
        rpc_calls_release(&call, 1);
}
END_TEST

START_TEST(node_that_is_not_there_is_told)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "klay.ipc");
        struct rpc_call call = {.method = "one"};
        struct deadline deadline = deadline_in(5000);
        struct ocf_error err = {0};

        ck_assert_int_eq(ipc_call(path, &call, 1, &deadline, &err), -ENOENT);
        ck_assert_ptr_nonnull(strstr(err.sentence, path));
        {
                struct fake_server server = fake_server_unix(path, answer, GOOD);

                fake_server_stop(&server); /* its socket stays behind, as a dead node's does */
        }
        ck_assert_int_eq(ipc_call(path, &call, 1, &deadline, NULL), -ECONNREFUSED);
}
END_TEST

/* A real kcn on a folder of its own, off the network (its default is Mainnet's genesis). */
static pid_t kcn_start(const struct scratch *scratch)
{
        OWN_TEXT char *program = text_format("%s/bin/kcn", getenv("PEERS"));
        OWN_TEXT char *log = scratch_path(scratch, "log");
        pid_t pid = fork();

        if (pid)
                return pid;
        if (freopen(log, "we", stdout) && dup2(1, 2) == 2)
                (void)execl(program, "kcn", "--datadir", scratch->path, "--nodiscover", "--nat",
                            "none", "--maxconnections", "0", "--port", "0", "--subport", "0",
                            "--ntp.disable", "--verbosity", "2", "--db.leveldb.cache-size", "16",
                            "--state.cache-size", "16", "--state.trie-cache-limit", "16",
                            "--cache.level", "saving", "--rewardbase",
                            "0x0000000000000000000000000000000000000001", (char *)NULL);
        _Exit(127);
}

START_TEST(real_kcn_answers_a_batch)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "klay.ipc");
        struct rpc_call calls[] = {{.method = "klay_blockNumber"},
                                   {.method = "klay_nodeAddress"},
                                   {.method = "klay_noSuchMethod"},
                                   {.method = "klay_syncing"}};
        struct deadline deadline = deadline_in(50000);
        struct ocf_error err = {0};
        const char *address;
        uint64_t height = 7;
        pid_t pid;
        int r;

        if (!getenv("PEERS")) {
                (void)printf(
                        "left out: a real kcn; set PEERS to what tests/peers/build.sh prints\n");
                return;
        }
        pid = kcn_start(&scratch);
        while ((r = ipc_call(path, calls, 4, &deadline, &err)) < 0 && !deadline_passed(&deadline)) {
                ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
                ocf_error_clear(&err);
                (void)clock_wait_fd(&deadline, -1, 100);
        }
        ck_assert_msg(r == 0, "%s", err.sentence);
        ck_assert_int_eq(rpc_result_quantity(&calls[0], &height, NULL), 0);
        ck_assert_uint_eq(height, 0);
        ck_assert_int_eq(rpc_result_text(&calls[1], &address, NULL), 0);
        ck_assert_uint_eq(strlen(address), 42);
        ck_assert_int_eq(calls[2].r, -ENOTSUP);
        ck_assert(json_is_false(calls[3].result));
        rpc_calls_release(calls, 4);
        (void)kill(pid, SIGKILL);
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

SUITE_MAIN("ipc", TABLE(node_is_asked_within_the_deadline, conversations),
           TEST(request_that_nobody_takes_ends_at_the_deadline),
           TEST(node_that_is_not_there_is_told), TEST(real_kcn_answers_a_batch))
