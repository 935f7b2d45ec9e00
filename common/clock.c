/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"

#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <time.h>

uint64_t clock_now_ns(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_BOOTTIME, &now);
        return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

int64_t clock_now_ms(void)
{
        return (int64_t)(clock_now_ns() / 1000000);
}

int64_t clock_wall_ms(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_REALTIME, &now);
        return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_s(void)
{
        return clock_wall_ms() / 1000;
}

void clock_hurry(void)
{
        const struct sched_param priority = {.sched_priority = 10};

        (void)sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority);
}

struct deadline deadline_in(int64_t ms)
{
        struct deadline deadline;

        if (__builtin_add_overflow(clock_now_ms(), ms, &deadline.at_ms))
                deadline.at_ms = INT64_MAX;
        return deadline;
}

struct deadline deadline_cap(const struct deadline *deadline, int64_t ms)
{
        struct deadline step = deadline_in(ms);

        return step.at_ms < deadline->at_ms ? step : *deadline;
}

int deadline_left_ms(const struct deadline *deadline)
{
        int64_t left = deadline->at_ms - clock_now_ms();

        if (left <= 0)
                return 0;
        return left < INT_MAX ? (int)left : INT_MAX;
}

bool deadline_passed(const struct deadline *deadline)
{
        return deadline_left_ms(deadline) == 0;
}

bool clock_wait_fd(const struct deadline *deadline, int fd, int ms)
{
        struct deadline step = deadline_cap(deadline, ms);
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int left;

        while ((left = deadline_left_ms(&step)) > 0)
                if (poll(&wait, 1, left) > 0)
                        return true;
        return false;
}
