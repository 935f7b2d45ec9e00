/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ASSIGNMENTS_H
#define VALIDATOR_ASSIGNMENTS_H

/* Reads a configuration that a shell sources (kcnd.conf, and our own), without running it: lines of
 * NAME=VALUE, comments, quotes, and $NAME or ${NAME} of an earlier line, since the packaged
 * kcnd.conf says LOG_DIR=$DATA_DIR/logs, and sums of them and of numbers, since it says
 * SUBPORT=$((PORT + 1)). A value that only a shell could work out, such as $(hostname), ~/data or a
 * name that the file itself does not set, is kept as "not plain": who needs that very name refuses
 * it. A line that is no assignment at all could change anything, so it is refused
 * at once; so is one that ends with a carriage return, which a shell would take into the value. */

#include <stdbool.h>
#include <stddef.h>

#include "ocf/error.h"

#define ASSIGNMENTS_FILE_MAX 65536

struct assignment {
        char *name;
        char *value; /* NULL: not plain */
        size_t line;
};

struct assignments {
        char *path; /* for sentences */
        struct assignment *items;
        size_t count;
};

/* Reads a file. -EINVAL with a sentence that names file and line; open(2)'s errno with a sentence
 * when it cannot be read. Release with assignments_release, after a failure too. */
int assignments_read(struct assignments *ret, const char *path, struct ocf_error *err);

/* The same for text at hand; `path` is what sentences call it. */
int assignments_parse(struct assignments *ret, const char *path, const char *text,
                      struct ocf_error *err);

void assignments_release(struct assignments *assignments);

/* The value of `name`: the last assignment wins, as in a shell. An absent name gives NULL and 0,
 * one that is not plain -EINVAL with a sentence. The text is the set's. */
int assignments_get(const struct assignments *assignments, const char *name, const char **ret_value,
                    struct ocf_error *err);

#endif
