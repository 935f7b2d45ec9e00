/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/profile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "aws/credentials.h"
#include "aws/imds.h"
#include "suite.h"
#include "text.h"

static const char sample[] = "# a comment = no pair\n"
                             "[default]\n"
                             "aws_access_key_id = AKIADEFAULT\r\n"
                             "AWS_Secret_Access_Key=a=b:c # not a comment\n"
                             "\n"
                             "[profile  \"far away\"]\n"
                             "  region: eu-west-3\n"
                             "  services = mine\n"
                             "; another comment\n"
                             "[services mine]\n"
                             "s3 =\n"
                             "  endpoint_url = http://wrong\n"
                             "ec2 =\n"
                             "  endpoint_url = http://right\n"
                             "[empty]\n"
                             "[default]\n"
                             "aws_access_key_id = AKIALATER";

static const struct {
        const char *section, *name, *value;
} pairs[] = {
        {"default", "aws_access_key_id", "AKIALATER"},
        {"default", "aws_secret_access_key", "a=b:c # not a comment"},
        {"profile far away", "region", "eu-west-3"},
        {"profile far away", "services", "mine"},
        {"services mine", "s3.endpoint_url", "http://wrong"},
        {"services mine", "ec2.endpoint_url", "http://right"},
        {"services mine", "ec2", ""},
        {"empty", "region", NULL},
        {"absent", "region", NULL},
};

START_TEST(profile_file_is_read_as_aws_tools_read_it)
{
        OWN_AWS_PROFILE struct aws_profile_file file = {0};
        const char *value;

        ck_assert_int_eq(aws_profile_parse(&file, "sample", sample, sizeof sample - 1, NULL), 0);
        value = aws_profile_get(&file, pairs[_i].section, pairs[_i].name);
        if (pairs[_i].value)
                ck_assert_pstr_eq(value, pairs[_i].value);
        else
                ck_assert_ptr_null(value);
        ck_assert(aws_profile_has(&file, "empty"));
        ck_assert(!aws_profile_has(&file, "absent"));
}
END_TEST

static const struct {
        const char *text;
        const char *said; /* a part of the sentence */
} malformed[] = {
        {"region = x\n", "line 1 stands before"},
        {"[default\n", "line 1 begins a section"},
        {"[default]\nregion\n", "line 2 is neither"},
        {"[default]\n= x\n", "line 2 is neither"},
        {"[default]\nregion = x\n  goes on = y\n", "line 3 is indented"},
        {"[default]\nec2 =\n  nothing\n", "line 3 is indented"},
};

START_TEST(malformed_profile_file_is_refused_with_its_line)
{
        OWN_AWS_PROFILE struct aws_profile_file file = {0};
        struct ocf_error err = {0};
        const char *text = malformed[_i].text;

        ck_assert_int_eq(aws_profile_parse(&file, "sample", text, strlen(text), &err), -EINVAL);
        ck_assert_msg(strstr(err.sentence, malformed[_i].said), "%s", err.sentence);
}
END_TEST

START_TEST(sentence_about_a_malformed_line_does_not_show_it)
{
        OWN_AWS_PROFILE struct aws_profile_file file = {0};
        struct ocf_error err = {0};
        static const char text[] = "[default]\nsecretwithoutaname\n";

        ck_assert_int_lt(aws_profile_parse(&file, "sample", text, sizeof text - 1, &err), 0);
        ck_assert_ptr_null(strstr(err.sentence, "secretwithoutaname"));
}
END_TEST

START_TEST(file_that_others_can_read_is_known_as_exposed)
{
        char path[] = "/tmp/test_aws_files.XXXXXX";
        OWN_FD int fd = mkstemp(path);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, sample, sizeof sample - 1), sizeof sample - 1);
        for (int i = 0; i < 2; i++) {
                OWN_AWS_PROFILE struct aws_profile_file file = {0};

                ck_assert_int_eq(fchmod(fd, i ? 0644 : 0640), 0);
                ck_assert_int_eq(aws_profile_read(&file, path, NULL), 0);
                ck_assert_int_eq(file.exposed, i == 1);
        }
        ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(missing_profile_file_is_empty_and_a_folder_is_an_error)
{
        OWN_AWS_PROFILE struct aws_profile_file file = {0};
        OWN_AWS_PROFILE struct aws_profile_file folder = {0};
        struct ocf_error err = {0};

        ck_assert_int_eq(aws_profile_read(&file, "/nonexistent/credentials", NULL), 0);
        ck_assert_uint_eq(file.count, 0);
        ck_assert_int_lt(aws_profile_read(&folder, "/proc", &err), 0);
        ck_assert(ocf_error_set(&err));
}
END_TEST

static const struct {
        const char *text;
        int r;
        const char *token;
} roles[] = {
        {"{\"Code\":\"Success\",\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"s\",\"Token\":"
         "\"t\",\"Expiration\":\"2026-11-21T04:00:00Z\"}",
         0, "t"},
        {"{\"Code\":\"AssumeRoleUnauthorizedAccess\"}", -EACCES, NULL},
        {"{\"Code\":\"Success\",\"AccessKeyId\":\"ASIA1\"}", -EPROTO, NULL},
        {"{\"Code\":\"Success\",\"AccessKeyId\":\"A\\r\\nX: y\",\"SecretAccessKey\":\"s\"}",
         -EACCES, NULL},
        {"<html>", -EPROTO, NULL},
        {"", -EPROTO, NULL},
        {"[]", -EPROTO, NULL},
};

START_TEST(role_credentials_are_taken_whole_or_refused)
{
        OWN_AWS_KEY struct aws_key key = {0};
        struct ocf_error err = {0};

        ck_assert_int_eq(aws_role_parse(roles[_i].text, &key, &err), roles[_i].r);
        if (roles[_i].r == 0) {
                ck_assert_str_eq(key.token, roles[_i].token);
                ck_assert_int_eq(key.expires_s, 1795233600);
        } else {
                ck_assert_ptr_null(key.secret);
                ck_assert(ocf_error_set(&err));
        }
}
END_TEST

static const struct {
        const char *text;
        int r;
        int status;
        const char *body;
} responses[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 0, 200, "abc"},
        {"HTTP/1.0 404 Not Found\r\nServer: EC2ws\r\n\r\n", 0, 404, ""},
        {"HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nabc", 0, 200, "ab"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", -EPROTO, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", -EPROTO, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", -EPROTO, 0, NULL},
        {"HTTP/1.1 200 OK\r\n", -EPROTO, 0, NULL},
        {"HTTP/1.1 2x0 OK\r\n\r\n", -EPROTO, 0, NULL},
        {"HTTP/2 200\r\n\r\n", -EPROTO, 0, NULL},
        {"HTTP/1.1 \r\n\r\n", -EPROTO, 0, NULL},
        {"", -EPROTO, 0, NULL},
};

START_TEST(metadata_response_is_taken_whole_or_refused)
{
        const char *text = responses[_i].text;
        const char *body = NULL;
        size_t size = 0;
        int status = 0;

        ck_assert_int_eq(imds_response_parse(text, strlen(text), &status, &body, &size),
                         responses[_i].r);
        ck_assert_int_eq(status, responses[_i].status);
        if (responses[_i].body)
                ck_assert(size == strlen(responses[_i].body) &&
                          memcmp(body, responses[_i].body, size) == 0);
}
END_TEST

SUITE_MAIN("aws_files", TABLE(profile_file_is_read_as_aws_tools_read_it, pairs),
           TABLE(malformed_profile_file_is_refused_with_its_line, malformed),
           TEST(sentence_about_a_malformed_line_does_not_show_it),
           TEST(file_that_others_can_read_is_known_as_exposed),
           TEST(missing_profile_file_is_empty_and_a_folder_is_an_error),
           TABLE(role_credentials_are_taken_whole_or_refused, roles),
           TABLE(metadata_response_is_taken_whole_or_refused, responses))
