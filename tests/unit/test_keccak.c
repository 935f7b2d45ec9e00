/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/keccak.h"

#include "parse.h"
#include "suite.h"

/* Byte i of a message of n bytes is 7i+n; computed by an implementation that was written apart and
 * that agrees with SHA3-256 when its padding is 0x06. The first is Ethereum's empty hash. */
static const struct {
        size_t size;
        const char *digest;
} messages[] = {
        {0, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
        {1, "5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2"},
        {55, "546a7fe6ccfdaf2fb18c8725219ad2041f386774722f4f2dcb3b2793bfa58b7e"},
        {135, "8ab570337c9a3a773c3605160ca58e3f0546d92d217c908669cc4f35a31933bc"},
        {136, "16b30a6be318a7acbcba7a2194789f628abf68dfbbf55a4d840f22f6a4d29efd"},
        {137, "6a7e8293441d51be41bf4994995b35981f90c07866c7fd0465f405e2b7a8f8dd"},
        {272, "443464c0c3ac8036d14a6f8647fc93b592d514adefbe88683cbbda3b4b2c4553"},
        {1000, "5cab097db1a529f5b1a15428cc494df950671bc3824340aad89941fa68e151bc"},
};

START_TEST(message_of_any_length_has_its_digest)
{
        uint8_t message[1000], digest[KECCAK_256_SIZE];
        char text[2 * KECCAK_256_SIZE + 1];
        size_t size = messages[_i].size;

        for (size_t i = 0; i < size; i++)
                message[i] = (uint8_t)(7 * i + size);
        keccak_256(message, size, digest);
        format_hex(digest, sizeof digest, text);
        ck_assert_str_eq(text, messages[_i].digest);
}
END_TEST

START_TEST(well_known_digest_of_abc)
{
        static const uint8_t message[] = {'a', 'b', 'c'};
        uint8_t digest[KECCAK_256_SIZE];
        char text[2 * KECCAK_256_SIZE + 1];

        keccak_256(message, sizeof message, digest);
        format_hex(digest, sizeof digest, text);
        ck_assert_str_eq(text, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}
END_TEST

SUITE_MAIN("keccak", TABLE(message_of_any_length_has_its_digest, messages),
           TEST(well_known_digest_of_abc))
