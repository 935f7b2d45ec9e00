/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_GATE_SOCKETS_H
#define VALIDATOR_GATE_SOCKETS_H

/* What a killed signer leaves in the kernel: TCP sockets without an owner that go on offering the
 * data of the old lease. The closed gate drops it; the next lease's gate would let it pass. So they
 * are ended before the gate opens again, and that none is left is part of the proof. A socket is
 * known by the cgroup in which it was made, by id, since the cgroup may be gone already: take the
 * ids (cgroup_ids) while the signer lives.
 *
 * Sees the network namespace of the calling process only. */

#include <stddef.h>
#include <stdint.h>

#include "ocf/error.h"

enum sockets_which {
        SOCKETS_ALL,    /* listeners too: no process of the cgroup is left */
        SOCKETS_CLOSED, /* the process that had them closed them, or ended */
};

/* Ends the TCP sockets that were made in one of these cgroups and counts those that are left after
 * that: 0 is the proof. Older kernels do not end a socket that has lost its process; one that is
 * left means that the gate has to stay closed. -EOPNOTSUPP with a sentence when the kernel cannot
 * tell a socket's cgroup. */
int sockets_destroy(const uint64_t *cgroups, size_t count, enum sockets_which which,
                    size_t *ret_left, struct ocf_error *err);

#endif
