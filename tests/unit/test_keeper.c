/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "keeper/backup.h"
#include "keeper_rig.h"
#include "process/cgroup.h"
#include "suite.h"

#define UNIT "validator-test-none.service"

static void file_put(const char *path, mode_t mode)
{
        OWN_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        ck_assert_int_eq(write(fd, "0", 1), 1);
        ck_assert_int_eq(fchmod(fd, mode), 0);
}

START_TEST(seat_is_taken_once_and_given_up_whole)
{
        OWN_RIG struct rig rig;
        char address[KEY_ADDRESS_SIZE];

        rig_init(&rig);
        for (uint64_t epoch = 1; epoch < 4; epoch++) {
                ck_assert(acquired(&rig));
                ck_assert(acquired(&rig)); /* again is the same holding */
                ck_assert_uint_eq(lines_get_u64(&rig.answer, "epoch", 0), epoch);
                ck_assert_int_eq(entries(), 2);
                address_read(KEYS, address);
                ck_assert_str_eq(address, rig.address);
                ck_assert(asked(&rig, "status", NULL));
                ck_assert(lines_is(&rig.answer, "held", "yes"));
                ck_assert(!lines_is(&rig.answer, "fault", ""));
                ck_assert(asked(&rig, "lose", NULL));
                ck_assert(asked(&rig, "lose", NULL));
                ck_assert_int_eq(entries(), 0);
                ck_assert(asked(&rig, "status", NULL));
                ck_assert(lines_is(&rig.answer, "held", "no"));
        }
}
END_TEST

START_TEST(stale_bls_key_does_not_survive)
{
        OWN_RIG struct rig rig;
        OWN_TEXT char *path = NULL;

        rig_init(&rig);
        path = text_format("%s/bls-nodekey", rig.source);
        ck_assert_int_eq(unlink(path), 0);
        ck_assert_int_eq(mkdir("/run/validator", 0700), 0);
        ck_assert_int_eq(mkdir(KEYS, 0700), 0);
        key_put(KEYS, "bls-nodekey", KEY_BLS12_381);
        ck_assert(acquired(&rig));
        ck_assert_int_eq(entries(), 1);
}
END_TEST

static void source_open(struct rig *rig)
{
        ck_assert_int_eq(chmod(rig->source, 0755), 0);
}

static void source_without_key(struct rig *rig)
{
        OWN_TEXT char *path = text_format("%s/nodekey", rig->source);

        ck_assert_int_eq(unlink(path), 0);
}

static void source_of_another(struct rig *rig)
{
        key_put(rig->source, "nodekey", KEY_SECP256K1);
}

static void source_key_open(struct rig *rig)
{
        OWN_TEXT char *path = text_format("%s/bls-nodekey", rig->source);

        ck_assert_int_eq(chmod(path, 0644), 0);
}

static void source_key_malformed(struct rig *rig)
{
        OWN_TEXT char *path = text_format("%s/nodekey", rig->source);

        ck_assert_int_eq(truncate(path, 63), 0);
}

static void run_full(struct rig *rig)
{
        (void)rig;
        ck_assert_int_eq(mkdir("/run/validator", 0700), 0);
        ck_assert_int_eq(mount("tmpfs", "/run/validator", "tmpfs", 0, "size=4k,nr_inodes=3"), 0);
}

/* What is no tmpfs on any machine, whatever its /tmp is. */
static void run_on_disk(struct rig *rig)
{
        const char *base = rig->scratch.path;
        OWN_TEXT char *upper = scratch_path(&rig->scratch, "upper");
        OWN_TEXT char *work = scratch_path(&rig->scratch, "work");
        OWN_TEXT char *options =
                text_format("lowerdir=%s,upperdir=%s,workdir=%s", base, upper, work);

        ck_assert_int_eq(mkdir("/run/validator", 0700), 0);
        ck_assert_int_eq(mkdir(upper, 0700), 0);
        ck_assert_int_eq(mkdir(work, 0700), 0);
        ck_assert_int_eq(mount("overlay", "/run/validator", "overlay", 0, options), 0);
}

static const struct {
        void (*damage)(struct rig *rig);
        const char *reason; /* a part of the sentence */
        bool elsewhere;     /* not in the source, which is all that a check looks at */
} damages[] = {
        {source_open, "is open to others (mode 0755)", false},
        {source_without_key, "No such file", false},
        {source_of_another, "this is another identity's key", false},
        {source_key_open, "has mode 0644", false},
        {source_key_malformed, "has 63 bytes", false},
        {run_full, "No space left", true},
        {run_on_disk, "is not in memory", true},
};

START_TEST(seat_is_not_taken_when_anything_is_wrong)
{
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(asked(&rig, "check", NULL));
        damages[_i].damage(&rig);
        ck_assert(asked(&rig, "check", NULL) == damages[_i].elsewhere);
        ck_assert(!acquired(&rig));
        ck_assert_msg(strstr(rig.answer.text, damages[_i].reason) != NULL, "%s", rig.answer.text);
        ck_assert_int_eq(entries(), 0);
        ck_assert(asked(&rig, "status", NULL));
        ck_assert(lines_is(&rig.answer, "held", "no"));
        (void)umount2("/run/validator", MNT_DETACH);
}
END_TEST

START_TEST(seat_of_another_address_is_refused)
{
        static const char *const fields[2][2] = {
                {"address", "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"}};
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(!asked(&rig, "acquire", fields));
        ck_assert(lines_is(&rig.answer, "result", "refused"));
        ck_assert_int_eq(entries(), 0);
}
END_TEST

START_TEST(damaged_seat_is_told)
{
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(acquired(&rig));
        ck_assert_int_eq(chmod(KEYS "/nodekey", 0604), 0);
        ck_assert(asked(&rig, "status", NULL));
        ck_assert_ptr_nonnull(strstr(rig.answer.text, "fault=key file"));
        /* taken again it is another holding, since nobody knows who has read the key */
        ck_assert(acquired(&rig));
        ck_assert_uint_eq(lines_get_u64(&rig.answer, "epoch", 0), 2);
}
END_TEST

/* kcn derives a bls key through its link; a killed install leaves a temporary file. */
START_TEST(everything_is_wiped_whoever_put_it_there)
{
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(acquired(&rig));
        file_put(KEYS "/.nodekey.0123456789abcdef.new", 0600);
        file_put(KEYS "/derived", 0644);
        ck_assert(asked(&rig, "lose", NULL));
        ck_assert_int_eq(entries(), 0);
}
END_TEST

START_TEST(what_cannot_be_wiped_is_not_given_up)
{
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(acquired(&rig));
        ck_assert_int_eq(mkdir(KEYS "/folder", 0700), 0);
        ck_assert(!asked(&rig, "lose", NULL));
        ck_assert(asked(&rig, "status", NULL));
        ck_assert(lines_is(&rig.answer, "held", "yes"));
}
END_TEST

START_TEST(new_keeper_takes_over_what_was_noted)
{
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(acquired(&rig));
        keeper_again(&rig);
        ck_assert(acquired(&rig));
        ck_assert_uint_eq(lines_get_u64(&rig.answer, "epoch", 0), 1);
}
END_TEST

/* A signer in a control group of its own, that ignores what is polite. */
struct signer_rig {
        pid_t pid;
        char *path;
        char name[64];
        char pid_text[16];
};

static struct signer_rig signer_begin(void)
{
        struct signer_rig signer = {0};
        OWN_TEXT char *root = NULL;
        OWN_TEXT char *procs = NULL;
        int ready[2];
        char byte;

        (void)snprintf(signer.name, sizeof signer.name, "/test_keeper.%d", (int)getpid());
        ck_assert_int_eq(cgroup_root(&root, NULL), 0);
        signer.path = text_format("%s%s", root, signer.name);
        procs = text_format("%s/cgroup.procs", signer.path);
        ck_assert_int_eq(mkdir(signer.path, 0755), 0);
        ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
        signer.pid = fork();
        if (signer.pid == 0) {
                OWN_FD int fd = open(procs, O_WRONLY | O_CLOEXEC);

                (void)signal(SIGTERM, SIG_IGN);
                if (write(fd, "0", 1) == 1)
                        (void)close(ready[1]);
                for (;;)
                        (void)pause();
        }
        (void)close(ready[1]);
        ck_assert_int_eq(read(ready[0], &byte, 1), 0);
        (void)close(ready[0]);
        (void)snprintf(signer.pid_text, sizeof signer.pid_text, "%d", (int)signer.pid);
        return signer;
}

static void own_signer(struct signer_rig *signer)
{
        (void)kill(signer->pid, SIGKILL);
        (void)waitpid(signer->pid, NULL, 0);
        (void)rmdir(signer->path);
        free(signer->path);
}

static void signer_watched(struct rig *rig, const struct signer_rig *signer)
{
        static const char *const unit[2][2] = {{"unit", UNIT}, {"resource", "test_keeper"}};
        const char *const watch[2][2] = {{"pid", signer->pid_text}, {"cgroup", signer->name}};

        ck_assert(acquired(rig));
        ck_assert(asked(rig, "arm", unit));
        ck_assert_msg(asked(rig, "watch", watch), "%s", rig->answer.text);
}

START_TEST(signer_that_was_not_demoted_is_killed)
{
        OWN_RIG struct rig rig;
        OWN(own_signer) struct signer_rig signer = {0};
        siginfo_t info = {0};

        rig_init(&rig);
        signer = signer_begin();
        signer_watched(&rig, &signer);
        ck_assert(!asked(&rig, "disarm", NULL)); /* not while it runs */
        keeper_again(&rig);                      /* nor does a new keeper forget it */
        ck_assert(asked(&rig, "lose", NULL));
        ck_assert_int_eq(waitid(P_PID, (id_t)signer.pid, &info, WEXITED | WNOWAIT), 0);
        ck_assert_int_eq(info.si_status, SIGKILL);
        ck_assert_int_eq(entries(), 0);
        ck_assert(asked(&rig, "status", NULL));
        ck_assert(lines_is(&rig.answer, "armed", "no"));
}
END_TEST

START_TEST(end_of_the_signer_is_seen_and_remembered)
{
        struct deadline deadline = deadline_in(5000);
        OWN_RIG struct rig rig;
        OWN(own_signer) struct signer_rig signer = {0};

        rig_init(&rig);
        signer = signer_begin();
        signer_watched(&rig, &signer);
        ck_assert(!clock_wait_fd(&deadline, rig.keeper.signer.pidfd, 20));
        ck_assert_int_eq(kill(signer.pid, SIGKILL), 0);
        ck_assert(clock_wait_fd(&deadline, rig.keeper.signer.pidfd, 5000));
        ck_assert_int_eq(waitpid(signer.pid, NULL, 0), signer.pid);
        keeper_again(&rig); /* it ended while no keeper was there */
        ck_assert(rig.keeper.signer.died);
        ck_assert(rig.keeper.signer.armed);
        ck_assert(asked(&rig, "disarm", NULL));
}
END_TEST

/* Here is no cluster that would take it. */
START_TEST(a_kill_is_told_again_for_a_while_and_no_longer)
{
        struct deadline deadline = deadline_in(20000);
        OWN_RIG struct rig rig;
        OWN(own_signer) struct signer_rig signer = {0};

        rig_init(&rig);
        signer = signer_begin();
        signer_watched(&rig, &signer);
        ck_assert(asked(&rig, "lose", NULL));
        ck_assert_int_gt(rig.keeper.informer.pid, 0);
        ck_assert(clock_wait_fd(&deadline, rig.keeper.informer.pidfd, 20000));
        ck_assert_int_eq(keeper_informed(&rig.keeper), -EAGAIN);
        keeper_inform(&rig.keeper);
        ck_assert_int_gt(rig.keeper.informer.pid, 0);
        informer_stop(&rig.keeper.informer);
        rig.keeper.killed_ms -= 30000;
        keeper_inform(&rig.keeper);
        ck_assert_int_eq(rig.keeper.informer.pid, 0);
}
END_TEST

START_TEST(nothing_is_armed_without_the_seat)
{
        static const char *const unit[2][2] = {{"unit", UNIT}};
        OWN_RIG struct rig rig;

        rig_init(&rig);
        ck_assert(!asked(&rig, "arm", unit));
        ck_assert(lines_is(&rig.answer, "result", "refused"));
}
END_TEST

START_TEST(backup_is_made_once_and_never_overwritten)
{
        OWN_RIG struct rig rig;
        OWN_TEXT char *data = NULL;
        OWN_TEXT char *klay = NULL;
        OWN_TEXT char *to = NULL;
        OWN_TEXT char *bls = NULL;
        char address[KEY_ADDRESS_SIZE], again[KEY_ADDRESS_SIZE];

        rig_init(&rig);
        data = scratch_path(&rig.scratch, "data");
        klay = scratch_path(&rig.scratch, "data/klay");
        bls = scratch_path(&rig.scratch, "data/klay/bls-nodekey");
        to = scratch_path(&rig.scratch, "backup");
        ck_assert_int_eq(mkdir(data, 0700), 0);
        ck_assert_int_eq(mkdir(klay, 0700), 0);
        key_put(klay, "nodekey", KEY_SECP256K1);
        key_put(klay, "bls-nodekey", KEY_BLS12_381);
        address_read(klay, address);
        for (int i = 0; i < 2; i++) {
                ck_assert_int_eq(backup_make("cell", data, to, NULL), 0);
                address_read(to, again);
                ck_assert_str_eq(again, address);
        }
        ck_assert_int_eq(unlink(bls), 0); /* the old one must not pass for this identity's */
        ck_assert_int_eq(backup_make("cell", data, to, NULL), -EEXIST);
        key_put(klay, "nodekey", KEY_SECP256K1);
        ck_assert_int_eq(backup_make("cell", data, to, NULL), -EEXIST);
        address_read(to, again);
        ck_assert_str_eq(again, address);
}
END_TEST

SUITE_MAIN_WHERE("keeper", rig_missing(), TEST(seat_is_taken_once_and_given_up_whole),
                 TEST(stale_bls_key_does_not_survive),
                 TABLE(seat_is_not_taken_when_anything_is_wrong, damages),
                 TEST(seat_of_another_address_is_refused), TEST(damaged_seat_is_told),
                 TEST(everything_is_wiped_whoever_put_it_there),
                 TEST(what_cannot_be_wiped_is_not_given_up),
                 TEST(new_keeper_takes_over_what_was_noted),
                 TEST(signer_that_was_not_demoted_is_killed),
                 TEST(end_of_the_signer_is_seen_and_remembered),
                 TEST(a_kill_is_told_again_for_a_while_and_no_longer),
                 TEST(nothing_is_armed_without_the_seat),

                 TEST(backup_is_made_once_and_never_overwritten))
