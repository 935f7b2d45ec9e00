/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_KILLED_AT_H
#define VALIDATOR_TESTS_KILLED_AT_H

/* Runs an act in a process that is killed with SIGKILL just before its nth system call (from 0 on),
 * as a crash at that point would do; one by one until the act survives, these are all the points at
 * which a crash can leave anything behind. True when it was killed, false when it had ended before;
 * the test fails when the act itself says that it failed. */

#include <stdbool.h>

bool killed_at(int n, int (*act)(const void *data), const void *data);

#endif
