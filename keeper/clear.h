/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_CLEAR_H
#define VALIDATOR_KEEPER_CLEAR_H

/* What a keeper that stays away left: a stop of the seat must not wait for it to come back. */

#include "ocf/error.h"

/* Kills the signer that was noted, proves it gone and wipes the identity's files. The lease, if
 * there is one, runs out by itself. Needs no configuration: one that is refused may be why no
 * keeper runs; with one the gate is shut first, and a signer of which no note tells is killed too.
 * 0: nothing that could sign is left here. -EALREADY: a keeper runs, and nothing was touched;
 * -ETIMEDOUT: a process does not end. */
int clear_remains(const char *identity, struct ocf_error *err);

#endif
