/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"

#include <limits.h>
#include <unistd.h>

#include "suite.h"

START_TEST(deadline_that_passed_leaves_nothing)
{
        struct deadline past = deadline_in(-1), now = deadline_in(0), later = deadline_in(60000);

        ck_assert(deadline_passed(&past));
        ck_assert_int_eq(deadline_left_ms(&past), 0);
        ck_assert(deadline_passed(&now));
        ck_assert(!deadline_passed(&later));
        ck_assert_int_gt(deadline_left_ms(&later), 50000);
        ck_assert_int_le(deadline_left_ms(&later), 60000);
}
END_TEST

START_TEST(deadline_beyond_the_clock_is_never_and_fits_poll)
{
        struct deadline never = deadline_in(INT64_MAX);

        ck_assert_int_eq(deadline_left_ms(&never), INT_MAX);
        ck_assert(!deadline_passed(&never));
}
END_TEST

START_TEST(step_never_outlives_the_whole)
{
        struct deadline whole = deadline_in(100);
        struct deadline longer = deadline_cap(&whole, 60000);
        struct deadline shorter = deadline_cap(&whole, 10);

        ck_assert_int_eq(longer.at_ms, whole.at_ms);
        ck_assert_int_lt(shorter.at_ms, whole.at_ms);
}
END_TEST

START_TEST(wait_ends_by_the_descriptor_or_by_the_time)
{
        struct deadline deadline = deadline_in(60000), soon = deadline_in(30);
        int64_t began = clock_now_ms();
        int both[2];

        ck_assert_int_eq(pipe(both), 0);
        ck_assert(!clock_wait_fd(&deadline, both[0], 20));
        ck_assert(!clock_wait_fd(&soon, both[0], 60000));
        ck_assert(!clock_wait_fd(&soon, -1, 60000));
        ck_assert_int_ge(clock_now_ms() - began, 30);
        ck_assert_int_eq(write(both[1], "x", 1), 1);
        ck_assert(clock_wait_fd(&deadline, both[0], 60000));
        (void)close(both[1]);
        ck_assert_int_eq(read(both[0], both, 1), 1);
        ck_assert(clock_wait_fd(&deadline, both[0], 60000)); /* hung up */
        ck_assert_int_lt(clock_now_ms() - began, 30000);
}
END_TEST

START_TEST(wall_clock_is_the_epochs)
{
        ck_assert_int_gt(clock_wall_s(), 1600000000);
}
END_TEST

SUITE_MAIN("clock", TEST(deadline_that_passed_leaves_nothing),
           TEST(deadline_beyond_the_clock_is_never_and_fits_poll),
           TEST(step_never_outlives_the_whole), TEST(wait_ends_by_the_descriptor_or_by_the_time),
           TEST(wall_clock_is_the_epochs))
