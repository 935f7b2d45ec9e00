/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OWN_H
#define VALIDATOR_OWN_H

/* Ownership that can be seen at the declaration: every owner is declared with an OWN macro and an
 * initial value, and is released when its scope ends, on every path. Hand over with TAKE. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Being released is a use: clang would call an owner that is only held unused. */
#define OWN(release) __attribute__((cleanup(release), unused))

/* The value of `pointer`, which is NULL afterwards: the caller of TAKE's result owns it now. */
#define TAKE(pointer)                                               \
        __extension__({                                             \
                __typeof__(pointer) *at_ = &(pointer), was_ = *at_; \
                *at_ = NULL;                                        \
                was_;                                               \
        })

static inline void own_free(void *pointer)
{
        free(*(void **)pointer);
}

static inline void own_close(const int *fd)
{
        if (*fd >= 0)
                (void)close(*fd);
}

static inline void own_fclose(FILE **file)
{
        if (*file)
                (void)fclose(*file);
}

static inline void own_closedir(DIR **dir)
{
        if (*dir)
                (void)closedir(*dir);
}

#define OWN_TEXT OWN(own_free)
#define OWN_FD OWN(own_close)
#define OWN_FILE OWN(own_fclose)
#define OWN_DIR OWN(own_closedir)

/* The descriptor in `fd`, which is -1 afterwards. */
static inline int fd_take(int *fd)
{
        int was = *fd;

        *fd = -1;
        return was;
}

#endif
