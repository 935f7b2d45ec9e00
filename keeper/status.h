/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_STATUS_H
#define VALIDATOR_KEEPER_STATUS_H

#include <stdbool.h>

#include "ocf/error.h"

/* Prints how the seat of `identity` stands on this machine, for a person or as one JSON object.
 * Asks the keeper; -EHOSTDOWN and the like with a sentence when it is silent. */
int status_print(const char *identity, bool json, struct ocf_error *err);

#endif
