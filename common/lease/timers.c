/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/timers.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>

#include "text.h"

static const struct {
        const char *name;
        struct lease_timers timers;
} profiles[] = {
        {"lan", {200, 250, 800, 1500, 2000, 10}},
        {"cloud", {500, 1000, 2500, 3000, 4500, 10}},
        {"wan", {1000, 2000, 5000, 6000, 9000, 10}},
};

int lease_timers_profile(const char *profile, struct lease_timers *ret_timers,
                         struct ocf_error *err)
{
        for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
                if (text_equal(profiles[i].name, profile)) {
                        *ret_timers = profiles[i].timers;
                        return 0;
                }
        return ocf_fail(err, -EINVAL, "profile '%s' is not one of lan, cloud and wan", profile);
}

int lease_timers_check(const struct lease_timers *timers, struct ocf_error *err)
{
        if (timers->rho_percent < 0 || timers->rho_percent > LEASE_RHO_MAX_PERCENT)
                return ocf_fail(err, -EINVAL, "rho '%" PRId64 "' percent is not between 0 and %d",
                                timers->rho_percent, LEASE_RHO_MAX_PERCENT);
        if (timers->renew_ms <= 0 || timers->takeover_ms > LEASE_TIME_MAX_MS)
                return ocf_fail(err, -EINVAL,
                                "renew '%" PRId64 "' ms has to be above 0 and takeover '%" PRId64
                                "' ms at most an hour",
                                timers->renew_ms, timers->takeover_ms);
        if (timers->request_ms < timers->renew_ms || timers->gate_ms / 3 < timers->renew_ms)
                return ocf_fail(err, -EINVAL,
                                "request '%" PRId64 "' ms has to be at least renew '%" PRId64
                                "' ms, and gate '%" PRId64 "' ms three times that",
                                timers->request_ms, timers->renew_ms, timers->gate_ms);
        if (timers->kill_ms < timers->gate_ms || timers->kill_ms >= timers->takeover_ms)
                return ocf_fail(err, -EINVAL,
                                "kill '%" PRId64 "' ms has to lie between gate '%" PRId64
                                "' ms and takeover '%" PRId64 "' ms",
                                timers->kill_ms, timers->gate_ms, timers->takeover_ms);
        /* All times lie below an hour now, so that the products are exact. */
        if (timers->takeover_ms * (100 - timers->rho_percent) <=
            timers->gate_ms * (100 + timers->rho_percent))
                return ocf_fail(err, -EINVAL,
                                "two machines could sign: takeover '%" PRId64
                                "' ms on a clock that is %" PRId64
                                " percent fast ends before gate '%" PRId64
                                "' ms on one that is as slow; raise takeover or lower gate",
                                timers->takeover_ms, timers->rho_percent, timers->gate_ms);
        return 0;
}
