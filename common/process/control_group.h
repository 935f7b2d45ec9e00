/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PROCESS_CONTROL_GROUP_H
#define VALIDATOR_PROCESS_CONTROL_GROUP_H

/* A service's control group by the name that systemd's property ControlGroup gives it, without the
 * bus: what was recorded when the service started can be judged and killed while dbus hangs.
 *
 * A name begins with '/' and is a path below the hierarchy's root. The root itself ("" is what a
 * unit without processes has) and paths with '..' are refused with -EINVAL: killing them would kill
 * the machine. A group that does not exist in a mounted hierarchy holds no process, as the kernel
 * removes none that does. */

#include <stddef.h>
#include <sys/types.h>

#include "clock.h"
#include "ocf/error.h"
#include "tri.h"

/* Whether a process is in the group or below it. Unknown comes with a sentence. */
enum tri control_group_populated(const char *group, struct ocf_error *err);

/* Kills all of it with SIGKILL and returns 0 when it is proved empty; -ETIMEDOUT when a process is
 * left at the deadline. */
int control_group_kill(const char *group, const struct deadline *deadline, struct ocf_error *err);

/* The processes in it and below it; a missing group has none. The caller frees. */
int control_group_pids(const char *group, pid_t **ret_pids, size_t *ret_count,
                       struct ocf_error *err);

#endif
