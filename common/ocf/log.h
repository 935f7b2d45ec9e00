/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_LOG_H
#define VALIDATOR_OCF_LOG_H

/* Logging by libqb, for agents and the keeper; protocol and policy code returns sentences instead.
 * Under Pacemaker lines go to its syslog facility, by hand to stderr. One failure gives one line.
 */

#include <stdbool.h>

#include <qb/qblog.h>

/* `facility` NULL: stderr. `trace`: debug lines too. */
void ocf_log_open(const char *name, const char *facility, bool trace);
void ocf_log_close(void);

#define ocf_log_warning(...) qb_log(LOG_WARNING, __VA_ARGS__)
#define ocf_log_info(...) qb_log(LOG_INFO, __VA_ARGS__)
#define ocf_log_debug(...) qb_log(LOG_DEBUG, __VA_ARGS__)

/* An action's one line: a recurring monitor that found nothing new only speaks when traced. */
#define ocf_log_result(calm, ...)                        \
        do {                                             \
                if (calm)                                \
                        qb_log(LOG_DEBUG, __VA_ARGS__);  \
                else                                     \
                        qb_log(LOG_NOTICE, __VA_ARGS__); \
        } while (0)

#endif
