/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chain data that kcn gave up, and what actions leave for each other, in mounts of the test's own.
 */
#include "agents/kcn-node/ruin.h"

#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "ocf/notes.h"
#include "path.h"
#include "scratch.h"
#include "suite.h"

#define LOG "/run/kcnd.out"
#define CHAINDATA "/run/chaindata"

static const struct ocf_agent agent = {.name = "kcn-node"};

static struct ocf_ctx context(const char *instance)
{
        return (struct ocf_ctx){.agent = &agent, .env = {.instance = instance}};
}

static void mounts_make(void)
{
        ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        ck_assert_int_eq(mount("tmpfs", "/run", "tmpfs", 0, "size=4m"), 0);
        ck_assert_int_eq(mount("tmpfs", "/var/lib", "tmpfs", 0, NULL), 0);
}

static void log_add(const char *text)
{
        OWN_FILE FILE *file = fopen(LOG, "ae");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
}

#define GIVEN_UP \
        "Fatal: Error starting protocol stack: rewound to block number 0, but repair failed\n"

START_TEST(only_what_was_logged_since_the_start_counts)
{
        struct ocf_error err = {0};
        size_t mark;

        mounts_make();
        ck_assert_uint_eq(ruin_log_mark(LOG), 0);
        ck_assert(!ruin_log_judge(LOG, 0, &err));
        log_add(GIVEN_UP);
        mark = ruin_log_mark(LOG);
        log_add("INFO all is well\n");
        ck_assert(!ruin_log_judge(LOG, mark, &err));
        ck_assert_str_eq(err.sentence, "");
        log_add(GIVEN_UP);
        ck_assert(ruin_log_judge(LOG, mark, &err));
        ck_assert_ptr_nonnull(strstr(err.sentence, "needs a new copy"));
}
END_TEST

START_TEST(log_that_was_rotated_since_is_read_from_its_beginning)
{
        struct ocf_error err = {0};
        size_t mark;

        mounts_make();
        log_add("a long log\na long log\na long log\na long log\na long log\na long "
                "log\n" GIVEN_UP);
        mark = ruin_log_mark(LOG);
        ck_assert_int_eq(rename(LOG, LOG ".1"), 0);
        ck_assert(!ruin_log_judge(LOG, mark, &err));
        log_add(GIVEN_UP);
        ck_assert_uint_lt(ruin_log_mark(LOG), mark);
        ck_assert(ruin_log_judge(LOG, mark, &err));
}
END_TEST

START_TEST(last_complaint_is_told_and_made_printable)
{
        struct ocf_error err = {0};

        mounts_make();
        log_add("CRIT first\nINFO x\nFatal: the \033[31msecond\nINFO y\n");
        ck_assert(!ruin_log_judge(LOG, 0, &err));
        ck_assert_str_eq(err.sentence, "kcn ended: Fatal: the ?[31msecond");
        ocf_error_clear(&err);
        log_add("CRIT third\n");
        ck_assert(!ruin_log_judge(LOG, 0, &err));
        ck_assert_str_eq(err.sentence, "kcn ended: CRIT third");
}
END_TEST

START_TEST(long_log_is_looked_at_from_its_end)
{
        OWN_TEXT char *filler = mem_zero(200001);
        struct ocf_error err = {0};

        mounts_make();
        log_add(GIVEN_UP);
        memset(filler, 'x', 200000);
        log_add(filler);
        ck_assert(!ruin_log_judge(LOG, 0, &err));
        ck_assert(!ruin_log_says(LOG, "repair failed"));
        log_add("\nWARN invalid randao fields\n");
        ck_assert(ruin_log_says(LOG, "invalid randao"));
        ck_assert(!ruin_log_says("/run/none", "invalid randao"));
}
END_TEST

START_TEST(ruin_is_remembered_of_this_copy_only)
{
        struct ocf_ctx ctx = context("kcn:0"), other = context("kcn2");
        struct ocf_error err = {0};

        mounts_make();
        ck_assert_int_lt(ruin_note(&ctx, CHAINDATA, &err), 0);
        ck_assert_str_ne(err.sentence, "");
        ck_assert_int_eq(mkdir(CHAINDATA, 0700), 0);
        ck_assert_int_eq(ruin_known(&ctx, CHAINDATA), TRI_NO);
        ck_assert_int_eq(ruin_note(&ctx, CHAINDATA, NULL), 0);
        ck_assert_int_eq(ruin_known(&ctx, CHAINDATA), TRI_YES);
        ck_assert_int_eq(ruin_known(&other, CHAINDATA), TRI_NO);
        ck_assert_int_eq(ruin_known(&ctx, "/run"), TRI_NO);
        /* a new copy in its place */
        ck_assert_int_eq(rename(CHAINDATA, CHAINDATA ".old"), 0);
        ck_assert_int_eq(ruin_known(&ctx, CHAINDATA), TRI_NO);
        ck_assert_int_eq(mkdir(CHAINDATA, 0700), 0);
        ck_assert_int_eq(ruin_known(&ctx, CHAINDATA), TRI_NO);
}
END_TEST

START_TEST(note_of_ruin_that_cannot_be_read_is_unknown)
{
        struct ocf_ctx ctx = context("kcn");
        static const char path[] = "/var/lib/validator-agents/kcn.ruined";

        mounts_make();
        ck_assert_int_eq(mkdir(CHAINDATA, 0700), 0);
        ck_assert_int_eq(ruin_note(&ctx, CHAINDATA, NULL), 0);
        ck_assert_int_eq(path_replace(path, "rubbish", 7, false, NULL), 0);
        ck_assert_int_eq(ruin_known(&ctx, CHAINDATA), TRI_UNKNOWN);
}
END_TEST

START_TEST(note_stands_until_it_is_replaced_or_taken_away)
{
        struct ocf_ctx ctx = context("kcn:0"), other = context("kcn:1"), by_hand = context("");
        struct lines notes;

        mounts_make();
        notes_read(&ctx, &notes);
        ck_assert_uint_eq(notes.length, 0);
        ck_assert_int_eq(notes_set(&ctx, "epoch", "7", NULL), 0);
        ck_assert_int_eq(notes_set(&ctx, "refused", "yes", NULL), 0);
        ck_assert_int_eq(notes_set(&ctx, "epoch", "8", NULL), 0);
        notes_read(&ctx, &notes);
        ck_assert_uint_eq(lines_get_u64(&notes, "epoch", 0), 8);
        ck_assert(lines_is(&notes, "refused", "yes"));
        ck_assert_int_eq(notes_set(&ctx, "refused", NULL, NULL), 0);
        notes_read(&ctx, &notes);
        ck_assert(!lines_is(&notes, "refused", "yes"));
        ck_assert_uint_eq(lines_get_u64(&notes, "epoch", 0), 8);
        notes_read(&other, &notes);
        ck_assert_uint_eq(notes.length, 0);
        notes_read(&by_hand, &notes);
        ck_assert_uint_eq(notes.length, 0);
}
END_TEST

/* An instance's name is Pacemaker's, or what somebody typed. */
static const char *const instances[] = {"a/b", "../../etc/x", "/", "..", "a b", "%s%n"};

START_TEST(name_of_an_instance_leads_nowhere_else)
{
        struct ocf_ctx ctx = context(instances[_i]);
        OWN_DIR DIR *entries = NULL;
        const struct dirent *entry;
        int count = 0;

        mounts_make();
        ck_assert_int_eq(notes_set(&ctx, "epoch", "7", NULL), 0);
        ck_assert_int_eq(notes_set(&ctx, "epoch", "7", NULL), 0);
        entries = opendir("/run/validator-agents");
        ck_assert_ptr_nonnull(entries);
        while ((entry = readdir(entries)))
                count += entry->d_type == DT_REG;
        ck_assert_int_eq(count, 1);
}
END_TEST

/* A note is what can be lost: it must not keep an action from going on with nothing. */
START_TEST(broken_notes_are_none_and_are_mended)
{
        static const char path[] = "/run/validator-agents/kcn.kcn-node";
        struct ocf_ctx ctx = context("kcn");
        struct lines notes;

        mounts_make();
        ck_assert_int_eq(notes_set(&ctx, "epoch", "7", NULL), 0);
        ck_assert_int_eq(path_replace(path, "\0\0", 2, false, NULL), 0);
        notes_read(&ctx, &notes);
        ck_assert_uint_eq(notes.length, 0);
        ck_assert_int_eq(notes_set(&ctx, "epoch", "9", NULL), 0);
        notes_read(&ctx, &notes);
        ck_assert_uint_eq(lines_get_u64(&notes, "epoch", 0), 9);
}
END_TEST

START_TEST(full_run_is_told_and_keeps_the_note)
{
        struct ocf_ctx ctx = context("kcn");
        struct ocf_error err = {0};
        OWN_FILE FILE *file = NULL;
        struct lines notes;

        mounts_make();
        ck_assert_int_eq(notes_set(&ctx, "epoch", "7", NULL), 0);
        file = fopen("/run/fill", "we");
        ck_assert_ptr_nonnull(file);
        for (int i = 0; i < 5 << 20; i++)
                (void)fputc('x', file);
        (void)fflush(file);
        ck_assert_int_lt(notes_set(&ctx, "epoch", "8", &err), 0);
        ck_assert_ptr_nonnull(strstr(err.sentence, "No space left"));
        notes_read(&ctx, &notes);
        ck_assert_uint_eq(lines_get_u64(&notes, "epoch", 0), 7);
}
END_TEST

static const char *mounts_missing(void)
{
        return geteuid() == 0 ? NULL : "needs root, for mounts of its own";
}

SUITE_MAIN_WHERE("kcn-node/ruin", mounts_missing(),
                 TEST(only_what_was_logged_since_the_start_counts),
                 TEST(log_that_was_rotated_since_is_read_from_its_beginning),
                 TEST(last_complaint_is_told_and_made_printable),
                 TEST(long_log_is_looked_at_from_its_end),
                 TEST(ruin_is_remembered_of_this_copy_only),
                 TEST(note_of_ruin_that_cannot_be_read_is_unknown),
                 TEST(note_stands_until_it_is_replaced_or_taken_away),
                 TABLE(name_of_an_instance_leads_nowhere_else, instances),
                 TEST(broken_notes_are_none_and_are_mended),
                 TEST(full_run_is_told_and_keeps_the_note))
