/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parse.h"

#include <errno.h>
#include <string.h>

#include "suite.h"

static const struct {
        const char *text;
        int r;
        uint64_t value;
} quantities[] = {
        {"0x0", 0, 0},
        {"0xc1", 0, 0xc1},
        {"0xFFFFFFFFFFFFFFFF", 0, UINT64_MAX},
        {"0x10000000000000000", -EINVAL, 0},
        {"0x", -EINVAL, 0},
        {"c1", -EINVAL, 0},
        {"0xg1", -EINVAL, 0},
        {"0x1 ", -EINVAL, 0},
        {"-0x1", -EINVAL, 0},
        {"", -EINVAL, 0},
        {NULL, -EINVAL, 0},
};

START_TEST(hex_quantity_is_read_or_refused)
{
        uint64_t value = 7;

        ck_assert_int_eq(parse_hex_u64(quantities[_i].text, &value), quantities[_i].r);
        ck_assert_uint_eq(value, quantities[_i].r == 0 ? quantities[_i].value : 7);
}
END_TEST

static const struct {
        const char *text;
        int r;
        uint64_t value;
} numbers[] = {
        {"0", 0, 0},
        {"18446744073709551615", 0, UINT64_MAX},
        {"18446744073709551616", -EINVAL, 0},
        {"12a", -EINVAL, 0},
        {" 12", -EINVAL, 0},
        {"+1", -EINVAL, 0},
        {"-1", -EINVAL, 0},
        {"", -EINVAL, 0},
};

START_TEST(number_is_read_whole_or_refused)
{
        uint64_t value = 7;

        ck_assert_int_eq(parse_u64(numbers[_i].text, &value), numbers[_i].r);
        ck_assert_uint_eq(value, numbers[_i].r == 0 ? numbers[_i].value : 7);
}
END_TEST

static const struct {
        const char *text;
        int r;
        uint64_t seconds;
} times[] = {
        {"5", 0, 5},
        {"5s", 0, 5},
        {"2min", 0, 120},
        {"2m", 0, 120},
        {"1h", 0, 3600},
        {"500ms", 0, 1},
        {"0", 0, 0},
        {"1500ms", 0, 2},
        {"5 s", -EINVAL, 0},
        {"s", -EINVAL, 0},
        {"1d", -EINVAL, 0},
        {"-5s", -EINVAL, 0},
        {"18446744073709551615h", -EINVAL, 0},
};

START_TEST(time_is_read_in_pacemakers_notation)
{
        uint64_t seconds = 7;

        ck_assert_int_eq(parse_seconds(times[_i].text, &seconds), times[_i].r);
        ck_assert_uint_eq(seconds, times[_i].r == 0 ? times[_i].seconds : 7);
}
END_TEST

START_TEST(hex_bytes_survive_a_round_trip)
{
        uint8_t bytes[32], again[32] = {0};
        char text[65];

        for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (uint8_t)(i * 37 + 200);
        format_hex(bytes, sizeof bytes, text);
        ck_assert_int_eq(parse_hex_bytes(text, strlen(text), again, sizeof again), 0);
        ck_assert_mem_eq(bytes, again, sizeof bytes);
        text[63] = 'x';
        ck_assert_int_eq(parse_hex_bytes(text, strlen(text), again, sizeof again), -EINVAL);
        ck_assert_int_eq(parse_hex_bytes(text, 62, again, sizeof again), -EINVAL);
        ck_assert_mem_eq(bytes, again, sizeof bytes);
}
END_TEST

START_TEST(boolean_words_of_ocf_are_known)
{
        bool value = false;

        ck_assert_int_eq(parse_bool("Yes", &value), 0);
        ck_assert(value);
        ck_assert_int_eq(parse_bool("off", &value), 0);
        ck_assert(!value);
        ck_assert_int_eq(parse_bool("maybe", &value), -EINVAL);
        ck_assert_int_eq(parse_bool("", &value), -EINVAL);
}
END_TEST

SUITE_MAIN("parse", TABLE(hex_quantity_is_read_or_refused, quantities),
           TABLE(number_is_read_whole_or_refused, numbers),
           TABLE(time_is_read_in_pacemakers_notation, times), TEST(hex_bytes_survive_a_round_trip),
           TEST(boolean_words_of_ocf_are_known))
