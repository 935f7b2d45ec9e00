/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "killed_at.h"

#include <check.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* A system call stops the process twice, before and after. */
static bool next_call_ends(pid_t pid, int *ret_status)
{
        for (int half = 0; half < 2; half++) {
                ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
                ck_assert_int_eq(waitpid(pid, ret_status, 0), pid);
                if (!WIFSTOPPED(*ret_status))
                        return true;
        }
        return false;
}

bool killed_at(int n, int (*act)(const void *data), const void *data)
{
        pid_t pid = fork();
        int status;

        if (pid == 0) {
                (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
                (void)raise(SIGSTOP);
                _exit(act(data) < 0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        for (int i = 0; i < n; i++)
                if (next_call_ends(pid, &status)) {
                        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
                        return false;
                }
        ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        if (!WIFSTOPPED(status))
                return false;
        (void)kill(pid, SIGKILL);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        return true;
}
