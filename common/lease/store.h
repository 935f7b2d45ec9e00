/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LEASE_STORE_H
#define VALIDATOR_LEASE_STORE_H

/* What a machine must not forget about a seat, each in a file of lines that is on the disk when the
 * call returns: the floor, below which no signer may start again, and which etcd the seat lives in.
 * A file that cannot be read is an error, not an empty one. */

#include <stdbool.h>
#include <stdint.h>

#include "ocf/error.h"

/* The floor in the file, 0 when there is none. */
int floor_read(const char *path, uint64_t *ret_height, struct ocf_error *err);

/* Raises it to `height`; it never falls. */
int floor_raise(const char *path, uint64_t height, struct ocf_error *err);

/* An etcd that was restored from a backup, or is another one, gives leases that somebody else has
 * too: its store is older than what was seen, or its cluster has another id. */
struct lease_guard {
        uint64_t cluster;  /* 0: none was seen yet; the first is believed */
        uint64_t revision; /* the highest that was seen */
        uint64_t kept;     /* the highest that is on the disk */
};

int guard_read(const char *path, struct lease_guard *ret_guard, struct ocf_error *err);

/* Takes an answer's header in. -ESTALE with a sentence when it must not be believed. */
int guard_check(struct lease_guard *guard, uint64_t cluster, uint64_t revision,
                struct ocf_error *err);

/* Whether it should go to the disk: `most` revisions have passed since it did last, or it never
 * did.
 */
bool guard_is_due(const struct lease_guard *guard, uint64_t most);

/* Puts it there; `kept` then is its revision. */
int guard_write(struct lease_guard *guard, const char *path, struct ocf_error *err);

#endif
