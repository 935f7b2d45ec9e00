/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEY_STORE_H
#define VALIDATOR_KEY_STORE_H

/* Changes of key files. Every change is atomic and durable: another process, or this one after a
 * crash, sees the old state or the new one, whole. What a killed install leaves behind
 * ('.NAME.HEX.new' beside the file) is wiped by the next call for the same file; so two calls for
 * one file must not run at once. The folder that holds a key file must be writable by its owner and
 * root alone; that is the caller's to check. */

#include "key/file.h"

/* Puts the key in place, mode 0600, replacing what is there; owner and group stay those of the
 * regular file that is replaced. A link is replaced, not followed. The caller has made sure that a
 * key which is replaced exists elsewhere. */
int key_file_install(const struct key_file *file, const struct secret *secret,
                     struct ocf_error *err);

/* Makes `path` a symbolic link to `target`, replacing what is there as key_file_install does. The
 * target need not exist. */
int key_file_link(const char *path, const char *target, struct ocf_error *err);

/* Overwrites and removes a key file; it need not exist. A link is removed and its target left
 * alone. */
int key_file_wipe(const char *path, struct ocf_error *err);

#endif
