/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/keccak.h"

#include <nettle/sha3.h>

/* 1600 bits of state less twice 256 bits of capacity. */
#define KECCAK_RATE 136

/* Lanes are little-endian whatever the machine is. */
static void lane_xor(struct sha3_state *state, size_t at, uint8_t byte)
{
        state->a[at / 8] ^= (uint64_t)byte << (8 * (at % 8));
}

void keccak_256(const uint8_t *data, size_t size, uint8_t ret_digest[static KECCAK_256_SIZE])
{
        struct sha3_state state = {{0}};
        size_t at = 0;

        for (size_t i = 0; i < size; i++) {
                lane_xor(&state, at++, data[i]);
                if (at == KECCAK_RATE) {
                        sha3_permute(&state);
                        at = 0;
                }
        }
        lane_xor(&state, at, 0x01);
        lane_xor(&state, KECCAK_RATE - 1, 0x80);
        sha3_permute(&state);
        for (size_t i = 0; i < KECCAK_256_SIZE; i++)
                ret_digest[i] = (uint8_t)(state.a[i / 8] >> (8 * (i % 8)));
}
