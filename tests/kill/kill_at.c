/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a program and kills it with SIGKILL right before its Nth system call that changes something
 * (change.h), as a crash at that point would; 0: never. Each such call becomes a line of the log,
 * the last one being that at which it was killed. Of the programs that it starts only the start is
 * traced. Ends as the program does, with 128 + signal when that was killed.
 * usage: kill-at N LOG PROGRAM ARGUMENT... */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parse.h"
#include "tests/kill/change.h"

#define OPTIONS                                                                                 \
        (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
         PTRACE_O_TRACECLONE)

struct trace {
        struct change_peers peers;
        pid_t program;
        uint64_t changes, at;
        FILE *log;
};

/* True when the moment has come. */
static bool call_kills(struct trace *trace, pid_t pid, const struct ptrace_syscall_info *call)
{
        char text[CHANGE_TEXT];

        if (!change_of_call(&trace->peers, pid, call, text))
                return false;
        trace->changes++;
        (void)fprintf(trace->log, "%llu\t%s\n", (unsigned long long)trace->changes, text);
        (void)fflush(trace->log);
        return trace->changes == trace->at;
}

static int signal_of(int status)
{
        int number = WSTOPSIG(status);

        return number == SIGTRAP || number == SIGSTOP || status >> 16 ? 0 : number;
}

/* A process that stands still: looks at its call and lets it go on, or kills. */
static void stop_handle(struct trace *trace, pid_t pid, int status)
{
        struct ptrace_syscall_info call;
        bool entry;

        if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
                (void)ptrace(PTRACE_SYSCALL, pid, NULL, signal_of(status));
                return;
        }
        entry = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call) > 0 &&
                call.op == PTRACE_SYSCALL_INFO_ENTRY;
        if (entry && (pid == trace->program || change_is_exec(pid, &call)) &&
            call_kills(trace, pid, &call)) {
                (void)kill(trace->program, SIGKILL);
                (void)kill(pid, SIGKILL);
                return;
        }
        if (entry && pid != trace->program && change_is_exec(pid, &call))
                (void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
        else
                (void)ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
}

static int trace_to_the_end(struct trace *trace)
{
        int status;
        pid_t pid;

        while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
                if (pid <= 0)
                        continue;
                if (WIFSTOPPED(status))
                        stop_handle(trace, pid, status);
                else if (pid == trace->program)
                        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
        struct trace trace = {0};
        int status;

        if (argc < 4 || parse_u64(argv[1], &trace.at) < 0)
                return EXIT_FAILURE;
        trace.log = fopen(argv[2], "we");
        if (!trace.log)
                return EXIT_FAILURE;
        trace.program = fork();
        if (trace.program == 0) {
                (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
                (void)execv(argv[3], argv + 3);
                _exit(127);
        }
        if (trace.program < 0 || waitpid(trace.program, &status, 0) != trace.program ||
            !WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, trace.program, NULL, OPTIONS) < 0)
                return EXIT_FAILURE;
        (void)ptrace(PTRACE_SYSCALL, trace.program, NULL, NULL);
        return trace_to_the_end(&trace);
}
