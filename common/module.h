/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_MODULE_H
#define VALIDATOR_MODULE_H

/* A part of a program that is loaded when it is needed first, since the libraries below it cost
 * more than what the program does most of the time. */

#include "ocf/error.h"

/* Gives what the module at `path` calls `name`; it stays until the process ends. -ELIBACC when it
 * cannot be loaded; the sentence begins with `what`. */
int module_load(const char *path, const char *name, const char *what, const void **ret_found,
                struct ocf_error *err);

#endif
