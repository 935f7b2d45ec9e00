/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_CUTOFF_H
#define VALIDATOR_KEEPER_CUTOFF_H

/* The end of a signer that may sign no more: killed, its key wiped, its connections ended. */

#include <stdbool.h>

#include "keeper/barrier.h"
#include "keeper/custody.h"
#include "keeper/signer.h"
#include "ocf/error.h"

struct cutoff {
        struct barrier *barrier; /* shut */
        struct custody *custody;
        struct signer *signer;
        bool stray; /* whatever runs behind the gate, though no signer is armed */
};

/* 0 when nothing that could sign is left here; then nothing is held and nothing armed. On failure
 * what could be ended was; -ETIMEDOUT: something does not end yet. It may be called `again`, and is
 * brief then. `ret_found`: a signer was, or may have been, running. */
int cutoff_make(const struct cutoff *cutoff, bool again, bool *ret_found, struct ocf_error *err);

#endif
