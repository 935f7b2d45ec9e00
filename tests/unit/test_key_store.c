/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "clock.h"
#include "scratch.h"
#include "suite.h"

#define STRANGER 4242

/* A key file in a folder of its own, and two keys for it. */
struct bench {
        struct scratch scratch;
        char path[96];
        struct key_file file;
        struct secret first;
        struct secret second;
};

static void own_bench(struct bench *bench)
{
        scratch_remove(&bench->scratch);
        secret_wipe(&bench->first);
        secret_wipe(&bench->second);
}

#define OWN_BENCH OWN(own_bench)

static void bench_init(struct bench *bench)
{
        *bench = (struct bench){.scratch = scratch_make()};
        (void)snprintf(bench->path, sizeof bench->path, "%s/nodekey", bench->scratch.path);
        bench->file =
                (struct key_file){.path = bench->path, .owner = geteuid(), .group = getegid()};
        secret_init(&bench->first);
        secret_init(&bench->second);
        ck_assert_int_eq(key_generate(KEY_SECP256K1, &bench->first, NULL), 0);
        ck_assert_int_eq(key_generate(KEY_SECP256K1, &bench->second, NULL), 0);
}

/* How many entries the folder has. */
static int entry_count(const struct bench *bench)
{
        OWN_DIR DIR *entries = opendir(bench->scratch.path);
        const struct dirent *entry;
        int count = 0;

        while ((entry = readdir(entries)))
                count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
        return count;
}

static void assert_holds(const struct bench *bench, const struct secret *wanted)
{
        OWN_SECRET struct secret found;

        secret_init(&found);
        ck_assert_int_eq(key_file_read(&bench->file, &found, NULL), 0);
        ck_assert(secret_equal(&found, wanted));
}

START_TEST(installed_key_is_as_kcn_writes_it)
{
        OWN_BENCH struct bench bench;
        struct stat found;

        bench_init(&bench);
        (void)umask(0);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        assert_holds(&bench, &bench.first);
        ck_assert_int_eq(lstat(bench.path, &found), 0);
        ck_assert_int_eq(found.st_mode, S_IFREG | 0600);
        ck_assert_int_eq(found.st_size, 64);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.second, NULL), 0);
        assert_holds(&bench, &bench.second);
        ck_assert_int_eq(entry_count(&bench), 1);
}
END_TEST

START_TEST(owner_of_a_replaced_key_stays)
{
        OWN_BENCH struct bench bench;
        struct stat found;

        bench_init(&bench);
        if (geteuid() != 0)
                return; /* only root can give files away */
        bench.file.owner = STRANGER;
        bench.file.group = STRANGER + 1;
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        ck_assert_int_eq(lstat(bench.path, &found), 0);
        ck_assert_uint_eq(found.st_uid, STRANGER);
        ck_assert_uint_eq(found.st_gid, STRANGER + 1);
        ck_assert_int_eq(chown(bench.path, 0, STRANGER + 2), 0);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.second, NULL), 0);
        ck_assert_int_eq(lstat(bench.path, &found), 0);
        ck_assert_uint_eq(found.st_uid, 0);
        ck_assert_uint_eq(found.st_gid, STRANGER + 2);
}
END_TEST

START_TEST(link_is_replaced_and_its_target_untouched)
{
        OWN_BENCH struct bench bench;
        OWN_TEXT char *elsewhere = NULL;
        struct key_file other;
        OWN_SECRET struct secret found;

        bench_init(&bench);
        secret_init(&found);
        elsewhere = scratch_path(&bench.scratch, "seat");
        other = (struct key_file){.path = elsewhere, .owner = geteuid(), .group = getegid()};
        ck_assert_int_eq(key_file_install(&other, &bench.first, NULL), 0);
        ck_assert_int_eq(key_file_link(bench.path, elsewhere, NULL), 0);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.second, NULL), 0);
        assert_holds(&bench, &bench.second);
        ck_assert_int_eq(key_file_read(&other, &found, NULL), 0);
        ck_assert(secret_equal(&found, &bench.first));
}
END_TEST

START_TEST(key_becomes_a_link_at_once)
{
        OWN_BENCH struct bench bench;
        char target[64] = "";

        bench_init(&bench);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        for (int i = 0; i < 2; i++) { /* again is as well */
                ck_assert_int_eq(key_file_link(bench.path, "/run/validator/cn/nodekey", NULL), 0);
                ck_assert_int_gt(readlink(bench.path, target, sizeof target - 1), 0);
                ck_assert_str_eq(target, "/run/validator/cn/nodekey");
                ck_assert_int_eq(entry_count(&bench), 1);
        }
}
END_TEST

START_TEST(wipe_leaves_neither_name_nor_content)
{
        OWN_BENCH struct bench bench;
        OWN_FD int fd = -1;
        char content[64], zeros[64] = {0};

        bench_init(&bench);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        fd = open(bench.path, O_RDONLY | O_CLOEXEC);
        ck_assert_int_eq(key_file_wipe(bench.path, NULL), 0);
        ck_assert_int_eq(entry_count(&bench), 0);
        ck_assert_int_eq(read(fd, content, sizeof content), sizeof content);
        ck_assert_mem_eq(content, zeros, sizeof content);
        ck_assert_int_eq(key_file_wipe(bench.path, NULL), 0);
        ck_assert_int_eq(key_file_wipe("/no/such/folder/nodekey", NULL), 0);
}
END_TEST

START_TEST(wipe_of_a_link_leaves_its_target)
{
        OWN_BENCH struct bench bench;
        OWN_TEXT char *link = NULL;

        bench_init(&bench);
        link = scratch_path(&bench.scratch, "link");
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        ck_assert_int_eq(key_file_link(link, bench.path, NULL), 0);
        ck_assert_int_eq(key_file_wipe(link, NULL), 0);
        ck_assert_int_eq(entry_count(&bench), 1);
        assert_holds(&bench, &bench.first);
}
END_TEST

START_TEST(wipe_that_fails_says_so)
{
        OWN_BENCH struct bench bench;
        struct ocf_error err = {0};

        bench_init(&bench);
        ck_assert_int_eq(mkdir(bench.path, 0700), 0);
        ck_assert_int_lt(key_file_wipe(bench.path, &err), 0);
        ck_assert_ptr_nonnull(strstr(err.sentence, "cannot wipe key file"));
}
END_TEST

/* One page is the old key, the others are taken: the new one has nowhere to go. */
START_TEST(full_file_system_keeps_the_old_key)
{
        OWN_BENCH struct bench bench;
        OWN_TEXT char *filler = NULL;
        struct ocf_error err = {0};
        static const char page[4096];
        OWN_FD int fd = -1;

        bench_init(&bench);
        if (geteuid() != 0)
                return; /* needs a file system of its own */
        ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        ck_assert_int_eq(mount("tmpfs", bench.scratch.path, "tmpfs", 0, "size=16k"), 0);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        filler = scratch_path(&bench.scratch, "filler");
        fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        while (write(fd, page, sizeof page) > 0)
                ;
        ck_assert_int_eq(key_file_install(&bench.file, &bench.second, &err), -ENOSPC);
        ck_assert_ptr_nonnull(strstr(err.sentence, "No space left on device"));
        assert_holds(&bench, &bench.first);
        ck_assert_int_eq(entry_count(&bench), 2);
        ck_assert_int_eq(umount2(bench.scratch.path, MNT_DETACH), 0);
}
END_TEST

static void install_for_ever(const struct bench *bench)
{
        for (;;)
                if (key_file_install(&bench->file, &bench->second, NULL) < 0 ||
                    key_file_install(&bench->file, &bench->first, NULL) < 0)
                        _Exit(1);
}

/* Whatever the instant: one of the keys is there, whole, and the next call clears up. */
START_TEST(install_that_is_killed_leaves_a_whole_key)
{
        struct deadline never = deadline_in(600000);
        OWN_BENCH struct bench bench;
        OWN_SECRET struct secret found;
        int left_over = 0;

        bench_init(&bench);
        secret_init(&found);
        ck_assert_int_eq(key_file_install(&bench.file, &bench.first, NULL), 0);
        for (int round = 0; round < 150; round++) {
                pid_t pid = fork();

                if (pid == 0)
                        install_for_ever(&bench);
                (void)clock_wait_fd(&never, -1, 1 + round % 7);
                ck_assert_int_eq(kill(pid, SIGKILL), 0);
                ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
                ck_assert_int_eq(key_file_read(&bench.file, &found, NULL), 0);
                ck_assert(secret_equal(&found, &bench.first) ||
                          secret_equal(&found, &bench.second));
                left_over += entry_count(&bench) > 1;
                ck_assert_int_le(entry_count(&bench), 2);
        }
        ck_assert_int_gt(left_over, 0); /* else the kills all missed */
        ck_assert_int_eq(key_file_wipe(bench.path, NULL), 0);
        ck_assert_int_eq(entry_count(&bench), 0);
}
END_TEST

START_TEST(only_own_left_overs_are_swept)
{
        static const char *const names[] = {".nodekey.0123456789abcdef.new", /* ours */
                                            ".nodekey.0123456789abcde.new",
                                            ".nodekey.0123456789abcdef.new2",
                                            ".bls-nodekey.0123456789abcdef.new", "nodekey.new"};
        OWN_BENCH struct bench bench;

        bench_init(&bench);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                OWN_TEXT char *path = scratch_path(&bench.scratch, names[i]);
                OWN_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

                ck_assert_int_ge(fd, 0);
        }
        ck_assert_int_eq(key_file_wipe(bench.path, NULL), 0);
        ck_assert_int_eq(entry_count(&bench), 4);
}
END_TEST

SUITE_MAIN("key_store", TEST(installed_key_is_as_kcn_writes_it),
           TEST(owner_of_a_replaced_key_stays), TEST(link_is_replaced_and_its_target_untouched),
           TEST(key_becomes_a_link_at_once), TEST(wipe_leaves_neither_name_nor_content),
           TEST(wipe_of_a_link_leaves_its_target), TEST(wipe_that_fails_says_so),
           TEST(full_file_system_keeps_the_old_key),
           TEST(install_that_is_killed_leaves_a_whole_key), TEST(only_own_left_overs_are_swept))
