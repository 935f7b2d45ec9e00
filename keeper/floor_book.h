/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_FLOOR_BOOK_H
#define VALIDATOR_KEEPER_FLOOR_BOOK_H

/* The floor on this machine's disk (lease/store.h), written by a thread of its own: an fsync on a
 * busy disk takes seconds, and the lease is renewed by the fifth of one. */

#include <stdbool.h>
#include <stdint.h>

#include "ocf/error.h"

struct errand;

struct floor_book {
        char *path;
        uint64_t height;        /* the highest that is on the disk */
        struct ocf_error fault; /* why it cannot be read or written; empty */
        struct errand *errand;
        bool under_way;
        int64_t begun_ms; /* the last writing */
        struct {
                uint64_t height;
                struct ocf_error fault;
        } writing; /* the thread's own while it is under way */
};

/* Reads the file in that directory; one that cannot be read is a `fault`. The thread keeps the
 * address of the book. An error: there is no thread. */
int floor_book_open(struct floor_book *ret_book, const char *dir, struct ocf_error *err);

/* Waits for what is being written. */
void floor_book_close(struct floor_book *book);

/* Readable when something was written. */
int floor_book_fd(const struct floor_book *book);

/* Whether this height is on the disk; else it is put there, now and then only unless it is
 * `urgent`.
 */
bool floor_book_keep(struct floor_book *book, uint64_t height, bool urgent);

#endif
