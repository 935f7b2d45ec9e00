/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into a keeper: each fsync below /var takes FSYNC_MS more, as on a disk that others keep
 * busy. What is in memory, as /run, is as fast as ever. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int fsync(int fd)
{
        char link[32], path[4096] = "";

        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (readlink(link, path, sizeof path - 1) > 0 && strncmp(path, "/var/", 5) == 0)
                (void)poll(NULL, 0, FSYNC_MS);
        return (int)syscall(SYS_fsync, fd);
}
