/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a program and prints one line: exit code, wall and CPU time in microseconds (of its children
 * too), peak memory in KiB. Small itself, since a child's peak begins at its parent's. The output
 * of the program is dropped.
 * usage: launch PROGRAM ARGUMENT... */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static int64_t microseconds(struct timeval time)
{
        return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

int main(int argc, char **argv)
{
        uint64_t began_ns = clock_now_ns();
        int null = open("/dev/null", O_RDWR);
        struct rusage usage;
        int status;
        pid_t pid;

        if (argc < 2 || null < 0)
                return EXIT_FAILURE;
        pid = fork();
        if (pid == 0) {
                if (dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0)
                        (void)execv(argv[1], argv + 1);
                _exit(127);
        }
        if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status))
                return EXIT_FAILURE;
        (void)printf("%d %" PRIu64 " %" PRId64 " %ld\n", WEXITSTATUS(status),
                     (clock_now_ns() - began_ns) / 1000,
                     microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss);
        return EXIT_SUCCESS;
}
