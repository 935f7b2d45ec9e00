/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/control_group.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "own.h"
#include "process/cgroup.h"
#include "suite.h"
#include "text.h"

/* A control group of the test's own, with one below it; gone with its processes at the end. */
struct test_group {
        char *name;
        char *path;
        char *below;
};

static void own_test_group(struct test_group *group)
{
        struct deadline deadline = deadline_in(5000);

        (void)control_group_kill(group->name, &deadline, NULL);
        (void)rmdir(group->below);
        (void)rmdir(group->path);
        free(group->name);
        free(group->path);
        free(group->below);
}

static struct test_group test_group_make(void)
{
        struct test_group group = {.name = text_format("/test_cgroup.%d", (int)getpid())};

        OWN_TEXT char *root = NULL;

        ck_assert_int_eq(cgroup_root(&root, NULL), 0);
        group.path = text_format("%s%s", root, group.name);
        group.below = text_format("%s/below", group.path);
        ck_assert_int_eq(mkdir(group.path, 0755), 0);
        ck_assert_int_eq(mkdir(group.below, 0755), 0);
        return group;
}

static void group_join(const char *path)
{
        OWN_TEXT char *procs = text_format("%s/cgroup.procs", path);
        OWN_FD int fd = open(procs, O_WRONLY | O_CLOEXEC);

        if (write(fd, "0", 1) != 1)
                _Exit(1);
}

/* A process in the group that ignores SIGTERM and lasts until it is killed. */
static pid_t inhabitant_start(const char *path)
{
        int ready[2];
        char byte;
        pid_t pid;

        ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
        pid = fork();
        if (pid == 0) {
                (void)signal(SIGTERM, SIG_IGN);
                group_join(path);
                (void)close(ready[1]);
                for (;;)
                        (void)pause();
        }
        (void)close(ready[1]);
        ck_assert_int_eq(read(ready[0], &byte, 1), 0);
        (void)close(ready[0]);
        return pid;
}

static int signal_of(pid_t pid)
{
        int status = 0;

        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(group_is_populated_while_a_process_is_below_it)
{
        OWN(own_test_group) struct test_group group = test_group_make();
        OWN_TEXT pid_t *pids = NULL;
        size_t count = 0;
        pid_t pid;

        ck_assert_int_eq(control_group_populated(group.name, NULL), TRI_NO);
        pid = inhabitant_start(group.below);
        ck_assert_int_eq(control_group_populated(group.name, NULL), TRI_YES);
        ck_assert_int_eq(control_group_pids(group.name, &pids, &count, NULL), 0);
        ck_assert_uint_eq(count, 1);
        ck_assert_int_eq(pids[0], pid);
}
END_TEST

START_TEST(group_that_does_not_exist_holds_nothing)
{
        struct deadline deadline = deadline_in(1000);
        OWN_TEXT pid_t *pids = NULL;
        size_t count = 7;

        ck_assert_int_eq(control_group_populated("/no/such.service", NULL), TRI_NO);
        ck_assert_int_eq(control_group_kill("/no/such.service", &deadline, NULL), 0);
        ck_assert_int_eq(control_group_pids("/no/such.service", &pids, &count, NULL), 0);
        ck_assert_uint_eq(count, 0);
}
END_TEST

static const char *const groups_refused[] = {"",    "/",   "//",    ".",          "/.",
                                             "/..", "a/b", "/a/..", "/a/../../b", "//a"};

/* A unit without processes has the empty group: killing "all of it" would kill the machine. */
START_TEST(root_and_crooked_paths_are_refused)
{
        struct deadline deadline = deadline_in(1000);
        struct ocf_error err = {0};

        ck_assert_int_eq(control_group_kill(groups_refused[_i], &deadline, &err), -EINVAL);
        ck_assert(ocf_error_set(&err));
        ck_assert_int_eq(control_group_populated(groups_refused[_i], NULL), TRI_UNKNOWN);
}
END_TEST

START_TEST(kill_takes_all_levels_and_proves_it)
{
        OWN(own_test_group) struct test_group group = test_group_make();
        pid_t pids[] = {inhabitant_start(group.path), inhabitant_start(group.below)};
        struct deadline deadline = deadline_in(5000);

        ck_assert_int_eq(control_group_kill(group.name, &deadline, NULL), 0);
        ck_assert_int_eq(control_group_populated(group.name, NULL), TRI_NO);
        ck_assert_int_eq(signal_of(pids[0]), SIGKILL);
        ck_assert_int_eq(signal_of(pids[1]), SIGKILL);
}
END_TEST

static void file_bind(const char *from, const char *folder, const char *name)
{
        OWN_TEXT char *source = text_format("%s/%s", from, name);
        OWN_TEXT char *target = text_format("%s/%s", folder, name);
        OWN_FD int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        ck_assert_int_eq(mount(source, target, NULL, MS_BIND, NULL), 0);
}

/* An old kernel: the group as it looks without cgroup.kill, by a mount of the test's own. */
START_TEST(kill_works_without_the_kernels_help)
{
        OWN(own_test_group) struct test_group group = test_group_make();
        OWN_TEXT char *real = text_format("/tmp/test_cgroup.%d", (int)getpid());
        pid_t pids[] = {inhabitant_start(group.path), inhabitant_start(group.path)};
        struct deadline deadline = deadline_in(5000);

        ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        ck_assert_int_eq(mkdir(real, 0700), 0);
        ck_assert_int_eq(mount(group.path, real, NULL, MS_BIND, NULL), 0);
        ck_assert_int_eq(mount("tmpfs", group.path, "tmpfs", 0, NULL), 0);
        file_bind(real, group.path, "cgroup.procs");
        file_bind(real, group.path, "cgroup.events");
        ck_assert_int_eq(control_group_kill(group.name, &deadline, NULL), 0);
        ck_assert_int_eq(signal_of(pids[0]), SIGKILL);
        ck_assert_int_eq(signal_of(pids[1]), SIGKILL);
        ck_assert_int_eq(umount2(group.path, MNT_DETACH), 0);
        ck_assert_int_eq(umount2(real, MNT_DETACH), 0);
        ck_assert_int_eq(rmdir(real), 0);
}
END_TEST

static const char *hierarchy_missing(void)
{
        OWN_TEXT char *root = NULL;

        if (geteuid() != 0 || cgroup_root(&root, NULL) < 0 || access(root, W_OK) < 0)
                return "needs root and a cgroup2 hierarchy that can be written";
        return NULL;
}

SUITE_MAIN_WHERE("cgroup", hierarchy_missing(),
                 TEST(group_is_populated_while_a_process_is_below_it),
                 TEST(group_that_does_not_exist_holds_nothing),
                 TABLE(root_and_crooked_paths_are_refused, groups_refused),
                 TEST(kill_takes_all_levels_and_proves_it),
                 TEST(kill_works_without_the_kernels_help))
