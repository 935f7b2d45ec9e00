/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "assignments.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "path.h"
#include "suite.h"
#include "text.h"

#define OWN_ASSIGNMENTS OWN(assignments_release)

/* The shapes of a packaged kcnd.conf. */
static const char packaged[] = "# Configuration file for the kcnd\n"
                               "\n"
                               "NETWORK=\"\"\n"
                               "NETWORK_ID=2019\t# a private net\n"
                               "\tDATA_DIR=/var/kcnd/data\n"
                               "LOG_DIR=$DATA_DIR/logs\n"
                               "CONF=\"${DATA_DIR}/kcnd.conf\"\n"
                               "PORT=32323\n"
                               "SUBPORT=$((PORT + 1)) # used for option: --multichannel\n"
                               "export VERBOSITY=3\n"
                               "ADDITIONAL='--nat none # not a comment'\n"
                               "BOOTNODES=kni://ab@10.0.0.1:32323?discport=0\n"
                               "PORT=32324\n"
                               "EMPTY=";

static const struct {
        const char *name, *value;
} settings[] = {
        {"NETWORK", ""},
        {"NETWORK_ID", "2019"},
        {"DATA_DIR", "/var/kcnd/data"},
        {"LOG_DIR", "/var/kcnd/data/logs"},
        {"CONF", "/var/kcnd/data/kcnd.conf"},
        {"VERBOSITY", "3"},
        {"ADDITIONAL", "--nat none # not a comment"},
        {"BOOTNODES", "kni://ab@10.0.0.1:32323?discport=0"},
        {"PORT", "32324"},
        {"SUBPORT", "32324"},
        {"EMPTY", ""},
        {"REWARDBASE", NULL},
};

START_TEST(packaged_configuration_is_read_as_a_shell_reads_it)
{
        OWN_ASSIGNMENTS struct assignments all;
        struct ocf_error err = {0};
        const char *value = "untouched";

        ck_assert_int_eq(assignments_parse(&all, "kcnd.conf", packaged, &err), 0);
        ck_assert_int_eq(assignments_get(&all, settings[_i].name, &value, &err), 0);
        ck_assert_pstr_eq(value, settings[_i].value);
}
END_TEST

START_TEST(value_that_a_shell_works_out_is_refused_when_it_is_asked_for)
{
        OWN_ASSIGNMENTS struct assignments all;
        struct ocf_error err = {0};
        const char *value = "untouched";

        ck_assert_int_eq(assignments_parse(&all, "kcnd.conf", "A=1\nB=$(date)\n", &err), 0);
        ck_assert_int_eq(assignments_get(&all, "B", &value, &err), -EINVAL);
        ck_assert_str_eq(value, "untouched");
        ck_assert_str_eq(err.sentence, "kcnd.conf, line 2: the value of B is worked out by the "
                                       "shell; write it out as a plain value");
}
END_TEST

static const struct {
        const char *lines, *value;
} sums[] = {
        {"A=$((1 + 2))", "3"},
        {"A=$((1+2+3-4))", "2"},
        {"A=$((0))", "0"},
        {"A=$(( 1 - 2 )) # below nothing", "-1"},
        {"P=7\nA=$((P + 1))", "8"},
        {"P=7\nA=$(($P + 1))", "8"},
        {"P=7\nA=\"x$((P + 1))y\"", "x8y"},
        {"P=7\nA=:$((P))$((P))", ":77"},
};

START_TEST(sum_of_what_the_file_sets_is_plain)
{
        OWN_ASSIGNMENTS struct assignments all;
        struct ocf_error err = {0};
        const char *value;

        ck_assert_int_eq(assignments_parse(&all, "x", sums[_i].lines, &err), 0);
        ck_assert_int_eq(assignments_get(&all, "A", &value, &err), 0);
        ck_assert_pstr_eq(value, sums[_i].value);
}
END_TEST

/* Each sets A in a way that only a shell can tell. */
static const char *const opaque[] = {
        "A=$HOME/data",
        "A=${HOME}/data",
        "A=$HOME",
        "A=\"$HOME\"",
        "A=~/data",
        "A=~",
        "A=/bin:~/bin",
        "A=${B:-x}",
        "A=\"${B:-x y}\"",
        "A=$(hostname)",
        "A=\"$(hostname)\"",
        "A=`hostname`",
        "A=\"`hostname`\"",
        "A=\"a\\\"b\"",
        "A=$1",
        "A=$$",
        "A=$",
        "A=x$(echo (a) b)y # two closed",
        "B=$(hostname)\nA=$B",
        "A=$((P + 1))",
        "P=x\nA=$((P + 1))",
        "P=010\nA=$((P + 1))",
        "A=$((010 + 1))",
        "A=$((1 * 2))",
        "A=$(($1))",
        "A=$((1x + 2))",
        "A=$((0x10))",
        "A=$((1 + ))",
        "A=$((-1))",
        "A=$(((1)))",
        "A=$((1) )",
        "A=$((9999999999))",
        "P=7\nA=$((P++))",
        "P=7\nA=$((${P} + 1))",
        "A=$((1 + $(date)))",
        "A=\"$((1 + `date`))\"",
};

START_TEST(value_that_the_file_does_not_tell_is_never_guessed)
{
        OWN_ASSIGNMENTS struct assignments all;
        struct ocf_error err = {0};
        const char *value = "untouched";

        if (assignments_parse(&all, "x", opaque[_i], &err) == 0)
                ck_assert_int_eq(assignments_get(&all, "A", &value, &err), -EINVAL);
        ck_assert_str_eq(value, "untouched");
        ck_assert(ocf_error_set(&err));
}
END_TEST

static const char *const refused[] = {
        "rm -rf /",
        ". /etc/default/kcnd",
        "[ -z \"$A\" ] && A=1",
        "if true; then A=1; fi",
        "A=1; B=2",
        "A=1 B=2",
        "A= command",
        "A=$(date) B=$(date)",
        "A=$(date)&",
        "A=$(date",
        "A=$((1 + 1)",
        "A =1",
        "A+=1",
        "1A=1",
        "=1",
        "export A",
        "export A=1 B=2",
        "unset A",
        "A=\"open",
        "A='open\nB=1'",
        "A=a\\ b",
        "A=1\\",
        "A=a|b",
        "A=(1 2)",
        "A=<(x)",
        "A=1\r",
        "\r",
        "A=1\f",
};

START_TEST(line_that_is_no_assignment_is_refused_by_file_and_line)
{
        OWN_ASSIGNMENTS struct assignments all;
        OWN_TEXT char *text = text_format("# first\n%s\n", refused[_i]);
        struct ocf_error err = {0};

        ck_assert_int_eq(assignments_parse(&all, "/etc/kcnd.conf", text, &err), -EINVAL);
        ck_assert_msg(text_starts(err.sentence, "/etc/kcnd.conf, line 2: "), "%s", err.sentence);
}
END_TEST

START_TEST(carriage_return_is_refused_with_its_mend_but_free_in_a_comment)
{
        struct ocf_error err = {0};
        struct assignments all;

        ck_assert_int_eq(assignments_parse(&all, "k.conf", "# dos\r\nA=\"1\"\r\nB=2\r\n", &err),
                         -EINVAL);
        ck_assert_str_eq(err.sentence,
                         "k.conf, line 2: ends with a carriage return, which a shell takes as "
                         "part of the value; remove it with: sed -i 's/\\r$//' 'k.conf'");
        assignments_release(&all);
}
END_TEST

START_TEST(file_is_read_and_one_that_is_no_text_is_refused)
{
        char path[] = "assignments.XXXXXX";
        OWN_FD int fd = mkstemp(path);
        struct ocf_error err = {0};
        struct assignments all;
        const char *value = NULL;

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(path_replace(path, "A=1\n", 4, false, &err), 0);
        ck_assert_int_eq(assignments_read(&all, path, &err), 0);
        ck_assert_int_eq(assignments_get(&all, "A", &value, &err), 0);
        ck_assert_str_eq(value, "1");
        assignments_release(&all);

        ck_assert_int_eq(path_replace(path, "A=1\0B=", 6, false, &err), 0);
        ck_assert_int_eq(assignments_read(&all, path, &err), -EINVAL);
        assignments_release(&all);

        ck_assert_int_eq(unlink(path), 0);
        ocf_error_clear(&err);
        ck_assert_int_eq(assignments_read(&all, path, &err), -ENOENT);
        ck_assert_msg(strstr(err.sentence, path), "%s", err.sentence);
        assignments_release(&all);
}
END_TEST

START_TEST(file_longer_than_the_limit_is_refused)
{
        OWN_TEXT char *text = mem_zero(ASSIGNMENTS_FILE_MAX);
        char path[] = "assignments.XXXXXX";
        OWN_FD int fd = mkstemp(path);
        struct ocf_error err = {0};
        struct assignments all;

        ck_assert_int_ge(fd, 0);
        memset(text, '#', ASSIGNMENTS_FILE_MAX);
        ck_assert_int_eq(path_replace(path, text, ASSIGNMENTS_FILE_MAX, false, &err), 0);
        ck_assert_int_eq(assignments_read(&all, path, &err), -EFBIG);
        assignments_release(&all);
        ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(value_that_doubles_and_doubles_is_not_followed)
{
        OWN_TEXT char *text = text_copy("A=0123456789abcdef\nSHORT=$A$A\n");
        OWN_ASSIGNMENTS struct assignments all;
        struct ocf_error err = {0};
        const char *value = NULL;

        for (int i = 0; i < 100; i++) {
                char *longer = text_format("%sA=$A$A\n", text);

                free(text);
                text = longer;
        }
        ck_assert_int_eq(assignments_parse(&all, "kcnd.conf", text, &err), 0);
        ck_assert_int_eq(assignments_get(&all, "SHORT", &value, &err), 0);
        ck_assert_str_eq(value, "0123456789abcdef0123456789abcdef");
        ck_assert_int_eq(assignments_get(&all, "A", &value, &err), -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.sentence, "A"));
}
END_TEST

SUITE_MAIN("assignments", TABLE(packaged_configuration_is_read_as_a_shell_reads_it, settings),
           TEST(value_that_a_shell_works_out_is_refused_when_it_is_asked_for),
           TABLE(sum_of_what_the_file_sets_is_plain, sums),
           TABLE(value_that_the_file_does_not_tell_is_never_guessed, opaque),
           TABLE(line_that_is_no_assignment_is_refused_by_file_and_line, refused),
           TEST(carriage_return_is_refused_with_its_mend_but_free_in_a_comment),
           TEST(file_is_read_and_one_that_is_no_text_is_refused),
           TEST(file_longer_than_the_limit_is_refused),
           TEST(value_that_doubles_and_doubles_is_not_followed))
