/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_SCRATCH_H
#define VALIDATOR_TESTS_SCRATCH_H

/* A folder of a test's own, removed with all that is in it when its owner's scope ends. */

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "own.h"
#include "text.h"

struct scratch {
        char path[64];
};

static inline int scratch_unlink(const char *path, const struct stat *found, int type,
                                 struct FTW *level)
{
        (void)found;
        (void)type;
        (void)level;
        return remove(path);
}

static inline void scratch_remove(struct scratch *scratch)
{
        (void)nftw(scratch->path, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

#define OWN_SCRATCH OWN(scratch_remove)

static inline struct scratch scratch_make(void)
{
        struct scratch scratch = {.path = "/tmp/validator-test.XXXXXX"};

        ck_assert_ptr_nonnull(mkdtemp(scratch.path));
        return scratch;
}

/* The path of an entry; the caller frees. */
static inline char *scratch_path(const struct scratch *scratch, const char *name)
{
        return text_format("%s/%s", scratch->path, name);
}

#endif
