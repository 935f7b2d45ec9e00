/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/cgroup.h"

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

/* Where the hierarchy is mounted and which cgroup is there: all but "/" means that only a part of
 * the tree is mounted (a container without a cgroup namespace). */
struct cgroup_mount {
        char *root;
        char *point;
};

static void own_cgroup_mount(struct cgroup_mount *mount)
{
        free(mount->root);
        free(mount->point);
}

/* A line of mountinfo: ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS [TAGS...] - TYPE SOURCE ... */
static bool mount_is_cgroup2(const char *line, struct cgroup_mount *ret_mount)
{
        OWN(text_list_release) struct text_list fields = {0};

        if (!strstr(line, " - cgroup2 "))
                return false;
        text_list_split(&fields, line, " ");
        if (fields.count < 5)
                return false;
        ret_mount->root = text_copy(fields.items[3]);
        ret_mount->point = text_copy(fields.items[4]);
        return true;
}

static int cgroup_mount_find(struct cgroup_mount *ret_mount, struct ocf_error *err)
{
        OWN_FILE FILE *mounts = fopen("/proc/self/mountinfo", "re");
        OWN_TEXT char *line = NULL;
        size_t size = 0;

        if (!mounts)
                return ocf_fail(err, errno == ENOENT ? -ENODEV : -errno,
                                "cannot read /proc/self/mountinfo: %s", strerror(errno));
        while (getline(&line, &size, mounts) > 0)
                if (mount_is_cgroup2(line, ret_mount))
                        return 0;
        return ocf_fail(err, -ENODEV,
                        "no cgroup2 hierarchy is mounted; one is needed, unified or hybrid "
                        "(systemd.unified_cgroup_hierarchy=1 on the kernel's command line)");
}

int cgroup_root(char **ret_path, struct ocf_error *err)
{
        OWN(own_cgroup_mount) struct cgroup_mount mount = {0};
        int r = cgroup_mount_find(&mount, err);

        if (r == 0)
                *ret_path = TAKE(mount.point);
        return r;
}

/* The line of version 2 is "0::PATH" (cgroups(7)). */
int cgroup_of_self(char **ret_path, struct ocf_error *err)
{
        OWN_FILE FILE *groups = fopen("/proc/self/cgroup", "re");
        OWN_TEXT char *line = NULL;
        size_t size = 0;

        if (!groups)
                return ocf_fail(err, -errno, "cannot read /proc/self/cgroup: %s", strerror(errno));
        while (getline(&line, &size, groups) > 0)
                if (text_starts(line, "0::/")) {
                        line[strcspn(line, "\n")] = '\0';
                        *ret_path = text_copy(line + strlen("0::"));
                        return 0;
                }
        return ocf_fail(err, -ENODEV, "no cgroup2 hierarchy is mounted that this process is in");
}

int cgroup_open(const char *path, int *ret_cgroup, struct ocf_error *err)
{
        OWN(own_cgroup_mount) struct cgroup_mount mount = {0};
        OWN_TEXT char *full = NULL;
        size_t skip;
        int r = cgroup_mount_find(&mount, err);

        if (r < 0)
                return r;
        skip = strcmp(mount.root, "/") == 0 ? 0 : strlen(mount.root);
        if (skip && (!text_starts(path, mount.root) || (path[skip] && path[skip] != '/')))
                return ocf_fail(err, -ENODEV, "cannot open the cgroup '%s': only '%s' is mounted",
                                path, mount.root);
        full = text_format("%s/%s", mount.point, path + skip);
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

/* Whether a process is in the cgroup itself. One that holds threads alone tells nothing: a yes. */
static int cgroup_peopled(int cgroup, bool *ret_peopled, struct ocf_error *err)
{
        OWN_FD int members = openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
        char byte;
        ssize_t n = members < 0 ? -1 : read(members, &byte, 1);

        if (n < 0 && errno != ENOENT && errno != ENODEV && errno != EOPNOTSUPP)
                return ocf_fail(err, -errno, "cannot read cgroup.procs: %s", strerror(errno));
        *ret_peopled = n > 0 || (n < 0 && errno == EOPNOTSUPP);
        return 0;
}

struct id_list {
        bool peopled; /* only of those with a process of their own */
        uint64_t *ids;
        size_t size;
        size_t count;
};

static int ids_collect(int cgroup, struct id_list *list, struct ocf_error *err)
{
        OWN_DIR DIR *children = NULL;
        bool wanted = true;
        int child = -1, r = list->peopled ? cgroup_peopled(cgroup, &wanted, err) : 0;

        if (r == 0 && wanted && list->count == list->size)
                return ocf_fail(err, -E2BIG, "the signer's slice has too many cgroups");
        if (r == 0 && wanted)
                r = cgroup_id(cgroup, &list->ids[list->count++], err);
        if (r == 0)
                r = cgroup_children(cgroup, &children, err);
        if (r < 0)
                return r;
        while ((r = cgroup_next_child(children, cgroup, &child)) > 0) {
                OWN_FD int below = child;

                r = ids_collect(below, list, err);
                if (r < 0)
                        return r;
        }
        return r < 0 ? ocf_fail(err, r, "cannot list a cgroup: %s", strerror(-r)) : 0;
}

int cgroup_ids(int cgroup, uint64_t *ret_ids, size_t size, size_t *ret_count, struct ocf_error *err)
{
        struct id_list list = {.ids = ret_ids, .size = size};
        int r = ids_collect(cgroup, &list, err);

        if (r == 0)
                *ret_count = list.count;
        return r;
}

int cgroup_peopled_ids(int cgroup, uint64_t *ret_ids, size_t size, size_t *ret_count,
                       struct ocf_error *err)
{
        struct id_list list = {.peopled = true, .ids = ret_ids, .size = size};
        int r = ids_collect(cgroup, &list, err);

        if (r == 0)
                *ret_count = list.count;
        return r;
}

/* Leaves `ret_events` alone when the cgroup was removed, which is no failure. */
static int cgroup_events(int cgroup, int *ret_events, struct ocf_error *err)
{
        int events = openat(cgroup, "cgroup.events", O_RDONLY | O_CLOEXEC);

        if (events < 0 && errno != ENOENT && errno != ENODEV)
                return ocf_fail(err, -errno, "cannot read cgroup.events: %s", strerror(errno));
        *ret_events = events;
        return 0;
}

static int events_populated(int events, bool *ret_populated, struct ocf_error *err)
{
        char text[256];
        ssize_t length = events < 0 ? -1 : pread(events, text, sizeof text - 1, 0);

        if (events < 0 || (length < 0 && errno == ENODEV)) {
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
        OWN_FD int events = -1;
        int r = cgroup_events(cgroup, &events, err);

        return r < 0 ? r : events_populated(events, ret_populated, err);
}

struct pid_list {
        pid_t *pids;
        size_t count;
};

static void own_pid_list(struct pid_list *list)
{
        free(list->pids);
}

static void members_collect(FILE *members, struct pid_list *list)
{
        char line[32];
        uint64_t pid;

        while (fgets(line, sizeof line, members)) {
                line[strcspn(line, "\n")] = '\0';
                if (parse_u64(line, &pid) < 0 || pid <= 1 || pid > INT_MAX)
                        continue;
                list->pids = mem_grow(list->pids, list->count + 1, sizeof *list->pids);
                list->pids[list->count++] = (pid_t)pid;
        }
}

/* A cgroup that was removed meanwhile has no members. */
static int cgroup_collect(int cgroup, struct pid_list *list, struct ocf_error *err)
{
        OWN_FD int fd = openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
        OWN_FILE FILE *members = fd < 0 ? NULL : fdopen(fd, "r");
        OWN_DIR DIR *children = NULL;
        int child = -1, r;

        if (!members)
                return errno == ENOENT || errno == ENODEV
                               ? 0
                               : ocf_fail(err, -errno, "cannot read cgroup.procs: %s",
                                          strerror(errno));
        (void)fd_take(&fd);
        members_collect(members, list);
        r = cgroup_children(cgroup, &children, err);
        if (r < 0)
                return r;
        while (cgroup_next_child(children, cgroup, &child) > 0) {
                OWN_FD int below = child;

                r = cgroup_collect(below, list, err);
                if (r < 0)
                        return r;
        }
        return 0;
}

int cgroup_pids(int cgroup, pid_t **ret_pids, size_t *ret_count, struct ocf_error *err)
{
        OWN(own_pid_list) struct pid_list list = {0};
        int r = cgroup_collect(cgroup, &list, err);

        if (r < 0)
                return r;
        *ret_count = list.count;
        *ret_pids = TAKE(list.pids);
        return 0;
}

/* Before Linux 5.14 there is no cgroup.kill: process by process, as often as it takes for one that
 * forks to lose. */
static int cgroup_kill_each(int cgroup)
{
        OWN(own_pid_list) struct pid_list list = {0};
        int r = cgroup_collect(cgroup, &list, NULL);

        for (size_t i = 0; i < list.count; i++)
                (void)kill(list.pids[i], SIGKILL);
        return r;
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
        OWN_FD int events = -1;
        bool populated = false;
        int r = cgroup_events(cgroup, &events, err);

        while (r == 0) {
                struct pollfd change = {.fd = events, .events = POLLPRI};
                int left = deadline_left_ms(deadline);

                r = events_populated(events, &populated, err);
                if (r < 0 || !populated)
                        return r;
                r = cgroup_kill_once(cgroup, err);
                if (r == 0 && left == 0)
                        return ocf_fail(err, -ETIMEDOUT,
                                        "cannot empty the signer's cgroup: a process does not end "
                                        "on SIGKILL (see its state in /proc/PID/status)");
                (void)poll(&change, 1, left < 20 ? left : 20);
        }
        return r;
}
