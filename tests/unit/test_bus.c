/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/bus.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "scratch.h"
#include "suite.h"

/* Points the system bus to a socket of the test's own. */
static int socket_listen(const struct scratch *scratch)
{
        OWN_TEXT char *path = scratch_path(scratch, "bus");
        OWN_TEXT char *address = text_format("unix:path=%s", path);
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
        ck_assert_int_eq(listen(fd, 8), 0);
        ck_assert_int_eq(setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1), 0);
        return fd;
}

START_TEST(bus_that_does_not_greet_costs_the_deadline_and_no_more)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_FD int fd = socket_listen(&scratch);
        struct deadline deadline = deadline_in(300);
        int64_t began = clock_now_ms();
        struct ocf_error err = {0};
        OWN_BUS sd_bus *bus = NULL;

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(bus_open(&deadline, &bus, &err), -ETIMEDOUT);
        ck_assert_int_ge(clock_now_ms() - began, 290);
        ck_assert_int_le(clock_now_ms() - began, 2000);
        ck_assert_ptr_null(bus);
        ck_assert_ptr_nonnull(strstr(err.sentence, "cannot reach systemd over the system bus"));
}
END_TEST

START_TEST(bus_that_hangs_up_is_an_error_at_once)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_FD int fd = socket_listen(&scratch);
        struct deadline deadline = deadline_in(10000);
        int64_t began = clock_now_ms();
        struct ocf_error err = {0};
        OWN_BUS sd_bus *bus = NULL;

        if (fork() == 0)
                _Exit(close(accept(fd, NULL, NULL)));
        ck_assert_int_lt(bus_open(&deadline, &bus, &err), 0);
        ck_assert_int_le(clock_now_ms() - began, 5000);
        ck_assert(ocf_error_set(&err));
}
END_TEST

/* Must not be taken for a unit that is missing. */
START_TEST(bus_that_is_not_there_is_refused)
{
        struct deadline deadline = deadline_in(10000);
        struct ocf_error err = {0};
        OWN_BUS sd_bus *bus = NULL;

        ck_assert_int_eq(setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus", 1), 0);
        ck_assert_int_eq(bus_open(&deadline, &bus, &err), -ECONNREFUSED);
        ck_assert(ocf_error_set(&err));
}
END_TEST

SUITE_MAIN("bus", TEST(bus_that_does_not_greet_costs_the_deadline_and_no_more),
           TEST(bus_that_hangs_up_is_an_error_at_once), TEST(bus_that_is_not_there_is_refused))
