/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/secp256k1.h"

#include <errno.h>
#include <secp256k1.h>
#include <string.h>
#include <sys/random.h>

#include "key/keccak.h"
#include "parse.h"

/* 0x04, x and y. */
#define PUBLIC_SIZE 65

static void own_secp_context(secp256k1_context **context)
{
        secp256k1_context_destroy(*context);
}

bool secp256k1_key_valid(const struct secret *secret)
{
        return secp256k1_ec_seckey_verify(secp256k1_context_static, secret->bytes) == 1;
}

int secp256k1_key_address(const struct secret *secret, char ret_address[static KEY_ADDRESS_SIZE],
                          struct ocf_error *err)
{
        OWN(own_secp_context)
        secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
        uint8_t public[PUBLIC_SIZE], digest[KECCAK_256_SIZE], seed[32];
        size_t size = sizeof public;
        secp256k1_pubkey point;

        /* Blinds the multiplication against a side channel; without a seed it is right all the
         * same. */
        if (getrandom(seed, sizeof seed, 0) == (ssize_t)sizeof seed)
                (void)!secp256k1_context_randomize(context, seed);
        explicit_bzero(seed, sizeof seed);
        if (!secp256k1_ec_pubkey_create(context, &point, secret->bytes))
                return ocf_fail(err, -EINVAL, "the key is no secp256k1 private key");
        (void)secp256k1_ec_pubkey_serialize(context, public, &size, &point,
                                            SECP256K1_EC_UNCOMPRESSED);
        keccak_256(public + 1, sizeof public - 1, digest);
        ret_address[0] = '0';
        ret_address[1] = 'x';
        format_hex(digest + 12, 20, ret_address + 2);
        return 0;
}
