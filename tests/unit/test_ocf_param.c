/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/param.h"

#include <errno.h>
#include <string.h>

#include "suite.h"

struct probe_params {
        const char *unit;
        const char *comment;
        uint64_t count;
        uint64_t wait_s;
        bool strict;
        int mode;
};

static const char *const modes[] = {"full", "fast", "light", NULL};

static const struct ocf_param rows[] = {
        {.name = "unit",
         .type = OCF_STRING,
         .required = true,
         .into = OCF_INTO(struct probe_params, unit),
         .brief = "the unit"},
        {.name = "comment", .type = OCF_STRING, .into = OCF_INTO(struct probe_params, comment)},
        {.name = "count",
         .type = OCF_INTEGER,
         .def = "3",
         .min = 1,
         .into = OCF_INTO(struct probe_params, count)},
        {.name = "wait",
         .type = OCF_SECONDS,
         .def = "5",
         .min = 1,
         .max = 60,
         .into = OCF_INTO(struct probe_params, wait_s)},
        {.name = "strict",
         .type = OCF_BOOLEAN,
         .def = "yes",
         .into = OCF_INTO(struct probe_params, strict)},
        {.name = "mode",
         .type = OCF_SELECT,
         .def = "fast",
         .choices = modes,
         .into = OCF_INTO(struct probe_params, mode)},
        {0},
};

static void environment_set(const char *name, const char *value)
{
        ck_assert_int_eq(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

START_TEST(defaults_stand_where_nothing_is_set)
{
        struct probe_params params = {0};
        struct ocf_error err = {0};

        environment_set("OCF_RESKEY_unit", "kcnd.service");
        environment_set("OCF_RESKEY_count", ""); /* pcs leaves empty values */
        ck_assert_int_eq(ocf_params_load(rows, &params, false, &err), 0);
        ck_assert_str_eq(params.unit, "kcnd.service");
        ck_assert_ptr_null(params.comment);
        ck_assert_uint_eq(params.count, 3);
        ck_assert_uint_eq(params.wait_s, 5);
        ck_assert(params.strict);
        ck_assert_int_eq(params.mode, 1);
        ck_assert(!ocf_error_set(&err));
}
END_TEST

static const struct {
        const char *variable, *value, *sentence;
} bad_values[] = {
        {"OCF_RESKEY_unit", NULL, "parameter unit is missing: the unit"},
        {"OCF_RESKEY_unit", "", "parameter unit is missing: the unit"},
        {"OCF_RESKEY_count", "0", "parameter count is '0', but must be at least 1"},
        {"OCF_RESKEY_count", "-1", "parameter count is '-1', but must be a number"},
        {"OCF_RESKEY_count", "many", "parameter count is 'many', but must be a number"},
        {"OCF_RESKEY_count", "18446744073709551616",
         "parameter count is '18446744073709551616', but must be a number"},
        {"OCF_RESKEY_wait", "61s", "parameter wait is '61s', but must be between 1 and 60 seconds"},
        {"OCF_RESKEY_wait", "2h", "parameter wait is '2h', but must be between 1 and 60 seconds"},
        {"OCF_RESKEY_wait", "soon",
         "parameter wait is 'soon', but must be a number of seconds, for example 5 or 5s"},
        {"OCF_RESKEY_strict", "perhaps", "parameter strict is 'perhaps', but must be yes or no"},
        {"OCF_RESKEY_mode", "Full",
         "parameter mode is 'Full', but must be one of: full, fast, light"},
        {"OCF_RESKEY_mode", "a\nb",
         "parameter mode is 'a?b', but must be one of: full, fast, light"},
};

START_TEST(bad_value_is_refused_with_what_is_allowed)
{
        struct probe_params params = {0};
        struct ocf_error err = {0};

        environment_set("OCF_RESKEY_unit", "kcnd.service");
        environment_set(bad_values[_i].variable, bad_values[_i].value);
        ck_assert_int_eq(ocf_params_load(rows, &params, false, &err), -EINVAL);
        ck_assert_str_eq(err.sentence, bad_values[_i].sentence);
}
END_TEST

START_TEST(lenient_load_goes_on_with_defaults_and_keeps_the_sentence)
{
        struct probe_params params = {0};
        struct ocf_error err = {0};

        environment_set(bad_values[_i].variable, bad_values[_i].value);
        environment_set("OCF_RESKEY_comment", "kept");
        ck_assert_int_eq(ocf_params_load(rows, &params, true, &err), 0);
        ck_assert_ptr_null(params.unit);
        ck_assert_str_eq(params.comment, "kept");
        ck_assert_uint_eq(params.count, 3);
        ck_assert_uint_eq(params.wait_s, 5);
        ck_assert(params.strict);
        ck_assert_int_eq(params.mode, 1);
        ck_assert_str_eq(err.sentence, "parameter unit is missing: the unit");
}
END_TEST

START_TEST(values_of_each_type_reach_their_field)
{
        struct probe_params params = {0};
        struct ocf_error err = {0};

        environment_set("OCF_RESKEY_unit", "u");
        environment_set("OCF_RESKEY_count", "18446744073709551615");
        environment_set("OCF_RESKEY_wait", "1min");
        environment_set("OCF_RESKEY_strict", "OFF");
        environment_set("OCF_RESKEY_mode", "light");
        ck_assert_int_eq(ocf_params_load(rows, &params, false, &err), 0);
        ck_assert_uint_eq(params.count, UINT64_MAX);
        ck_assert_uint_eq(params.wait_s, 60);
        ck_assert(!params.strict);
        ck_assert_int_eq(params.mode, 2);
}
END_TEST

SUITE_MAIN("ocf_param", TEST(defaults_stand_where_nothing_is_set),
           TABLE(bad_value_is_refused_with_what_is_allowed, bad_values),
           TABLE(lenient_load_goes_on_with_defaults_and_keeps_the_sentence, bad_values),
           TEST(values_of_each_type_reach_their_field))
