/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "own.h"
#include "parse.h"
#include "path.h"
#include "text.h"

int proc_pidfd(pid_t pid, int *ret_fd, struct ocf_error *err)
{
        int fd = (int)syscall(SYS_pidfd_open, pid, 0);

        if (fd < 0)
                return ocf_fail(err, -errno, "cannot watch process %d: %s", (int)pid,
                                strerror(errno));
        *ret_fd = fd;
        return 0;
}

/* Reads the head of a small file of /proc as text. */
static int proc_read(int folder, const char *name, char *ret_text, size_t size)
{
        OWN_FD int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, ret_text, size - 1);

        if (n < 0)
                return -errno;
        ret_text[n] = '\0';
        return 0;
}

/* The name in field 2 may hold blanks and brackets; the last bracket ends it. */
static int stat_parse(char *stat, struct proc_facts *facts)
{
        OWN(text_list_release) struct text_list fields = {0};
        char *name = strchr(stat, '(');
        char *end = strrchr(stat, ')');

        if (!name || !end || end < name)
                return -EPROTO;
        *end = '\0';
        text_tame(name);
        (void)snprintf(facts->comm, sizeof facts->comm, "%s", name + 1);
        text_list_split(&fields, end + 1, " \n");
        if (fields.count < 20 || parse_u64(fields.items[19], &facts->start_ticks) < 0)
                return -EPROTO;
        return 0;
}

static int folder_observe(int folder, struct proc_facts *facts)
{
        char stat[1024];
        ssize_t n;
        int r;

        r = proc_read(folder, "stat", stat, sizeof stat);
        if (r == 0)
                r = stat_parse(stat, facts);
        if (r < 0)
                return r == -ENOENT ? -ESRCH : r;
        n = readlinkat(folder, "exe", facts->exe, sizeof facts->exe - 1);
        facts->exe[n > 0 ? n : 0] = '\0';
        text_tame(facts->exe);
        return 0;
}

int proc_observe(pid_t pid, struct proc_facts *ret_facts, struct ocf_error *err)
{
        struct proc_facts facts = {.pid = pid};
        OWN_FD int folder = -1;
        char path[32];
        int r;

        (void)snprintf(path, sizeof path, "/proc/%d", (int)pid);
        folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        r = folder >= 0 ? folder_observe(folder, &facts) : errno == ENOENT ? -ESRCH : -errno;
        if (r < 0)
                return ocf_fail(err, r, "cannot observe process %d: %s", (int)pid, strerror(-r));
        *ret_facts = facts;
        return 0;
}

/* Whether one of the process' descriptors is the file and carries a lock on it. */
static bool process_locks(int folder, const struct stat *file)
{
        OWN_FD int fds = openat(folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        OWN_DIR DIR *list = fds < 0 ? NULL : fdopendir(fds);
        const struct dirent *entry;

        if (!list)
                return false;
        (void)fd_take(&fds);
        while ((entry = readdir(list))) {
                char name[300], info[1024];
                struct stat at;

                if (fstatat(dirfd(list), entry->d_name, &at, 0) < 0 || at.st_dev != file->st_dev ||
                    at.st_ino != file->st_ino)
                        continue;
                (void)snprintf(name, sizeof name, "fdinfo/%s", entry->d_name);
                if (proc_read(folder, name, info, sizeof info) == 0 && strstr(info, "FLOCK"))
                        return true;
        }
        return false;
}

static struct lock_holder holder_find(const struct stat *file)
{
        OWN_DIR DIR *list = opendir("/proc");
        const struct dirent *entry;

        while (list && (entry = readdir(list))) {
                OWN_FD int folder = -1;
                struct proc_facts facts;
                uint64_t pid;

                if (parse_u64(entry->d_name, &pid) < 0)
                        continue;
                folder = openat(dirfd(list), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (folder >= 0 && process_locks(folder, file) &&
                    folder_observe(folder, &facts) == 0) {
                        struct lock_holder holder = {.pid = (pid_t)pid};

                        memcpy(holder.comm, facts.comm, sizeof holder.comm);
                        return holder;
                }
        }
        return (struct lock_holder){0};
}

enum tri proc_file_locked(const char *path, struct lock_holder *ret_holder, struct ocf_error *err)
{
        OWN_FD int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        struct stat file;

        if (fd < 0 && errno == ENOENT)
                return TRI_NO;
        if (fd >= 0 && fstat(fd, &file) == 0) {
                if (flock(fd, LOCK_SH | LOCK_NB) == 0)
                        return TRI_NO;
                if (errno == EWOULDBLOCK) {
                        if (ret_holder)
                                *ret_holder = holder_find(&file);
                        return TRI_YES;
                }
        }
        return ocf_unknown(err, "cannot tell whether '%s' is locked: %s", path, strerror(errno));
}

enum tri proc_has_open_below(pid_t pid, const char *dir)
{
        OWN_TEXT char *below = realpath(dir, NULL);
        OWN_TEXT char *path = text_format("/proc/%d/fd", (int)pid);
        OWN_DIR DIR *list = opendir(path);
        size_t length = below ? strlen(below) : 0;
        const struct dirent *entry;

        if (!length || !list)
                return TRI_UNKNOWN;
        errno = 0;
        while ((entry = readdir(list))) {
                char file[PATH_MAX];
                ssize_t n = readlinkat(dirfd(list), entry->d_name, file, sizeof file - 1);

                file[n > 0 ? n : 0] = '\0';
                if (strncmp(file, below, length) == 0 && file[length] == '/')
                        return TRI_YES;
                errno = 0;
        }
        return errno == 0 ? TRI_NO : TRI_UNKNOWN;
}

int proc_boot_id(char *ret_boot, size_t size, struct ocf_error *err)
{
        size_t length;
        int r = path_read("/proc/sys/kernel/random/boot_id", ret_boot, size, &length);

        if (r < 0)
                return ocf_fail(err, r, "cannot read the boot's id: %s", strerror(-r));
        ret_boot[strcspn(ret_boot, "\n")] = '\0';
        return 0;
}
