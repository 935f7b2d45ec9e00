/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/log.h"

#include <syslog.h>

void ocf_log_open(const char *name, const char *facility, bool trace)
{
        int32_t level = trace ? LOG_DEBUG : LOG_INFO;
        int number = facility ? qb_log_facility2int(facility) : -1;
        int target = number < 0 ? QB_LOG_STDERR : QB_LOG_SYSLOG;

        qb_log_init(name, number < 0 ? LOG_DAEMON : number, LOG_EMERG);
        (void)qb_log_ctl(QB_LOG_SYSLOG, QB_LOG_CONF_ENABLED, target == QB_LOG_SYSLOG);
        (void)qb_log_ctl(QB_LOG_STDERR, QB_LOG_CONF_ENABLED, target == QB_LOG_STDERR);
        (void)qb_log_filter_ctl(target, QB_LOG_FILTER_ADD, QB_LOG_FILTER_FILE, "*", level);
        qb_log_format_set(target, target == QB_LOG_STDERR ? "%N: %b" : "%b");
}

void ocf_log_close(void)
{
        qb_log_fini();
}
