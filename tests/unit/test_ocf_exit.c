/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/exit.h"

#include <errno.h>

#include "suite.h"

static const struct {
        int r;
        enum ocf_rc rc;
} answers[] = {
        {0, OCF_SUCCESS},
        {5, OCF_SUCCESS},
        {-EINVAL, OCF_ERR_CONFIGURED},
        {-EPERM, OCF_ERR_PERM},
        {-EACCES, OCF_ERR_PERM},
        {-ETIMEDOUT, OCF_ERR_GENERIC},
        {-EHOSTUNREACH, OCF_ERR_GENERIC},
        {-ENOENT, OCF_ERR_GENERIC},
        {-EIO, OCF_ERR_GENERIC},
        {-4095, OCF_ERR_GENERIC},
};

START_TEST(only_the_operators_own_mistake_is_a_hard_error)
{
        ck_assert_int_eq(ocf_rc_from(answers[_i].r), answers[_i].rc);
}
END_TEST

START_TEST(failure_is_never_read_as_an_answer)
{
        for (int r = -4095; r < 0; r++) {
                ck_assert_int_ge(ocf_rc_from(r), OCF_ERR_GENERIC);
                ck_assert_int_le(ocf_rc_from(r), OCF_ERR_CONFIGURED);
        }
}
END_TEST

START_TEST(mistake_of_one_machine_never_stops_the_resource_on_all)
{
        ck_assert_int_eq(ocf_rc_from_host(-EINVAL), OCF_ERR_INSTALLED);
        ck_assert_int_eq(ocf_rc_from_host(-EACCES), OCF_ERR_GENERIC);
        ck_assert_int_eq(ocf_rc_from_host(-ETIMEDOUT), OCF_ERR_GENERIC);
        ck_assert_int_eq(ocf_rc_from_host(0), OCF_SUCCESS);
        for (int r = -4095; r < 0; r++)
                ck_assert_int_ne(ocf_rc_from_host(r), OCF_ERR_CONFIGURED);
}
END_TEST

START_TEST(each_code_has_a_name)
{
        ck_assert_str_eq(ocf_rc_name(OCF_NOT_RUNNING), "not running");
        ck_assert_str_eq(ocf_rc_name(OCF_DEGRADED_PROMOTED), "promoted, degraded");
        ck_assert_str_eq(ocf_rc_name((enum ocf_rc)77), "unknown code");
}
END_TEST

SUITE_MAIN("ocf_exit", TABLE(only_the_operators_own_mistake_is_a_hard_error, answers),
           TEST(failure_is_never_read_as_an_answer),
           TEST(mistake_of_one_machine_never_stops_the_resource_on_all), TEST(each_code_has_a_name))
