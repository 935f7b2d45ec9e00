/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/exit.h"

#include <errno.h>
#include <stddef.h>

enum ocf_rc ocf_rc_from(int r)
{
        if (r >= 0)
                return OCF_SUCCESS;
        switch (-r) {
        case EINVAL:
                return OCF_ERR_CONFIGURED;
        case EPERM:
        case EACCES:
                return OCF_ERR_PERM;
        default:
                return OCF_ERR_GENERIC;
        }
}

enum ocf_rc ocf_rc_from_host(int r)
{
        if (r >= 0)
                return OCF_SUCCESS;
        return r == -EINVAL ? OCF_ERR_INSTALLED : OCF_ERR_GENERIC;
}

const char *ocf_rc_name(enum ocf_rc rc)
{
        static const struct {
                enum ocf_rc rc;
                const char *name;
        } names[] = {
                {OCF_SUCCESS, "ok"},
                {OCF_ERR_GENERIC, "error"},
                {OCF_ERR_ARGS, "invalid argument"},
                {OCF_ERR_UNIMPLEMENTED, "unimplemented"},
                {OCF_ERR_PERM, "insufficient privileges"},
                {OCF_ERR_INSTALLED, "not installed"},
                {OCF_ERR_CONFIGURED, "not configured"},
                {OCF_NOT_RUNNING, "not running"},
                {OCF_RUNNING_PROMOTED, "running promoted"},
                {OCF_FAILED_PROMOTED, "failed promoted"},
                {OCF_DEGRADED, "degraded"},
                {OCF_DEGRADED_PROMOTED, "promoted, degraded"},
        };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (names[i].rc == rc)
                        return names[i].name;
        return "unknown code";
}
