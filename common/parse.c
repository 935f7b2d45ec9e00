/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parse.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static int digit_of(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* Reads the leading digits of `text`; tells where they end. */
static int digits_read(const char *text, unsigned base, uint64_t *ret_value, const char **ret_end)
{
        uint64_t value = 0;
        const char *at = text;

        for (; digit_of(*at) >= 0 && (unsigned)digit_of(*at) < base; at++)
                if (__builtin_mul_overflow(value, base, &value) ||
                    __builtin_add_overflow(value, (unsigned)digit_of(*at), &value))
                        return -EINVAL;
        if (at == text)
                return -EINVAL;
        *ret_value = value;
        *ret_end = at;
        return 0;
}

int parse_u64(const char *text, uint64_t *ret_value)
{
        const char *end;
        uint64_t value;

        if (!text || digits_read(text, 10, &value, &end) < 0 || *end)
                return -EINVAL;
        *ret_value = value;
        return 0;
}

int parse_hex_u64(const char *text, uint64_t *ret_value)
{
        const char *end;
        uint64_t value;

        if (!text || text[0] != '0' || text[1] != 'x' || strlen(text) > 18)
                return -EINVAL;
        if (digits_read(text + 2, 16, &value, &end) < 0 || *end)
                return -EINVAL;
        *ret_value = value;
        return 0;
}

int parse_hex_bytes(const char *text, size_t length, uint8_t *ret_bytes, size_t size)
{
        if (length != 2 * size)
                return -EINVAL;
        for (size_t i = 0; i < length; i++)
                if (digit_of(text[i]) < 0)
                        return -EINVAL;
        for (size_t i = 0; i < size; i++)
                ret_bytes[i] = (uint8_t)(digit_of(text[2 * i]) << 4 | digit_of(text[2 * i + 1]));
        return 0;
}

void format_hex(const uint8_t *bytes, size_t size, char *ret_text)
{
        static const char digits[] = "0123456789abcdef";

        for (size_t i = 0; i < size; i++) {
                *ret_text++ = digits[bytes[i] >> 4];
                *ret_text++ = digits[bytes[i] & 15];
        }
        *ret_text = '\0';
}

int parse_bool(const char *text, bool *ret_value)
{
        static const struct {
                const char *text;
                bool value;
        } words[] = {{"yes", true}, {"true", true},   {"1", true},  {"on", true},
                     {"no", false}, {"false", false}, {"0", false}, {"off", false}};

        for (size_t i = 0; text && i < sizeof words / sizeof *words; i++)
                if (strcasecmp(text, words[i].text) == 0) {
                        *ret_value = words[i].value;
                        return 0;
                }
        return -EINVAL;
}

int parse_seconds(const char *text, uint64_t *ret_seconds)
{
        static const struct {
                const char *unit;
                uint64_t factor;
        } units[] = {{"", 1},     {"s", 1},    {"sec", 1},  {"m", 60},
                     {"min", 60}, {"h", 3600}, {"hr", 3600}};
        const char *end;
        uint64_t value;

        if (!text || digits_read(text, 10, &value, &end) < 0)
                return -EINVAL;
        if (strcasecmp(end, "ms") == 0) {
                *ret_seconds = value / 1000 + (value % 1000 != 0);
                return 0;
        }
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
                if (strcasecmp(end, units[i].unit) == 0 &&
                    !__builtin_mul_overflow(value, units[i].factor, &value)) {
                        *ret_seconds = value;
                        return 0;
                }
        return -EINVAL;
}
