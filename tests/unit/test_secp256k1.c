/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/secp256k1.h"

#include <errno.h>
#include <string.h>

#include "key/kind.h"
#include "suite.h"

/* Computed by an implementation of the curve that was written apart; key 1 is well known. */
static const struct {
        const char *key;
        const char *address;
} keys[] = {
        {"0000000000000000000000000000000000000000000000000000000000000001",
         "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"},
        {"0000000000000000000000000000000000000000000000000000000000000002",
         "0x2b5ad5c4795c026514f8317c7a215e218dccd6cf"},
        {"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364140",
         "0x80c0dbf239224071c59dd8970ab9d542e3414ab2"},
        {"00000000c0ffee0000000000000000000000000000000000000000000000beef",
         "0xca61fc653f59cf08d92c32be4e5e3fb879d28184"},
        {"d2204985d356bc43666a813f097ec986484f31b15138b3c902c70d8e9400b7b9",
         "0x16bcd918a96f43c7a35d0735de018e1510d4521d"},
};

START_TEST(key_gives_its_address)
{
        OWN_SECRET struct secret secret;
        char address[KEY_ADDRESS_SIZE];

        secret_init(&secret);
        ck_assert_int_eq(secret_parse(&secret, keys[_i].key, SECRET_HEX), 0);
        ck_assert_int_eq(secp256k1_key_address(&secret, address, NULL), 0);
        ck_assert_str_eq(address, keys[_i].address);
}
END_TEST

static const struct {
        const char *key;
        bool secp256k1;
        bool bls12_381;
} bounds[] = {
        {"0000000000000000000000000000000000000000000000000000000000000000", false, false},
        {"0000000000000000000000000000000000000000000000000000000000000001", true, true},
        {"73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000", true, true},
        {"73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", true, false},
        {"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", true, false},
        {"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", false, false},
        {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false, false},
};

START_TEST(key_is_valid_below_the_order_of_its_group)
{
        OWN_SECRET struct secret secret;
        char address[KEY_ADDRESS_SIZE] = "as it was";
        struct ocf_error err = {0};

        secret_init(&secret);
        ck_assert_int_eq(secret_parse(&secret, bounds[_i].key, SECRET_HEX), 0);
        ck_assert_int_eq(key_valid(KEY_SECP256K1, &secret), bounds[_i].secp256k1);
        ck_assert_int_eq(key_valid(KEY_BLS12_381, &secret), bounds[_i].bls12_381);
        if (bounds[_i].secp256k1)
                return;
        ck_assert_int_eq(secp256k1_key_address(&secret, address, &err), -EINVAL);
        ck_assert_str_eq(address, "as it was");
        ck_assert_str_eq(err.sentence, "the key is no secp256k1 private key");
}
END_TEST

static const enum key_kind kinds[] = {KEY_SECP256K1, KEY_BLS12_381};

START_TEST(generated_keys_are_valid_and_differ)
{
        OWN_SECRET struct secret first;
        OWN_SECRET struct secret second;

        secret_init(&first);
        secret_init(&second);
        for (int i = 0; i < 32; i++) {
                ck_assert_int_eq(key_generate(kinds[_i], &first, NULL), 0);
                ck_assert(key_valid(kinds[_i], &first));
                ck_assert(!secret_equal(&first, &second));
                secret_set(&second, first.bytes);
                ck_assert(secret_equal(&first, &second));
        }
}
END_TEST

START_TEST(secret_is_gone_after_its_scope)
{
        struct secret secret;
        static const struct secret nothing;

        secret_init(&secret);
        ck_assert_int_eq(key_generate(KEY_SECP256K1, &secret, NULL), 0);
        ck_assert_uint_eq(strlen(secret.hex), SECRET_HEX);
        secret_wipe(&secret);
        ck_assert_mem_eq(&secret, &nothing, sizeof secret);
}
END_TEST

SUITE_MAIN("secp256k1", TABLE(key_gives_its_address, keys),
           TABLE(key_is_valid_below_the_order_of_its_group, bounds),
           TABLE(generated_keys_are_valid_and_differ, kinds), TEST(secret_is_gone_after_its_scope))
