/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/bus.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

/* When the connection itself wants to be woken, in milliseconds from now. Its time is
 * CLOCK_MONOTONIC's. */
static int bus_timeout_ms(sd_bus *bus)
{
        struct timespec now;
        uint64_t at_us, now_us;

        if (sd_bus_get_timeout(bus, &at_us) < 0 || at_us == UINT64_MAX)
                return INT32_MAX;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
        if (at_us <= now_us)
                return 0;
        at_us = (at_us - now_us + 999) / 1000;
        return at_us < INT32_MAX ? (int)at_us : INT32_MAX;
}

int bus_step(sd_bus *bus, const struct deadline *deadline)
{
        struct pollfd wait = {.fd = sd_bus_get_fd(bus)};
        int left = deadline_left_ms(deadline);
        int own = bus_timeout_ms(bus);
        int events, r;

        r = sd_bus_process(bus, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        events = sd_bus_get_events(bus);
        if (wait.fd < 0 || events < 0)
                return wait.fd < 0 ? wait.fd : events;
        if (left == 0)
                return -ETIMEDOUT;
        wait.events = (short)events;
        (void)poll(&wait, 1, own < left ? own : left);
        return 0;
}

int bus_open(const struct deadline *deadline, sd_bus **ret_bus, struct ocf_error *err)
{
        OWN_BUS sd_bus *bus = NULL;
        int r;

        r = sd_bus_open_system(&bus);
        while (r >= 0 && (r = sd_bus_is_ready(bus)) == 0)
                r = bus_step(bus, deadline);
        if (r < 0) /* a socket that is missing must not look like a unit that is */
                return ocf_fail(err, r == -ENOENT ? -ECONNREFUSED : r,
                                "cannot reach systemd over the system bus: %s", strerror(-r));
        *ret_bus = TAKE(bus);
        return 0;
}

int bus_call(sd_bus *bus, sd_bus_message *call, const struct deadline *deadline,
             sd_bus_error *ret_error, sd_bus_message **ret_reply)
{
        uint64_t left_us = (uint64_t)deadline_left_ms(deadline) * 1000;

        /* 0 would be libsystemd's own default of 25 s. */
        return sd_bus_call(bus, call, left_us ? left_us : 1, ret_error, ret_reply);
}
