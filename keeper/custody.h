/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_CUSTODY_H
#define VALIDATOR_KEEPER_CUSTODY_H

/* The identity's files on this machine. They are in /run/validator/IDENTITY, a tmpfs, exactly while
 * the seat is held here: a machine that loses power comes back without them. The note beside the
 * keeper's socket says under which epoch; it outlives the keeper, not the machine. No key stays in
 * memory. */

#include <stdbool.h>
#include <stdint.h>

#include "keeper/config.h"
#include "ocf/error.h"

struct custody {
        const struct keeper_config *config;
        bool held;
        uint64_t epoch;   /* of the present holding; 0 when not held */
        uint64_t brought; /* a bit for each of identity_files() that the source had, in its order */
};

/* Finds what an earlier keeper of this boot held. */
void custody_load(struct custody *ret_custody, const struct keeper_config *config);

/* Brings the files from the source under `epoch`, or under a new one of this machine's own when
 * that is 0; one that is held under it with all its files right is kept as it is. `address` is what
 * the caller expects the files to give. On failure nothing is held and no file is left. Errors:
 * -EINVAL address or source wrong, -ENOSPC and others, each with a sentence. */
int custody_take(struct custody *custody, const char *address, uint64_t epoch,
                 struct ocf_error *err);

/* 0 when each file that was brought is there, a regular file of mode 0600, and gives the address.
 */
int custody_check(const struct custody *custody, struct ocf_error *err);

/* Whether a file lies in the identity's directory, or that cannot be told. */
bool custody_has_files(const struct custody *custody);

/* Wipes every file of the identity, whoever put it there. What was held is so still, and broken:
 * a signer that has read them may be left. */
int custody_empty(const struct custody *custody, struct ocf_error *err);

/* The same; then nothing is held. */
int custody_wipe(struct custody *custody, struct ocf_error *err);

/* Checks the source directory and its files without taking anything. */
int custody_check_source(const struct keeper_config *config, struct ocf_error *err);

#endif
