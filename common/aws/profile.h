/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_PROFILE_H
#define VALIDATOR_AWS_PROFILE_H

/* The two files that `aws configure` writes, read as AWS's tools read them: sections, name = value,
 * comments on lines of their own, and indented name = value lines below a name without a value. */

#include <stdbool.h>
#include <stddef.h>

#include "ocf/error.h"
#include "own.h"

#define AWS_PROFILE_FILE_MAX ((size_t)256 << 10)

struct aws_profile_entry {
        char *section; /* as between the brackets, blanks trimmed */
        char *name;    /* lower case; of a nested line "outer.inner" */
        char *value;
};

struct aws_profile_file {
        char *path; /* for sentences */
        struct aws_profile_entry *entries;
        size_t count;
        bool exposed; /* others than the owner may read it */
};

/* Reads a file; one that does not exist is empty. -EINVAL with file and line, -EFBIG, or open(2)'s
 * errno with a sentence; no sentence shows a value. Release after a failure too. */
int aws_profile_read(struct aws_profile_file *ret_file, const char *path, struct ocf_error *err);

/* The same for text at hand. */
int aws_profile_parse(struct aws_profile_file *ret_file, const char *path, const char *text,
                      size_t length, struct ocf_error *err);

bool aws_profile_has(const struct aws_profile_file *file, const char *section);

/* The value of a name in a section, or NULL. The text is the file's. The last one wins. */
const char *aws_profile_get(const struct aws_profile_file *file, const char *section,
                            const char *name);

/* Wipes and frees: values are secrets. */
void aws_profile_release(struct aws_profile_file *file);

#define OWN_AWS_PROFILE OWN(aws_profile_release)

#endif
