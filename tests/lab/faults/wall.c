/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into a keeper: its CLOCK_REALTIME is as many seconds off as /run/wall says. The clock
 * of a machine of the lab is the host's, which no test may set. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *ret_now)
{
        long r = syscall(SYS_clock_gettime, clock, ret_now);
        int64_t off_s = 0;
        int fd = clock == CLOCK_REALTIME ? open("/run/wall", O_RDONLY | O_CLOEXEC) : -1;

        if (fd < 0)
                return (int)r;
        if (read(fd, &off_s, sizeof off_s) == sizeof off_s)
                ret_now->tv_sec += off_s;
        (void)close(fd);
        return (int)r;
}
