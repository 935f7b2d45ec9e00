/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_ERRAND_H
#define VALIDATOR_KEEPER_ERRAND_H

/* A thread that does one thing at a time for a loop that must not wait for it: ask an authority
 * that may be silent, write to a disk that may be slow. */

#include <stdbool.h>

#include "ocf/error.h"

struct errand;

/* `run` is called with `data`, which is the thread's own from errand_begin to errand_done, and the
 * caller's otherwise. `hurries`: it has a place before ordinary threads, as the loop has. */
int errand_new(void (*run)(void *data), void *data, bool hurries, struct errand **ret_errand,
               struct ocf_error *err);

/* Ends the thread, which may take as long as what it does now. NULL is none. */
void errand_free(struct errand *errand);

/* Readable when it is done. */
int errand_fd(const struct errand *errand);

/* Only when none is under way. */
void errand_begin(struct errand *errand);

/* True once after each errand_begin, when `run` has returned. */
bool errand_done(struct errand *errand);

#endif
