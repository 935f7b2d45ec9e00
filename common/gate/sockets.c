/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/sockets.h"

#include <errno.h>
#include <string.h>

#include "process/diag.h"

/* All: every state but TIME_WAIT (6), which holds no data, and LISTEN (10) included. Closed:
 * FIN_WAIT1, FIN_WAIT2, LAST_ACK and CLOSING, which no process can use any more. */
static const uint32_t states_wanted[] = {
        [SOCKETS_ALL] = 0xfff & ~(1 << 6),
        [SOCKETS_CLOSED] = 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11,
};

int sockets_destroy(const uint64_t *cgroups, size_t count, enum sockets_which which,
                    size_t *ret_left, struct ocf_error *err)
{
        const struct diag_look end = {.states = states_wanted[which], .destroy = true};
        const struct diag_look look = {.states = states_wanted[which]};
        size_t ended, left = 0;
        int r = diag_sockets(&end, cgroups, count, &ended);

        if (r == 0)
                r = diag_sockets(&look, cgroups, count, &left);
        if (r == -EOPNOTSUPP)
                return ocf_fail(err, r,
                                "cannot end the old signer's connections: this kernel lacks "
                                "INET_DIAG_DESTROY or the cgroup filter of Linux 5.9");
        if (r < 0)
                return ocf_fail(err, r, "cannot end the old signer's connections: %s",
                                strerror(-r));
        *ret_left = left;
        return 0;
}
