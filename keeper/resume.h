/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_RESUME_H
#define VALIDATOR_KEEPER_RESUME_H

/* What a keeper leaves in /run for the one that comes after it, and what that one makes of it. */

#include "keeper/seat.h"
#include "ocf/error.h"

/* Incarnation and epoch of the tenure, and the control groups in which its signer ran. */
int resume_note(const struct seat *seat, struct ocf_error *err);

/* Takes over what the note says, with the deadline that the kernel has; one that lies further off
 * than the present times allow is brought nearer, before anything is asked of the authority. Where
 * the notes know of no key, but a key or the gate does, `stray` is set. */
void resume_seat(struct seat *seat);

#endif
