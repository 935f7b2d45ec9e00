/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LINES_H
#define VALIDATOR_LINES_H

/* A small set of "name=value" lines in a buffer of fixed size: the keeper's messages and the notes
 * that an action leaves for the next one. Nothing is allocated. A name is made of a-z, 0-9 and _; a
 * value is printable ASCII without a line break; each name stands once. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocf/error.h"

#define LINES_MAX 4096

struct lines {
        size_t length;
        char text[LINES_MAX];
};

void lines_clear(struct lines *lines);

/* Appends a line; bytes that a value may not hold become '?'. Returns, with the set as it was,
 * -ENOBUFS when there is no room and -EEXIST when the name is there already. */
int lines_put(struct lines *lines, const char *name, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Removes the line, if it is there. */
void lines_remove(struct lines *lines, const char *name);

/* Takes foreign bytes. Returns -EBADMSG when they are not such a set, with `lines` empty. */
int lines_parse(struct lines *lines, const char *text, size_t length);

/* Copies the value of `name`; an absent name gives "" and false. A value too long for the buffer is
 * absent. */
bool lines_get(const struct lines *lines, const char *name, char *ret_value, size_t size);

/* The value as a decimal number; absent or malformed gives `otherwise`. */
uint64_t lines_get_u64(const struct lines *lines, const char *name, uint64_t otherwise);

/* True when the value of `name` is `value`. */
bool lines_is(const struct lines *lines, const char *name, const char *value);

/* Reads a file of lines. A missing file gives an empty set and 0; a malformed one an empty set and
 * -EBADMSG (-EFBIG when it is longer than a set can be). */
int lines_read(struct lines *lines, const char *path);

/* Replaces the file at once (temporary file, rename), mode 0600. With `durable` it is on the disk
 * when this returns (fsync of the file and of its directory). */
int lines_write(const struct lines *lines, const char *path, bool durable, struct ocf_error *err);

#endif
