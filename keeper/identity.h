/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_IDENTITY_H
#define VALIDATOR_KEEPER_IDENTITY_H

/* Which files make a chain's identity. */

#include <stdbool.h>

#include "key/store.h"

struct identity_file {
        const char *name;
        enum key_kind kind;
        bool required;
        bool gives_address;
        const char *without; /* what it means that the source has none; of those not required */
};

/* The rows of a chain (enum keeper_chain); the last one has no name. Kaia needs both keys to move
 * together: with a stale bls-nodekey a node signs but never proposes again. Without one in the
 * source kcn derives it from the nodekey. */
const struct identity_file *identity_files(int chain);

#endif
