/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_ENV_H
#define VALIDATOR_OCF_ENV_H

/* What Pacemaker tells an agent by its environment, read here and nowhere else (parameters apart:
 * ocf/param.h). Texts are borrowed from the environment. */

#include <stdbool.h>
#include <stdint.h>

struct ocf_env {
        const char *instance;      /* OCF_RESOURCE_INSTANCE, "" by hand */
        const char *node;          /* this node's name in the cluster, "" when not told */
        const char *reason_prefix; /* what announces the exit reason on stderr */
        const char *log_facility;  /* syslog's, NULL: log to stderr */
        uint64_t timeout_ms;       /* 0: not told */
        uint64_t interval_ms;      /* 0: a probe or a single action */
        uint64_t check_level;      /* OCF_CHECK_LEVEL */
        bool in_cluster;           /* started by Pacemaker: its feature set is told */
        bool trace;                /* OCF_TRACE_RA: debug lines are wanted */
};

struct ocf_env ocf_env_load(void);

#endif
