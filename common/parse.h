/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PARSE_H
#define VALIDATOR_PARSE_H

/* Text to number, whole or not at all: no sign where none is meant, no trailing bytes, no overflow.
 * Every call returns 0, or -EINVAL with its output untouched. The only place that uses strtol's
 * kin. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int parse_u64(const char *text, uint64_t *ret_value);

/* A JSON-RPC quantity as Ethereum-like nodes write it: 0x and 1 to 16 hex digits. */
int parse_hex_u64(const char *text, uint64_t *ret_value);

/* Exactly `size` bytes as 2*size hex digits, no prefix; `length` is the text's. */
int parse_hex_bytes(const char *text, size_t length, uint8_t *ret_bytes, size_t size);

/* Lower-case hex digits of `size` bytes and a NUL; `ret_text` has room for 2*size+1. */
void format_hex(const uint8_t *bytes, size_t size, char *ret_text);

/* OCF's booleans: yes/true/1/on and no/false/0/off, any case. */
int parse_bool(const char *text, bool *ret_value);

/* Pacemaker's and systemd's common time notation to seconds: 5, 5s, 2min, 2m, 1h, 500ms (rounded
 * up). */
int parse_seconds(const char *text, uint64_t *ret_seconds);

#endif
