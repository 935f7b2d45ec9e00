/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "clock.h"
#include "own.h"
#include "suite.h"
#include "text.h"

START_TEST(process_is_told_by_name_program_and_start)
{
        struct proc_facts facts, again;
        char exe[256] = "";

        ck_assert_int_eq(prctl(PR_SET_NAME, "a) b (c 1\n"), 0);
        ck_assert_int_eq(proc_observe(getpid(), &facts, NULL), 0);
        ck_assert_str_eq(facts.comm, "a) b (c 1?");
        ck_assert_int_gt(readlink("/proc/self/exe", exe, sizeof exe - 1), 0);
        ck_assert_str_eq(facts.exe, exe);
        ck_assert_int_eq(proc_observe(getppid(), &again, NULL), 0);
        ck_assert_uint_gt(again.start_ticks, 0);
        ck_assert_uint_le(again.start_ticks, facts.start_ticks);
}
END_TEST

START_TEST(process_that_does_not_exist_is_told)
{
        struct proc_facts facts = {.pid = 7};
        struct ocf_error err = {0};
        pid_t pid = fork();
        int fd = -1;

        if (pid == 0)
                _Exit(0);
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
        ck_assert_int_eq(proc_observe(pid, &facts, &err), -ESRCH);
        ck_assert_int_eq(facts.pid, 7);
        ck_assert_ptr_nonnull(strstr(err.sentence, "No such process"));
        ck_assert_int_eq(proc_pidfd(pid, &fd, NULL), -ESRCH);
        ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(pidfd_wakes_at_the_end_of_the_process)
{
        struct deadline deadline = deadline_in(5000);
        OWN_FD int fd = -1;
        pid_t pid = fork();

        if (pid == 0)
                for (;;)
                        (void)pause();
        ck_assert_int_eq(proc_pidfd(pid, &fd, NULL), 0);
        ck_assert(!clock_wait_fd(&deadline, fd, 20));
        ck_assert_int_eq(kill(pid, SIGKILL), 0);
        ck_assert(clock_wait_fd(&deadline, fd, 5000));
}
END_TEST

static char *lock_file_make(void)
{
        char *path = text_format("/tmp/test_proc.%d", (int)getpid());
        OWN_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        return path;
}

/* A process that holds the lock until it is killed. */
static pid_t lock_holder_start(const char *path, int operation)
{
        int ready[2];
        char byte;
        pid_t pid;

        ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
        pid = fork();
        if (pid == 0) {
                int fd = open(path, O_RDONLY | O_CLOEXEC);

                (void)prctl(PR_SET_NAME, "holder");
                if (flock(fd, operation) < 0)
                        _Exit(1);
                (void)close(ready[1]);
                for (;;)
                        (void)pause();
        }
        (void)close(ready[1]);
        ck_assert_int_eq(read(ready[0], &byte, 1), 0);
        (void)close(ready[0]);
        return pid;
}

START_TEST(lock_and_its_holder_are_seen)
{
        OWN_TEXT char *path = lock_file_make();
        pid_t pid = lock_holder_start(path, LOCK_EX);
        struct lock_holder holder = {0};

        ck_assert_int_eq(proc_file_locked(path, &holder, NULL), TRI_YES);
        ck_assert_int_eq(holder.pid, pid);
        ck_assert_str_eq(holder.comm, "holder");
        ck_assert_int_eq(kill(pid, SIGKILL), 0);
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
        ck_assert_int_eq(proc_file_locked(path, NULL, NULL), TRI_NO);
        (void)unlink(path);
}
END_TEST

START_TEST(open_files_below_a_directory_are_seen)
{
        OWN_TEXT char *dir = text_format("/tmp/test_proc.%d.d", (int)getpid());
        OWN_TEXT char *longer = text_format("%s2", dir);
        OWN_TEXT char *file = text_format("%s/file", dir);
        OWN_TEXT char *link = text_format("%s.link", dir);
        int fd;

        ck_assert_int_eq(mkdir(dir, 0700), 0);
        ck_assert_int_eq(symlink(dir, link), 0);
        ck_assert_int_eq(proc_has_open_below(getpid(), dir), TRI_NO);
        ck_assert_int_eq(proc_has_open_below(getpid(), longer), TRI_UNKNOWN);
        fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(mkdir(longer, 0700), 0);
        ck_assert_int_eq(proc_has_open_below(getpid(), dir), TRI_YES);
        ck_assert_int_eq(proc_has_open_below(getpid(), link), TRI_YES);
        ck_assert_int_eq(proc_has_open_below(getpid(), longer), TRI_NO);
        ck_assert_int_eq(proc_has_open_below(INT_MAX, dir), TRI_UNKNOWN);
        ck_assert_int_eq(close(fd), 0);
        ck_assert_int_eq(proc_has_open_below(getpid(), dir), TRI_NO);
        ck_assert_int_eq(unlink(file), 0);
        ck_assert_int_eq(unlink(link), 0);
        ck_assert_int_eq(rmdir(dir), 0);
        ck_assert_int_eq(rmdir(longer), 0);
}
END_TEST

START_TEST(two_who_test_do_not_see_each_other)
{
        OWN_TEXT char *path = lock_file_make();
        pid_t pid = lock_holder_start(path, LOCK_SH);

        ck_assert_int_eq(proc_file_locked(path, NULL, NULL), TRI_NO);
        ck_assert_int_eq(kill(pid, SIGKILL), 0);
        (void)unlink(path);
}
END_TEST

START_TEST(test_leaves_the_file_unlocked)
{
        OWN_TEXT char *path = lock_file_make();
        OWN_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

        ck_assert_int_eq(proc_file_locked(path, NULL, NULL), TRI_NO);
        ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
        (void)unlink(path);
}
END_TEST

START_TEST(file_that_does_not_exist_is_not_locked)
{
        ck_assert_int_eq(proc_file_locked("/nowhere/LOCK", NULL, NULL), TRI_NO);
}
END_TEST

START_TEST(file_that_cannot_be_opened_is_unknown)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(proc_file_locked("/etc/passwd/LOCK", NULL, &err), TRI_UNKNOWN);
        ck_assert_str_eq(err.sentence,
                         "cannot tell whether '/etc/passwd/LOCK' is locked: Not a directory");
}
END_TEST

SUITE_MAIN("proc", TEST(process_is_told_by_name_program_and_start),
           TEST(process_that_does_not_exist_is_told), TEST(pidfd_wakes_at_the_end_of_the_process),
           TEST(lock_and_its_holder_are_seen), TEST(open_files_below_a_directory_are_seen),
           TEST(two_who_test_do_not_see_each_other), TEST(test_leaves_the_file_unlocked),
           TEST(file_that_does_not_exist_is_not_locked),
           TEST(file_that_cannot_be_opened_is_unknown))
