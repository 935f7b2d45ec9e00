/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEY_KIND_H
#define VALIDATOR_KEY_KIND_H

/* The kinds of private keys that make up an identity, all of them secrets of 32 bytes. */

#include "key/secret.h"
#include "ocf/error.h"

enum key_kind {
        KEY_SECP256K1, /* nodekey: a scalar of secp256k1 */
        KEY_BLS12_381, /* bls-nodekey: a scalar of BLS12-381's group order r */
};

/* "secp256k1" or "BLS12-381". */
const char *key_kind_name(enum key_kind kind);

/* Whether the secret is a key of that kind: neither zero nor as large as the group's order. */
bool key_valid(enum key_kind kind, const struct secret *secret);

/* A new key from the kernel's random numbers. `ret_secret` was initialised by the caller. */
int key_generate(enum key_kind kind, struct secret *ret_secret, struct ocf_error *err);

#endif
