/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/control_group.h"

#include <errno.h>
#include <string.h>

#include "own.h"
#include "process/cgroup.h"
#include "text.h"

static bool group_is_plain(const char *group)
{
        return group[0] == '/' && group[strspn(group, "/.")] != '\0' && !strstr(group, "/../") &&
               !strstr(group, "//") && !text_equal(strrchr(group, '/'), "/..");
}

/* Leaves `ret_cgroup` alone when the group does not exist, which is no failure. */
static int group_open(const char *group, int *ret_cgroup, struct ocf_error *err)
{
        struct ocf_error why = {0};
        int r;

        if (!group_is_plain(group))
                return ocf_fail(err, -EINVAL, "'%s' does not name the control group of a service",
                                group);
        r = cgroup_open(group, ret_cgroup, &why);
        if (r == -ENOENT)
                return 0;
        return r < 0 ? ocf_fail(err, r, "%s", why.sentence) : 0;
}

enum tri control_group_populated(const char *group, struct ocf_error *err)
{
        OWN_FD int cgroup = -1;
        bool populated = false;
        int r = group_open(group, &cgroup, err);

        if (r == 0 && cgroup >= 0)
                r = cgroup_populated(cgroup, &populated, err);
        return r < 0 ? TRI_UNKNOWN : tri_from_bool(populated);
}

int control_group_kill(const char *group, const struct deadline *deadline, struct ocf_error *err)
{
        OWN_FD int cgroup = -1;
        int r = group_open(group, &cgroup, err);

        return r < 0 || cgroup < 0 ? r : cgroup_kill(cgroup, deadline, err);
}

int control_group_pids(const char *group, pid_t **ret_pids, size_t *ret_count,
                       struct ocf_error *err)
{
        OWN_FD int cgroup = -1;
        int r = group_open(group, &cgroup, err);

        if (r == 0 && cgroup >= 0)
                return cgroup_pids(cgroup, ret_pids, ret_count, err);
        if (r == 0) {
                *ret_pids = NULL;
                *ret_count = 0;
        }
        return r;
}
