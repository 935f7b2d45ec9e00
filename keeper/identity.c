/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/identity.h"

#include "keeper/config.h"

const struct identity_file *identity_files(int chain)
{
        static const struct identity_file kaia[] = {
                {.name = "nodekey", .kind = KEY_SECP256K1, .required = true, .gives_address = true},
                {.name = "bls-nodekey",
                 .kind = KEY_BLS12_381,
                 .without = "kcn derives one from the nodekey; when another one is registered with "
                            "the chain, no block of this seat is valid"},
                {0},
        };
        static const struct identity_file *const chains[] = {[KEEPER_KAIA] = kaia};

        return chains[chain];
}
