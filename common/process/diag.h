/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_PROCESS_DIAG_H
#define VALIDATOR_PROCESS_DIAG_H

/* The TCP sockets of this process's network namespace as the kernel lists them (sock_diag), by the
 * cgroup in which each was made. A cgroup is known by its id (process/cgroup.h), since it may be
 * gone already. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inet_diag_msg;
struct tcp_info;

struct diag_look {
        uint32_t states; /* a bit for each of the kernel's TCP states */
        /* Which of those sockets; `info` is NULL where the kernel gives none. NULL: all. */
        bool (*wanted)(const struct inet_diag_msg *found, const struct tcp_info *info,
                       const void *data);
        const void *data;
        bool destroy; /* end them; a socket that is gone already is as good */
};

/* Counts the sockets. -EOPNOTSUPP when the kernel cannot tell a socket's cgroup, or end one: it
 * lacks INET_DIAG_DESTROY or the cgroup filter of Linux 5.9; other errors are the kernel's. */
int diag_sockets(const struct diag_look *look, const uint64_t *cgroups, size_t count,
                 size_t *ret_found);

#endif
