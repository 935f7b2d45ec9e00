/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/place.h"

#include <errno.h>
#include <string.h>

#include "lines.h"
#include "path.h"
#include "scratch.h"
#include "suite.h"

#define CHECK "+/usr/libexec/check \"cn1\""

static int write_placed(const char *dir, const char *unit, const char *slice, const char *check,
                        struct ocf_error *err)
{
        const struct place place = {.unit = unit, .slice = slice, .check = check};

        return place_write(dir, &place, err);
}

START_TEST(a_unit_is_placed_once)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *file = scratch_path(&scratch, "kcnd.service.d/50-validator-seat.conf");
        struct ocf_error err = {0};
        char text[128];
        size_t length;

        ck_assert_msg(write_placed(scratch.path, "kcnd", "validator-cn1.slice", "", &err) == 1,
                      "%s", err.sentence);
        ck_assert_int_eq(path_read(file, text, sizeof text, &length), 0);
        ck_assert_str_eq(text, "[Service]\nSlice=validator-cn1.slice\n");
        ck_assert_int_eq(
                write_placed(scratch.path, "kcnd.service", "validator-cn1.slice", "", NULL), 0);
        ck_assert_int_eq(write_placed(scratch.path, "kcnd", "validator-cn2.slice", "", NULL), 1);
        ck_assert_int_eq(path_read(file, text, sizeof text, &length), 0);
        ck_assert_ptr_nonnull(strstr(text, "cn2"));
}
END_TEST

START_TEST(a_check_goes_before_each_start)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *file = scratch_path(&scratch, "kcnd.service.d/50-validator-seat.conf");
        char text[128];
        size_t length;

        ck_assert_int_eq(write_placed(scratch.path, "kcnd", "a.slice", CHECK, NULL), 1);
        ck_assert_int_eq(path_read(file, text, sizeof text, &length), 0);
        ck_assert_str_eq(text, "[Service]\nSlice=a.slice\nExecStartPre=" CHECK "\n");
        ck_assert_int_eq(write_placed(scratch.path, "kcnd", "", CHECK, NULL), 1);
        ck_assert_int_eq(path_read(file, text, sizeof text, &length), 0);
        ck_assert_str_eq(text, "[Service]\nExecStartPre=" CHECK "\n");
}
END_TEST

START_TEST(words_reach_the_command_as_they_are)
{
        static const char *const argv[] = {"/bin/check", "a b", "50%", "$HOME", "say \"\\\"", NULL};
        OWN_TEXT char *command = place_command(argv);

        ck_assert_str_eq(command, "+/bin/check \"a b\" \"50%%\" \"$$HOME\" \"say \\\"\\\\\\\"\"");
}
END_TEST

START_TEST(the_note_is_read_back)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "unit");
        const struct place place = {.unit = "kcnd.service", .slice = "", .check = CHECK};
        const struct deadline deadline = deadline_in(1000);
        struct lines note;

        ck_assert_int_eq(place_again(path, &deadline, NULL), 0); /* there is none */
        ck_assert_int_eq(place_keep(path, &place, NULL), 0);
        ck_assert_int_eq(lines_read(&note, path), 0);
        ck_assert(lines_is(&note, "unit", "kcnd.service"));
        ck_assert(lines_is(&note, "check", CHECK));
}
END_TEST

static const struct {
        const char *unit, *slice, *check;
} names[] = {
        {"a/b", "x.slice", ""},
        {"", "x.slice", ""},
        {"a", "x.slice\nExecStart=/bin/sh", ""},
        {"a", "../x", ""},
        {"a", "", "+/bin/true\nExecStart=/bin/sh"},
};

START_TEST(what_could_write_elsewhere_is_refused)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        struct ocf_error err = {0};

        ck_assert_int_eq(
                write_placed(scratch.path, names[_i].unit, names[_i].slice, names[_i].check, &err),
                -EINVAL);
        ck_assert(err.sentence[0]);
}
END_TEST

SUITE_MAIN("place", TEST(a_unit_is_placed_once), TEST(a_check_goes_before_each_start),
           TEST(words_reach_the_command_as_they_are), TEST(the_note_is_read_back),
           TABLE(what_could_write_elsewhere_is_refused, names))
