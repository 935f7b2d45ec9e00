/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEY_SECP256K1_H
#define VALIDATOR_KEY_SECP256K1_H

/* What a Kaia node key gives: the address by which the chain knows the validator. */

#include "key/secret.h"
#include "ocf/error.h"

#define KEY_ADDRESS_SIZE (2 + 40 + 1)

/* Whether the secret is a private key: neither zero nor as large as the group's order. */
bool secp256k1_key_valid(const struct secret *secret);

/* The address: 0x and the last 20 bytes of the Keccak-256 of the public key as 40 lower-case hex
 * digits. -EINVAL when the secret is no private key. */
int secp256k1_key_address(const struct secret *secret, char ret_address[static KEY_ADDRESS_SIZE],
                          struct ocf_error *err);

#endif
