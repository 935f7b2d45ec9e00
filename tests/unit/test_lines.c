/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "path.h"
#include "suite.h"

START_TEST(what_was_put_is_got_after_a_round_trip)
{
        struct lines sent, got;
        char value[64];

        lines_clear(&sent);
        ck_assert_int_eq(lines_put(&sent, "state", "%s", "held"), 0);
        ck_assert_int_eq(lines_put(&sent, "epoch", "%" PRIu64, UINT64_MAX), 0);
        ck_assert_int_eq(lines_put(&sent, "none", "%s", ""), 0);
        ck_assert_int_eq(lines_put(&sent, "reason", "%s", "a=b, 'c'"), 0);
        ck_assert_int_eq(lines_parse(&got, sent.text, sent.length), 0);
        ck_assert_uint_eq(got.length, sent.length);
        ck_assert(lines_is(&got, "state", "held"));
        ck_assert(!lines_is(&got, "state", "hel"));
        ck_assert(!lines_is(&got, "state", "held "));
        ck_assert(lines_is(&got, "none", ""));
        ck_assert(!lines_is(&got, "absent", ""));
        ck_assert_uint_eq(lines_get_u64(&got, "epoch", 1), UINT64_MAX);
        ck_assert(lines_get(&got, "reason", value, sizeof value));
        ck_assert_str_eq(value, "a=b, 'c'");
}
END_TEST

START_TEST(line_break_in_a_value_cannot_forge_a_line)
{
        struct lines lines;

        lines_clear(&lines);
        ck_assert_int_eq(lines_put(&lines, "reason", "%s", "gone\nstate=held\t\xff"), 0);
        ck_assert_str_eq(lines.text, "reason=gone?state=held??\n");
        ck_assert(!lines_is(&lines, "state", "held"));
}
END_TEST

START_TEST(name_that_ends_alike_is_another_name)
{
        struct lines lines;
        char value[8] = "x";

        ck_assert_int_eq(lines_parse(&lines, "old_state=a\nstate=b\n", 20), 0);
        ck_assert(lines_is(&lines, "state", "b"));
        ck_assert(!lines_get(&lines, "old", value, sizeof value));
        ck_assert_str_eq(value, "");
}
END_TEST

START_TEST(second_line_of_one_name_is_not_put)
{
        struct lines lines;

        lines_clear(&lines);
        ck_assert_int_eq(lines_put(&lines, "state", "lost"), 0);
        ck_assert_int_eq(lines_put(&lines, "state", "held"), -EEXIST);
        ck_assert_str_eq(lines.text, "state=lost\n");
}
END_TEST

START_TEST(line_that_has_no_room_leaves_the_set_as_it_was)
{
        struct lines lines, again;
        char long_value[LINES_MAX];

        memset(long_value, 'x', sizeof long_value);
        long_value[sizeof long_value - 1] = '\0';
        lines_clear(&lines);
        ck_assert_int_eq(lines_put(&lines, "state", "held"), 0);
        ck_assert_int_eq(lines_put(&lines, "long", "%s", long_value), -ENOBUFS);
        ck_assert_str_eq(lines.text, "state=held\n");

        /* The last byte of the buffer can be used, and what fills it can be sent. */
        long_value[sizeof lines.text - lines.length - strlen("long=") - 2] = '\0';
        ck_assert_int_eq(lines_put(&lines, "long", "%s", long_value), 0);
        ck_assert_uint_eq(lines.length, sizeof lines.text - 1);
        ck_assert_int_eq(lines_put(&lines, "more", "%s", ""), -ENOBUFS);
        ck_assert_int_eq(lines_parse(&again, lines.text, lines.length), 0);
        ck_assert(lines_is(&again, "long", long_value));
}
END_TEST

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
        const char *text;
        size_t length;
        int r;
} foreign[] = {
        {BYTES(""), 0},
        {BYTES("a=\n"), 0},
        {BYTES("a=1\nb=2\n"), 0},
        {BYTES("a=1"), -EBADMSG},
        {BYTES("a=1\nb"), -EBADMSG},
        {BYTES("a\n"), -EBADMSG},
        {BYTES("\n"), -EBADMSG},
        {BYTES("=1\n"), -EBADMSG},
        {BYTES("A=1\n"), -EBADMSG},
        {BYTES("a b=1\n"), -EBADMSG},
        {BYTES("a=1\na=2\n"), -EBADMSG},
        {BYTES("a=1\r\n"), -EBADMSG},
        {BYTES("a=\0\n"), -EBADMSG},
        {BYTES("a=\xc3\xa4\n"), -EBADMSG},
        {BYTES("a123456789012345678901234567890123456789012345678901234567890123=1\n"), -EBADMSG},
};

START_TEST(foreign_bytes_are_a_set_or_nothing)
{
        struct lines lines;

        ck_assert_int_eq(lines_put((lines_clear(&lines), &lines), "old", "1"), 0);
        ck_assert_int_eq(lines_parse(&lines, foreign[_i].text, foreign[_i].length), foreign[_i].r);
        ck_assert_uint_eq(lines.length, foreign[_i].r ? 0 : foreign[_i].length);
        ck_assert_uint_eq(strlen(lines.text), lines.length);
}
END_TEST

static const char *const no_numbers[] = {
        "", "x", "1x", "-1", " 1", "18446744073709551616", "000000000000000000000000001"};

START_TEST(malformed_number_gives_the_other_value)
{
        struct lines lines;

        lines_clear(&lines);
        ck_assert_int_eq(lines_put(&lines, "n", "%s", no_numbers[_i]), 0);
        ck_assert_uint_eq(lines_get_u64(&lines, "n", 42), 42);
        ck_assert_uint_eq(lines_get_u64(&lines, "absent", 42), 42);
}
END_TEST

START_TEST(value_longer_than_its_buffer_is_absent)
{
        struct lines lines;
        char value[5];

        ck_assert_int_eq(lines_parse(&lines, "a=1234\nb=12345\n", 15), 0);
        ck_assert(lines_get(&lines, "a", value, sizeof value));
        ck_assert_str_eq(value, "1234");
        ck_assert(!lines_get(&lines, "b", value, sizeof value));
        ck_assert_str_eq(value, "");
}
END_TEST

START_TEST(file_holds_the_set_and_a_missing_one_is_empty)
{
        char path[] = "lines.XXXXXX";
        OWN_FD int fd = mkstemp(path);
        struct lines lines, again;
        struct ocf_error err = {0};

        lines_clear(&lines);
        ck_assert_int_eq(lines_put(&lines, "score", "%d", -1), 0);
        ck_assert_int_eq(lines_write(&lines, path, true, &err), 0);
        ck_assert_int_eq(lines_read(&again, path), 0);
        ck_assert_str_eq(again.text, "score=-1\n");
        ck_assert_int_eq(path_replace(path, "half a li", 9, false, &err), 0);
        ck_assert_int_eq(lines_read(&again, path), -EBADMSG);
        ck_assert_uint_eq(again.length, 0);
        ck_assert_int_eq(unlink(path), 0);
        ck_assert_int_eq(lines_read(&again, path), 0);
        ck_assert_uint_eq(again.length, 0);
}
END_TEST

SUITE_MAIN("lines", TEST(what_was_put_is_got_after_a_round_trip),
           TEST(line_break_in_a_value_cannot_forge_a_line),
           TEST(name_that_ends_alike_is_another_name), TEST(second_line_of_one_name_is_not_put),
           TEST(line_that_has_no_room_leaves_the_set_as_it_was),
           TABLE(foreign_bytes_are_a_set_or_nothing, foreign),
           TABLE(malformed_number_gives_the_other_value, no_numbers),
           TEST(value_longer_than_its_buffer_is_absent),
           TEST(file_holds_the_set_and_a_missing_one_is_empty))
