/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PROCESS_PROC_H
#define VALIDATOR_PROCESS_PROC_H

/* What /proc tells about other processes. A pid is reused sooner or later: pid and start time
 * together name a process, a pidfd holds on to it. */

#include <stdint.h>
#include <sys/types.h>

#include "ocf/error.h"
#include "tri.h"

struct proc_facts {
        pid_t pid;
        char comm[32];        /* the kernel's name for it, made printable */
        char exe[256];        /* path of its program; empty when it cannot be read */
        uint64_t start_ticks; /* since boot; proc(5), field 22 of stat */
};

/* A descriptor for the process, which becomes readable when it ends. -ESRCH: there is none. The
 * caller closes it. */
int proc_pidfd(pid_t pid, int *ret_fd, struct ocf_error *err);

/* -ESRCH: there is no such process. A zombie still counts as one. */
int proc_observe(pid_t pid, struct proc_facts *ret_facts, struct ocf_error *err);

/* Who holds a lock; pid is 0 when that could not be found out. */
struct lock_holder {
        pid_t pid;
        char comm[32];
};

/* Whether a process holds an exclusive flock(2) on the file, as kcn does on DATA_DIR/klay/LOCK. A
 * file that does not exist is not locked. The test takes a shared lock for an instant, so that two
 * who test do not see each other; do not call it while the owner may be starting. Unknown comes
 * with a sentence. `ret_holder` may be NULL; it is set when the answer is yes. */
enum tri proc_file_locked(const char *path, struct lock_holder *ret_holder, struct ocf_error *err);

/* Whether the process has a file below the directory open. Unknown when either is not there. */
enum tri proc_has_open_below(pid_t pid, const char *dir);

/* The kernel's id of this boot. */
int proc_boot_id(char *ret_boot, size_t size, struct ocf_error *err);

#endif
