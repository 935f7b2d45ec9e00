/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/place.h"

#include <errno.h>
#include <string.h>

#include "path.h"
#include "scratch.h"
#include "suite.h"

START_TEST(a_unit_is_placed_once)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *file = scratch_path(&scratch, "kcnd.service.d/50-validator-seat.conf");
        struct ocf_error err = {0};
        char text[128];
        size_t length;

        ck_assert_msg(place_write(scratch.path, "kcnd", "validator-cn1.slice", &err) == 1, "%s",
                      err.sentence);
        ck_assert_int_eq(path_read(file, text, sizeof text, &length), 0);
        ck_assert_str_eq(text, "[Service]\nSlice=validator-cn1.slice\n");
        ck_assert_int_eq(place_write(scratch.path, "kcnd.service", "validator-cn1.slice", NULL), 0);
        ck_assert_int_eq(place_write(scratch.path, "kcnd", "validator-cn2.slice", NULL), 1);
        ck_assert_int_eq(path_read(file, text, sizeof text, &length), 0);
        ck_assert_ptr_nonnull(strstr(text, "cn2"));
}
END_TEST

static const struct {
        const char *unit, *slice;
} names[] = {
        {"a/b", "x.slice"},
        {"", "x.slice"},
        {"a", "x.slice\nExecStart=/bin/sh"},
        {"a", "../x"},
};

START_TEST(a_name_that_could_write_elsewhere_is_refused)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        struct ocf_error err = {0};

        ck_assert_int_eq(place_write(scratch.path, names[_i].unit, names[_i].slice, &err), -EINVAL);
        ck_assert(err.sentence[0]);
}
END_TEST

SUITE_MAIN("place", TEST(a_unit_is_placed_once),
           TABLE(a_name_that_could_write_elsewhere_is_refused, names))
