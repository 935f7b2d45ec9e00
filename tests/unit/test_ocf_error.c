/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/error.h"

#include <errno.h>
#include <string.h>

#include "suite.h"

START_TEST(first_writer_wins_until_the_sentence_is_forgotten)
{
        struct ocf_error err = {0};

        ck_assert(!ocf_error_set(&err));
        ck_assert_int_eq(ocf_fail(&err, -ENOENT, "cannot read '%s'", "a"), -ENOENT);
        ck_assert_int_eq(ocf_fail(&err, -EIO, "cannot start"), -EIO);
        ck_assert_str_eq(err.sentence, "cannot read 'a'");
        ocf_error_clear(&err);
        ck_assert_int_eq(ocf_fail(&err, -EIO, "cannot start"), -EIO);
        ck_assert_str_eq(err.sentence, "cannot start");
        ck_assert_int_eq(ocf_fail(NULL, -EIO, "nobody asks"), -EIO);
}
END_TEST

START_TEST(foreign_value_cannot_forge_a_second_reason)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(ocf_fail(&err, -EINVAL, "'%s'", "a\nocf-exit-reason:b\xff"), -EINVAL);
        ck_assert_str_eq(err.sentence, "'a?ocf-exit-reason:b?'");
}
END_TEST

START_TEST(long_sentence_is_cut_not_overrun)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(ocf_fail(&err, -EINVAL, "%0*d", 4000, 1), -EINVAL);
        ck_assert_uint_eq(strlen(err.sentence), sizeof err.sentence - 1);
}
END_TEST

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
        const char *sentence;
        const char *reason;
} reasons[] = {
        {"it is short; mend it", "it is short; mend it"},
        {HUNDRED "1234567890123456; mend it", HUNDRED "1234567890123456; mend it"},
        {HUNDRED "12345678901234567890; mend it", HUNDRED "1234567890123456...; mend it"},
        {HUNDRED TEN TEN TEN, HUNDRED TEN TEN TEN},
        /* no room for all that could be done: the last part of it */
        {"it cannot be; " HUNDRED TEN "; mend it", "it cannot be; " HUNDRED "01...; mend it"},
        {TEN "; " HUNDRED TEN TEN, TEN "; " HUNDRED TEN TEN},
};

START_TEST(reason_keeps_what_to_do_within_what_pacemaker_shows)
{
        struct ocf_error err = {0};
        struct ocf_error reason;

        ocf_say(&err, "%s", reasons[_i].sentence);
        ocf_error_reason(&err, &reason);
        ck_assert_str_eq(reason.sentence, reasons[_i].reason);
}
END_TEST

SUITE_MAIN("ocf_error", TEST(first_writer_wins_until_the_sentence_is_forgotten),
           TEST(foreign_value_cannot_forge_a_second_reason), TEST(long_sentence_is_cut_not_overrun),
           TABLE(reason_keeps_what_to_do_within_what_pacemaker_shows, reasons))
