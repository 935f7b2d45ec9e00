/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_KILL_CHANGE_H
#define VALIDATOR_TESTS_KILL_CHANGE_H

/* Tells of a system call that a traced process is about to make whether it changes something that
 * outlives the process, and what: a file or directory, a request to the keeper that is not a mere
 * question, a call on the bus that is none, peers given to the node, a program that is started for
 * its effect, a signal. What only asks (RPC, properties, the keeper's status) and what only tells
 * (the log) is left out. */

#include <linux/ptrace.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CHANGE_FDS 64
#define CHANGE_TEXT 400

/* To whom each socket of the process is connected. Zeroed at first. */
struct change_peers {
        char path[CHANGE_FDS][110];
};

/* True when the call changes something; then `ret_text` is its name, a tab and its object. Notes
 * the connections that are made. */
bool change_of_call(struct change_peers *peers, pid_t pid, const struct ptrace_syscall_info *call,
                    char ret_text[static CHANGE_TEXT]);

/* True when it starts a program that is there, whatever that does. */
bool change_is_exec(pid_t pid, const struct ptrace_syscall_info *call);

#endif
