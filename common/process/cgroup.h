/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PROCESS_CGROUP_H
#define VALIDATOR_PROCESS_CGROUP_H

/* Control groups of version 2, where they are mounted: /sys/fs/cgroup on a unified hierarchy,
 * /sys/fs/cgroup/unified on a hybrid one. A cgroup is its directory, held open; the kernel's id for
 * it is the directory's inode number, and no later cgroup gets the same. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "ocf/error.h"

/* The mount point of cgroup2. -ENODEV when there is none. The caller frees. */
int cgroup_root(char **ret_path, struct ocf_error *err);

/* The path of this process' own cgroup below the root, "/" at least. The caller frees. */
int cgroup_of_self(char **ret_path, struct ocf_error *err);

/* Opens a cgroup by its path below the root, e.g. "/validator.slice/validator-cn1.slice", as
 * systemd's property ControlGroup and the line "0::" of /proc/PID/cgroup give it. -ENOENT: there is
 * no such cgroup in a hierarchy that is mounted. */
int cgroup_open(const char *path, int *ret_cgroup, struct ocf_error *err);

/* The kernel's id. */
int cgroup_id(int cgroup, uint64_t *ret_id, struct ocf_error *err);

/* The ids of the cgroup and of all below it, at most `size` of them; -E2BIG when there are more. */
int cgroup_ids(int cgroup, uint64_t *ret_ids, size_t size, size_t *ret_count,
               struct ocf_error *err);

/* The same of those alone that have a process of their own. A cgroup that was removed has none:
 * -ENOENT or none at all. */
int cgroup_peopled_ids(int cgroup, uint64_t *ret_ids, size_t size, size_t *ret_count,
                       struct ocf_error *err);

/* Whether a process is in the cgroup or below it, zombies not counted. A cgroup that was removed
 * meanwhile has none. */
int cgroup_populated(int cgroup, bool *ret_populated, struct ocf_error *err);

/* Kills every process in the cgroup and below, stopped and frozen ones too, and waits until it is
 * empty. -ETIMEDOUT when the deadline comes first: a process is stuck in the kernel. */
int cgroup_kill(int cgroup, const struct deadline *deadline, struct ocf_error *err);

/* The processes in the cgroup and in all below it. The caller frees. */
int cgroup_pids(int cgroup, pid_t **ret_pids, size_t *ret_count, struct ocf_error *err);

#endif
