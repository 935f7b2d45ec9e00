/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat/client.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "own.h"
#include "suite.h"

/* A keeper's socket, in a /run of the test's own; `backlog` as listen takes it. */
static int keeper_listen(int backlog)
{
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

        ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        ck_assert_int_eq(mount("tmpfs", "/run", "tmpfs", 0, NULL), 0);
        ck_assert_int_eq(mkdir(SEAT_SOCKET_DIR, 0700), 0);
        (void)snprintf(name.sun_path, sizeof name.sun_path, "%s/cell.sock", SEAT_SOCKET_DIR);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
        ck_assert_int_eq(listen(fd, backlog), 0);
        return fd;
}

/* Agents come every few seconds, and each leaves one connection in the backlog of a keeper that
 * hangs; when that is full, connect itself waits. */
START_TEST(keeper_that_hangs_costs_the_deadline_however_often)
{
        OWN_FD int fd = keeper_listen(1);

        ck_assert_int_ge(fd, 0);
        for (int i = 0; i < 6; i++) {
                struct deadline deadline = deadline_in(100);
                int64_t began = clock_now_ms();
                struct ocf_error err = {0};
                struct seat_view view;

                ck_assert_int_eq(seat_status("cell", &deadline, &view, &err), -ETIMEDOUT);
                ck_assert_int_le(clock_now_ms() - began, 1000);
                ck_assert_ptr_nonnull(strstr(err.sentence, "did not answer in time"));
                ck_assert_int_eq(view.held, TRI_UNKNOWN);
                ck_assert_int_eq(view.armed, TRI_UNKNOWN);
        }
}
END_TEST

START_TEST(keeper_that_is_not_there_is_told)
{
        struct deadline deadline = deadline_in(5000);
        struct ocf_error err = {0};
        struct seat_view view;

        (void)close(keeper_listen(1)); /* its socket stays behind */
        ck_assert_int_eq(seat_status("cell", &deadline, &view, &err), -EHOSTDOWN);
        ck_assert_ptr_nonnull(strstr(err.sentence, "does not listen"));
        ck_assert_int_eq(seat_status("other", &deadline, &view, NULL), -EHOSTDOWN);
        ck_assert_int_eq(seat_status("../cell", &deadline, &view, NULL), -EINVAL);
}
END_TEST

static const struct {
        const char *answer; /* NULL: the keeper ends */
        int r;
        enum tri held;
} answers[] = {
        {"version=1\nresult=ok\nheld=yes\n", 0, TRI_YES},
        {"version=1\nresult=ok\nheld=no\n", 0, TRI_NO},
        {"version=1\nresult=ok\nheld=maybe\n", 0, TRI_UNKNOWN},
        {"version=1\nresult=ok\n", 0, TRI_UNKNOWN},
        {"version=1\nresult=refused\nreason=no\nheld=no\n", -EPERM, TRI_UNKNOWN},
        {"version=1\nresult=failed\nheld=no\n", -EIO, TRI_UNKNOWN},
        {"version=1\nheld=no\n", -EIO, TRI_UNKNOWN},
        {"version=9\nresult=ok\nheld=no\n", -EPROTONOSUPPORT, TRI_UNKNOWN},
        {"result=ok\nheld=no\n", -EPROTONOSUPPORT, TRI_UNKNOWN},
        {"version=1\nresult=ok\nheld=no", -EPROTO, TRI_UNKNOWN},
        {"garbage", -EPROTO, TRI_UNKNOWN},
        {NULL, -EHOSTDOWN, TRI_UNKNOWN},
};

START_TEST(only_a_keepers_clear_word_is_one)
{
        OWN_FD int fd = keeper_listen(8);
        struct deadline deadline = deadline_in(5000);
        struct seat_view view = {.held = TRI_NO};
        struct ocf_error err = {0};
        const char *answer = answers[_i].answer;

        if (fork() == 0) {
                int connection = accept(fd, NULL, NULL);
                char request[4096];

                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                _Exit(recv(connection, request, sizeof request, 0) <= 0 ||
                      (answer && send(connection, answer, strlen(answer), 0) < 0));
        }
        ck_assert_int_eq(seat_status("cell", &deadline, &view, &err), answers[_i].r);
        ck_assert_int_eq(view.held, answers[_i].held);
        ck_assert_int_eq(ocf_error_set(&err), answers[_i].r < 0);
}
END_TEST

static const char *root_missing(void)
{
        return geteuid() == 0 ? NULL : "needs root, for a /run of its own";
}

SUITE_MAIN_WHERE("seat_client", root_missing(),
                 TEST(keeper_that_hangs_costs_the_deadline_however_often),
                 TEST(keeper_that_is_not_there_is_told),
                 TABLE(only_a_keepers_clear_word_is_one, answers))
