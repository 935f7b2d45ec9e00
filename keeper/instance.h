/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_INSTANCE_H
#define VALIDATOR_KEEPER_INSTANCE_H

/* That one keeper of an identity runs on a machine, however it was started. Two would take each
 * other's socket, renew or release one lease under one name, and wipe each other's files. */

#include "ocf/error.h"

/* Claims the identity for this process, before anything of it is touched; a process that was forked
 * off does not hold the claim. Returns a descriptor that has to stay open for as long as the
 * process is a keeper: the kernel ends the claim with the process, and a file that is left over
 * claims nothing. -EALREADY: another keeper runs; its sentence names the process. */
int instance_claim(const char *identity, struct ocf_error *err);

#endif
