/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PROCESS_SPAWN_H
#define VALIDATOR_PROCESS_SPAWN_H

/* Runs a program to its end and keeps what it said. No shell is involved. The program gets a clean
 * environment, default signal dispositions, no descriptor but 0 to 2, and a process group of its
 * own, which is killed when the deadline passes or the output grows beyond its cap. Children that
 * outlive a program which ended by itself (a daemon that it started) are left alone.
 *
 * The caller must not ignore SIGCHLD, and no one else may wait for all children. */

#include <stddef.h>

#include "clock.h"
#include "ocf/error.h"

#define SPAWN_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define SPAWN_OUTPUT_CAP ((size_t)1 << 20)

struct spawn_request {
        const char *const *argv; /* ends with NULL; a name without '/' is looked up in PATH */
        /* NULL, or a list that ends with NULL: "NAME=value" sets, "NAME" takes the caller's own
         * value over if there is one. Without such an entry PATH is SPAWN_PATH and LC_ALL is C;
         * nothing else is inherited. */
        const char *const *environment;
        const void *input; /* what the program reads on stdin; NULL is /dev/null */
        size_t input_size;
        size_t output_cap; /* most bytes of stdout; 0 is SPAWN_OUTPUT_CAP */
};

struct spawn_result {
        int exit_code; /* 0 to 255, or -1 when a signal ended the program */
        int signal;    /* that signal, else 0 */
        char *out;     /* stdout, with a NUL after the last byte */
        size_t out_size;
        char *err; /* the beginning of stderr, up to the same cap; the rest is dropped */
        size_t err_size;
};

/* Runs the program and waits for its end. Returns 0 when it ran, whatever its exit code; the caller
 * releases the result. -ENOENT: no such program; -ETIMEDOUT: the deadline passed, the group was
 * killed; -EMSGSIZE: stdout was larger than its cap, the group was killed. */
int spawn_run(const struct spawn_request *request, const struct deadline *deadline,
              struct spawn_result *ret_result, struct ocf_error *err);

void spawn_result_release(struct spawn_result *result);

#define OWN_SPAWN_RESULT OWN(spawn_result_release)

#endif
