/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/kind.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "key/secp256k1.h"

/* A random key fails to be valid about once in 2^128 (secp256k1) or once in two times (BLS). */
#define GENERATE_TRIES 256

const char *key_kind_name(enum key_kind kind)
{
        return kind == KEY_SECP256K1 ? "secp256k1" : "BLS12-381";
}

/* The order r of BLS12-381's groups, as IETF's draft-irtf-cfrg-bls-signature names it. */
static bool bls12_381_key_valid(const struct secret *secret)
{
        static const uint8_t zero[SECRET_SIZE];
        static const uint8_t order[SECRET_SIZE] = {0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48,
                                                   0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
                                                   0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe,
                                                   0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01};

        return memcmp(secret->bytes, zero, SECRET_SIZE) != 0 &&
               memcmp(secret->bytes, order, SECRET_SIZE) < 0;
}

bool key_valid(enum key_kind kind, const struct secret *secret)
{
        return kind == KEY_SECP256K1 ? secp256k1_key_valid(secret) : bls12_381_key_valid(secret);
}

int key_generate(enum key_kind kind, struct secret *ret_secret, struct ocf_error *err)
{
        OWN_SECRET struct secret secret;

        secret_init(&secret);
        for (int i = 0; i < GENERATE_TRIES; i++) {
                uint8_t bytes[SECRET_SIZE];

                if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
                        return ocf_fail(err, -EIO, "cannot get random numbers from the kernel: %s",
                                        strerror(errno));
                secret_set(&secret, bytes);
                explicit_bzero(bytes, sizeof bytes);
                if (key_valid(kind, &secret)) {
                        secret_set(ret_secret, secret.bytes);
                        return 0;
                }
        }
        return ocf_fail(err, -EIO, "the kernel's random numbers give no valid key");
}
