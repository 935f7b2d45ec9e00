/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_BACKUP_H
#define VALIDATOR_KEEPER_BACKUP_H

#include "ocf/error.h"

/* "Create a backup of the active CN's nodekey": makes the source directory of `identity` from the
 * data directory of a CN, with every check that a start makes later. Prints the address and what to
 * do next, never a key. A source that exists with another identity is refused and kept; one that is
 * the same is left as it is. `dir` NULL is /etc/validator-agents/keys/IDENTITY. */
int backup_make(const char *identity, const char *data_dir, const char *dir, struct ocf_error *err);

#endif
