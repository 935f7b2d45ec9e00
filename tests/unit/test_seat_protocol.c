/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat/protocol.h"

#include <errno.h>
#include <string.h>

#include "suite.h"

static const struct {
        const char *name;
        int r;
} names[] = {
        {"cell1", 0},
        {"a", 0},
        {"A_b9", 0},
        {"cell1-b", -EINVAL},
        {"a-", -EINVAL},
        {"12345678901234567890123456789012", 0},
        {"123456789012345678901234567890123", -EINVAL},
        {"", -EINVAL},
        {"-x", -EINVAL},
        {".", -EINVAL},
        {"..", -EINVAL},
        {"a/b", -EINVAL},
        {"a.b", -EINVAL},
        {"a b", -EINVAL},
        {"a\n", -EINVAL},
        {"a@b", -EINVAL},
        {"%i", -EINVAL},
        {"\xc3\xa4", -EINVAL},
};

/* It becomes part of paths and unit names. */
START_TEST(name_of_an_identity_is_plain_or_refused)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(seat_identity_check(names[_i].name, &err), names[_i].r);
        ck_assert_int_eq(*err.sentence != '\0', names[_i].r < 0);
}
END_TEST

START_TEST(request_is_of_our_version_and_is_read_back)
{
        struct lines request, read;

        seat_request(&request, "acquire");
        ck_assert_int_eq(lines_put(&request, "address", "0x%d", 12), 0);
        ck_assert_int_eq(lines_parse(&read, request.text, request.length), 0);
        ck_assert_int_eq(seat_version_check(&read, NULL), 0);
        ck_assert(lines_is(&read, "request", "acquire"));
        ck_assert(lines_is(&read, "address", "0x12"));
}
END_TEST

START_TEST(answer_holds_its_reason)
{
        struct lines answer;
        char reason[64];

        seat_answer(&answer, "refused", "because\nresult=ok");
        ck_assert(lines_is(&answer, "result", "refused"));
        ck_assert(lines_get(&answer, "reason", reason, sizeof reason));
        ck_assert_str_eq(reason, "because?result=ok"); /* no second line can come out of a reason */
        seat_answer(&answer, "ok", NULL);
        ck_assert(!lines_get(&answer, "reason", reason, sizeof reason));
}
END_TEST

static const char *const versions[] = {"",
                                       "request=status\n",
                                       "version=\n",
                                       "version=0\n",
                                       "version=2\n",
                                       "version=1x\n",
                                       "version=-1\n",
                                       "version=18446744073709551617\n"};

START_TEST(another_version_is_refused)
{
        struct lines message;
        struct ocf_error err = {0};

        ck_assert_int_eq(lines_parse(&message, versions[_i], strlen(versions[_i])), 0);
        ck_assert_int_eq(seat_version_check(&message, &err), -EPROTONOSUPPORT);
        ck_assert_ptr_nonnull(strstr(err.sentence, "must be of one release"));
}
END_TEST

SUITE_MAIN("seat/protocol", TABLE(name_of_an_identity_is_plain_or_refused, names),
           TEST(request_is_of_our_version_and_is_read_back), TEST(answer_holds_its_reason),
           TABLE(another_version_is_refused, versions))
