/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEY_FILE_H
#define VALIDATOR_KEY_FILE_H

/* Key files: 64 hex digits and at most one newline, as kcn writes nodekey and bls-nodekey. kcn
 * itself reads the first 64 bytes of whatever is there and replaces what it cannot read by a new
 * random key, so a file is judged here before kcn sees it. Sentences name the file and what to do,
 * never its content. Changes: key/store.h. */

#include <sys/types.h>

#include "key/kind.h"
#include "ocf/error.h"

struct key_file {
        const char *path;
        enum key_kind kind;
        uid_t owner; /* who may own it besides root; who owns a new one */
        gid_t group; /* of a new one */
        bool follow; /* it may be a symbolic link */
};

/* Reads and judges a key file. -ENOENT: there is none; -ELOOP: it is a link and may not be; -EPERM:
 * others can reach it, or a stranger owns it; -EBADMSG: it holds no key. `ret_secret` was
 * initialised by the caller and changes only on success. */
int key_file_read(const struct key_file *file, struct secret *ret_secret, struct ocf_error *err);

#endif
