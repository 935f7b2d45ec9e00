/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/ceiling.h"
#include "lease/floor.h"
#include "lease/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "path.h"
#include "scratch.h"
#include "suite.h"

START_TEST(the_floor_only_rises)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "floor");
        const uint64_t raises[] = {5, 3, 5, UINT64_MAX, 0},
                       after[] = {5, 5, 5, UINT64_MAX, UINT64_MAX};
        uint64_t height = 7;

        ck_assert_int_eq(floor_read(path, &height, NULL), 0);
        ck_assert_uint_eq(height, 0);
        for (size_t i = 0; i < sizeof raises / sizeof *raises; i++) {
                ck_assert_int_eq(floor_raise(path, raises[i], NULL), 0);
                ck_assert_int_eq(floor_read(path, &height, NULL), 0);
                ck_assert_uint_eq(height, after[i]);
        }
}
END_TEST

static const char *const damages[] = {"height=\n", "height=-1\n", "other=1\n", "\x01\x02",
                                      "height=1 2\n"};

START_TEST(a_damaged_floor_is_an_error_and_is_kept)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "floor");
        struct ocf_error err = {0};
        char text[64];
        size_t length;

        ck_assert_int_eq(path_replace(path, damages[_i], strlen(damages[_i]), false, NULL), 0);
        ck_assert_int_eq(floor_raise(path, 9, &err), -EBADMSG);
        ck_assert_ptr_nonnull(strstr(err.sentence, path));
        ck_assert_int_eq(path_read(path, text, sizeof text, &length), 0);
        ck_assert_str_eq(text, damages[_i]);
}
END_TEST

START_TEST(a_floor_that_cannot_be_written_is_an_error)
{
        struct ocf_error err = {0};

        ck_assert_int_lt(floor_raise("/proc/self/floor", 9, &err), 0);
        ck_assert(err.sentence[0]);
        ck_assert_int_lt(floor_raise("/dev/full/floor", 9, NULL), 0);
}
END_TEST

static const struct {
        uint64_t cluster, revision;
        int r;
        const char *part;
} headers[] = {
        {11, 100, 0, ""},
        {11, 101, 0, ""},
        {11, UINT64_MAX, 0, ""},
        {11, 99, -ESTALE, "restored"},
        {12, 200, -ESTALE, "not the etcd cluster"},
};

START_TEST(an_older_or_another_etcd_is_not_believed)
{
        struct lease_guard guard = {.cluster = 11, .revision = 100};
        struct ocf_error err = {0};

        ck_assert_int_eq(guard_check(&guard, headers[_i].cluster, headers[_i].revision, &err),
                         headers[_i].r);
        ck_assert_ptr_nonnull(strstr(err.sentence, headers[_i].part));
        ck_assert_uint_eq(guard.revision, headers[_i].r < 0 ? 100 : headers[_i].revision);
        ck_assert_uint_eq(guard.cluster, 11);
}
END_TEST

START_TEST(the_guard_outlives_the_keeper)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "guard");
        struct lease_guard guard, again;

        ck_assert_int_eq(guard_read(path, &guard, NULL), 0);
        ck_assert(!guard_is_due(&guard, 50));
        ck_assert_int_eq(guard_check(&guard, 11, 100, NULL), 0);
        ck_assert(guard_is_due(&guard, 50));
        ck_assert_int_eq(guard_write(&guard, path, NULL), 0);
        ck_assert_int_eq(guard_check(&guard, 11, 149, NULL), 0);
        ck_assert(!guard_is_due(&guard, 50));
        ck_assert_int_eq(guard_read(path, &again, NULL), 0);
        ck_assert_uint_eq(again.revision, 100);
        ck_assert_int_eq(guard_check(&guard, 11, 150, NULL), 0);
        ck_assert(guard_is_due(&guard, 50));
        ck_assert_int_eq(guard_write(&guard, path, NULL), 0);
        ck_assert_int_eq(guard_read(path, &again, NULL), 0);
        ck_assert_uint_eq(again.revision, 150);
        ck_assert_int_eq(guard_check(&again, 11, 149, NULL), -ESTALE);
        ck_assert_int_eq(guard_check(&again, 12, 999, NULL), -ESTALE);
}
END_TEST

enum { OWN_HEIGHTS = 5, REFERENCES = 5, HALTS = 2, CHOICES = 2 };

/* Unknown, or below, at or above a floor of 100 + 2. */
static struct floor_height height_of(int kind)
{
        const uint64_t values[] = {0, 99, 101, 102, 150};

        return (struct floor_height){.known = kind > 0, .value = values[kind]};
}

START_TEST(the_floor_is_passed_by_both_or_by_the_operators_word)
{
        int passed = 0, taken = 0;

        for (int i = 0; i < OWN_HEIGHTS * REFERENCES * HALTS * CHOICES; i++) {
                const int own = i % OWN_HEIGHTS, reference = i / OWN_HEIGHTS % REFERENCES;
                const bool halted = i / (OWN_HEIGHTS * REFERENCES) % HALTS;
                const bool takes = i / (OWN_HEIGHTS * REFERENCES * HALTS);
                const struct floor_facts facts = {.own = height_of(own),
                                                  .reference = height_of(reference),
                                                  .seen = 100,
                                                  .margin = 2,
                                                  .halted_ms = halted ? 60000 : 59999,
                                                  .halt_ms = 60000,
                                                  .on_halt = takes ? FLOOR_HALT_TAKES
                                                                   : FLOOR_HALT_WAITS};
                const bool both = own >= 3 && reference >= 3;
                const bool word = halted && takes && own > 0 && own == reference;
                struct floor_verdict verdict;

                floor_judge(&facts, &verdict);
                ck_assert_uint_eq(verdict.target, 102);
                ck_assert_int_eq(verdict.pass, both || word);
                ck_assert_int_eq(verdict.why[0] == '\0', both);
                passed += both;
                taken += word && !both;
        }
        ck_assert_int_gt(passed, 0);
        ck_assert_int_gt(taken, 0);
}
END_TEST

START_TEST(a_floor_at_the_end_of_numbers_does_not_wrap)
{
        struct floor_facts facts = {
                .own = {true, 5}, .reference = {true, 5}, .seen = UINT64_MAX, .margin = 10};
        struct floor_verdict verdict;

        floor_judge(&facts, &verdict);
        ck_assert(!verdict.pass);
}
END_TEST

/* The floor rose to 1000 before the eyes of this keeper, or it was found so: after 10 s. */
static const struct {
        uint64_t floor, height;
        bool watched, fits;
} heights[] = {
        {0, 200000000, true, true},
        {0, UINT64_MAX - 1, true, false},
        {1000, 999, true, true},
        {1000, 2100, true, true},
        {1000, 2101, true, false},
        {1000, UINT64_MAX - 1, true, false},
        {1000, 2592000, false, true},
        {1000, 200000000, false, false},
        {UINT64_MAX - 5, UINT64_MAX - 1, true, true},
};

START_TEST(a_height_is_refused_that_the_chain_had_no_time_for)
{
        struct ceiling ceiling = {0};
        struct ocf_error err = {0};
        int r;

        if (heights[_i].watched)
                ceiling_follow(&ceiling, 0, true, 1000);
        ceiling_follow(&ceiling, heights[_i].floor, true, 5000);
        ceiling_follow(&ceiling, heights[_i].floor, true, 9000);
        r = ceiling_check(&ceiling, heights[_i].height, 15000, &err);
        ck_assert_int_eq(r, heights[_i].fits ? 0 : -EPERM);
        ck_assert_int_eq(*err.sentence != '\0', !heights[_i].fits);
}
END_TEST

SUITE_MAIN("lease_store", TEST(the_floor_only_rises),
           TABLE(a_damaged_floor_is_an_error_and_is_kept, damages),
           TEST(a_floor_that_cannot_be_written_is_an_error),
           TABLE(an_older_or_another_etcd_is_not_believed, headers),
           TEST(the_guard_outlives_the_keeper),
           TEST(the_floor_is_passed_by_both_or_by_the_operators_word),
           TEST(a_floor_at_the_end_of_numbers_does_not_wrap),
           TABLE(a_height_is_refused_that_the_chain_had_no_time_for, heights))
