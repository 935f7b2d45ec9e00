/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LEASE_TIMERS_H
#define VALIDATOR_LEASE_TIMERS_H

/* The lease's times. The holder's count from the moment at which it sent the request that was
 * granted; the taker's from the moment at which it received the answer that showed the revision.
 * What keeps two signers apart is takeover * (1 - rho) > gate * (1 + rho), where rho bounds by how
 * much a running clock may be too fast or too slow. */

#include <stdint.h>

#include "ocf/error.h"

enum { LEASE_TIME_MAX_MS = 3600 * 1000, LEASE_RHO_MAX_PERCENT = 50 };

struct lease_timers {
        int64_t renew_ms;    /* from one request to the next */
        int64_t request_ms;  /* deadline of one request */
        int64_t gate_ms;     /* the kernel's gate shuts; a later renewal opens it again */
        int64_t kill_ms;     /* the signer is killed */
        int64_t takeover_ms; /* another may take the seat */
        int64_t rho_percent;
};

/* The times of a profile: "lan" (an etcd with heartbeat 50 and election 250 ms), "cloud" (etcd's
 * defaults, 100 and 1000 ms) or "wan". They ride over a change of etcd's leader. -EINVAL with a
 * sentence for another word. */
int lease_timers_profile(const char *profile, struct lease_timers *ret_timers,
                         struct ocf_error *err);

/* -EINVAL with a sentence when two signers could be possible with these times, or when they cannot
 * work. */
int lease_timers_check(const struct lease_timers *timers, struct ocf_error *err);

#endif
