/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEY_KECCAK_H
#define VALIDATOR_KEY_KECCAK_H

/* Keccak-256 as Ethereum and Kaia use it: the submission's padding (0x01), not that of SHA3-256
 * (0x06), which was chosen after Ethereum had started. */

#include <stddef.h>
#include <stdint.h>

#define KECCAK_256_SIZE 32

void keccak_256(const uint8_t *data, size_t size, uint8_t ret_digest[static KECCAK_256_SIZE]);

#endif
