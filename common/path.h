/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PATH_H
#define VALIDATOR_PATH_H

/* Small files and directories, read bounded and replaced whole. Keys have their own calls (key/).
 */

#include <stdbool.h>
#include <stddef.h>

#include "ocf/error.h"

/* Reads at most `size` - 1 bytes and ends them with a NUL. Returns 0, -EFBIG when the file is
 * longer, or open(2)'s and read(2)'s errno. */
int path_read(const char *path, char *ret_text, size_t size, size_t *ret_length);

/* Puts a file in place at once: a temporary file beside it, rename; mode 0600. With `durable` the
 * file and its directory are on the disk when this returns. On failure the old file is as it was
 * and no temporary file is left. */
int path_replace(const char *path, const char *bytes, size_t length, bool durable,
                 struct ocf_error *err);

/* The same, durable, for a file that is somebody else's: a link stays, what it leads to is
 * replaced, with its owner and its mode. A missing file is made as path_replace makes it. */
int path_rewrite(const char *path, const char *bytes, size_t length, struct ocf_error *err);

/* Makes the directory and its missing parents, mode 0700 each; one that exists is left as it is.
 * -ENOTDIR when something else has the name. */
int path_make_dir(const char *path, struct ocf_error *err);

/* Makes what happened in a directory last beyond a power loss. */
int path_sync_dir(const char *dir);

/* Reads the last bytes of a file, at most `size` - 1, from `from` on: a log's end. A missing file
 * is empty. */
int path_read_tail(const char *path, size_t from, char *ret_text, size_t size);

#endif
