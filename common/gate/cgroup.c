/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "own.h"
#include "parse.h"
#include "text.h"

/* A line of mountinfo: ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS [TAGS...] - TYPE SOURCE ... */
static bool mount_is_cgroup2(char *line, char **ret_point)
{
        char *type = strstr(line, " - cgroup2 "), *next = line, *field = NULL;

        if (!type)
                return false;
        for (int i = 0; i < 5; i++)
                field = strsep(&next, " ");
        *ret_point = field;
        return field != NULL;
}

int cgroup_root(char **ret_path, struct ocf_error *err)
{
        OWN_FILE FILE *mounts = fopen("/proc/self/mountinfo", "re");
        OWN_TEXT char *line = NULL;
        size_t size = 0;
        char *point;

        if (!mounts)
                return ocf_fail(err, -errno, "cannot read /proc/self/mountinfo: %s",
                                strerror(errno));
        while (getline(&line, &size, mounts) > 0)
                if (mount_is_cgroup2(line, &point)) {
                        *ret_path = text_copy(point);
                        return 0;
                }
        return ocf_fail(err, -ENOENT,
                        "no cgroup2 hierarchy is mounted; the gate needs one, unified or hybrid "
                        "(systemd.unified_cgroup_hierarchy=1 on the kernel's command line)");
}

int cgroup_open(const char *path, int *ret_cgroup, struct ocf_error *err)
{
        OWN_TEXT char *root = NULL;
        OWN_TEXT char *full = NULL;
        int r = cgroup_root(&root, err);

        if (r < 0)
                return r;
        full = text_format("%s/%s", root, path[0] == '/' ? path + 1 : path);
        r = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (r < 0)
                return ocf_fail(err, -errno, "cannot open the cgroup '%s': %s", full,
                                strerror(errno));
        *ret_cgroup = r;
        return 0;
}

int cgroup_id(int cgroup, uint64_t *ret_id, struct ocf_error *err)
{
        struct stat found;

        if (fstat(cgroup, &found) < 0)
                return ocf_fail(err, -errno, "cannot ask for the id of a cgroup: %s",
                                strerror(errno));
        *ret_id = found.st_ino;
        return 0;
}

/* The directories of a cgroup's children are its only directories. */
static int cgroup_children(int cgroup, DIR **ret_list, struct ocf_error *err)
{
        OWN_FD int again = openat(cgroup, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *list = again < 0 ? NULL : fdopendir(again);

        if (!list)
                return ocf_fail(err, -errno, "cannot list a cgroup: %s", strerror(errno));
        (void)fd_take(&again);
        *ret_list = list;
        return 0;
}

static int cgroup_next_child(DIR *list, int cgroup, int *ret_child)
{
        struct dirent *entry;

        while ((entry = readdir(list))) {
                if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
                        continue;
                *ret_child = openat(cgroup, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                if (*ret_child >= 0)
                        return 1;
                if (errno != ENOENT && errno != ENODEV)
                        return -errno;
        }
        return 0;
}

int cgroup_ids(int cgroup, uint64_t *ret_ids, size_t size, size_t *ret_count, struct ocf_error *err)
{
        OWN_DIR DIR *list = NULL;
        size_t count = 0;
        int child = -1, r;

        if (size == 0)
                return ocf_fail(err, -E2BIG, "the signer's slice has too many cgroups");
        r = cgroup_id(cgroup, &ret_ids[count++], err);
        if (r == 0)
                r = cgroup_children(cgroup, &list, err);
        if (r < 0)
                return r;
        while ((r = cgroup_next_child(list, cgroup, &child)) > 0) {
                OWN_FD int below = child;
                size_t more = 0;

                r = cgroup_ids(below, ret_ids + count, size - count, &more, err);
                if (r < 0)
                        return r;
                count += more;
        }
        if (r < 0)
                return ocf_fail(err, r, "cannot list a cgroup: %s", strerror(-r));
        *ret_count = count;
        return 0;
}

static int cgroup_events(int cgroup, struct ocf_error *err)
{
        int events = openat(cgroup, "cgroup.events", O_RDONLY | O_CLOEXEC);

        if (events >= 0 || errno == ENOENT || errno == ENODEV)
                return events;
        return ocf_fail(err, -errno, "cannot read cgroup.events: %s", strerror(errno));
}

static int events_populated(int events, bool *ret_populated, struct ocf_error *err)
{
        char text[256];
        ssize_t length = pread(events, text, sizeof text - 1, 0);

        if (length < 0 && errno == ENODEV) {
                *ret_populated = false;
                return 0;
        }
        if (length < 0)
                return ocf_fail(err, -errno, "cannot read cgroup.events: %s", strerror(errno));
        text[length] = '\0';
        if (!strstr(text, "populated "))
                return ocf_fail(err, -EPROTO, "cgroup.events does not say 'populated'");
        *ret_populated = strstr(text, "populated 0") == NULL;
        return 0;
}

int cgroup_populated(int cgroup, bool *ret_populated, struct ocf_error *err)
{
        OWN_FD int events = cgroup_events(cgroup, err);

        if (events >= 0)
                return events_populated(events, ret_populated, err);
        if (events < -1)
                return events;
        *ret_populated = false;
        return 0;
}

/* Before Linux 5.14 there is no cgroup.kill: process by process, as often as it takes for one that
 * forks to lose. */
static int cgroup_kill_each(int cgroup)
{
        OWN_FD int fd = openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
        OWN_FILE FILE *members = fd < 0 ? NULL : fdopen(fd, "r");
        OWN_DIR DIR *list = NULL;
        char line[32];
        uint64_t pid;
        int child = -1;

        if (!members)
                return -errno;
        (void)fd_take(&fd);
        while (fgets(line, sizeof line, members)) {
                line[strcspn(line, "\n")] = '\0';
                if (parse_u64(line, &pid) == 0 && pid > 1 && pid <= INT_MAX)
                        (void)kill((pid_t)pid, SIGKILL);
        }
        if (cgroup_children(cgroup, &list, NULL) < 0)
                return 0;
        while (cgroup_next_child(list, cgroup, &child) > 0) {
                OWN_FD int below = child;

                (void)cgroup_kill_each(below);
        }
        return 0;
}

static int cgroup_kill_once(int cgroup, struct ocf_error *err)
{
        OWN_FD int order = openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
        int r = 0;

        if (order >= 0)
                r = write(order, "1", 1) == 1 ? 0 : -errno;
        else if (errno == ENOENT)
                r = cgroup_kill_each(cgroup);
        else
                r = -errno;
        if (r == -ENODEV || r == -ENOENT)
                return 0;
        return r < 0 ? ocf_fail(err, r, "cannot kill the signer's cgroup: %s", strerror(-r)) : 0;
}

int cgroup_kill(int cgroup, const struct deadline *deadline, struct ocf_error *err)
{
        OWN_FD int events = cgroup_events(cgroup, err);
        bool populated = false;
        int r;

        if (events < -1)
                return events;
        for (;;) {
                struct pollfd change = {.fd = events, .events = POLLPRI};
                int left = deadline_left_ms(deadline);

                r = events < 0 ? 0 : events_populated(events, &populated, err);
                if (r < 0 || !populated)
                        return r;
                if (left == 0)
                        return ocf_fail(err, -ETIMEDOUT,
                                        "cannot empty the signer's cgroup: a process does not end "
                                        "on SIGKILL (see its state in /proc/PID/status)");
                r = cgroup_kill_once(cgroup, err);
                if (r < 0)
                        return r;
                (void)poll(&change, 1, left < 20 ? left : 20);
        }
}
