/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/sigv4.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "aws/endpoint.h"
#include "aws/form.h"
#include "suite.h"

static json_t *vectors_load(void)
{
        const char *folder = getenv("srcdir");
        char path[512];
        json_error_t error;
        json_t *file;

        (void)snprintf(path, sizeof path, "%s/tests/unit/data/sigv4.json", folder ? folder : ".");
        file = json_load_file(path, 0, &error);
        ck_assert_msg(file, "%s: %s", path, error.text);
        return file;
}

static const char *text_of(const json_t *row, const char *name)
{
        return json_string_value(json_object_get(row, name));
}

static void row_check(const json_t *row)
{
        OWN_AWS_FORM struct aws_form form = {0};
        OWN_AWS_ENDPOINT struct aws_endpoint endpoint = {0};
        OWN_TEXT char *access_id = strdup(text_of(row, "access_id"));
        OWN_TEXT char *secret = strdup(text_of(row, "secret"));
        OWN_TEXT char *token = text_of(row, "token") ? strdup(text_of(row, "token")) : NULL;
        struct aws_key key = {.access_id = access_id, .secret = secret, .token = token};
        struct sigv4_signature signature = {0};
        const json_t *pair;
        size_t i;

        for (i = 0; (pair = json_array_get(json_object_get(row, "params"), i)); i++)
                aws_form_add(&form, json_string_value(json_array_get(pair, 1)), "%s",
                             json_string_value(json_array_get(pair, 0)));
        ck_assert_str_eq(form.text ? form.text : "", text_of(row, "body"));
        ck_assert_int_eq(aws_endpoint_parse(text_of(row, "url"), &endpoint, NULL), 0);
        ck_assert_str_eq(endpoint.host, text_of(row, "host"));

        sigv4_sign(
                &(struct sigv4_request){.host = endpoint.host,
                                        .path = endpoint.path,
                                        .content_type = text_of(row, "content_type"),
                                        .body = form.text,
                                        .body_size = form.length,
                                        .region = text_of(row, "region"),
                                        .service = text_of(row, "service"),
                                        .at_s = json_integer_value(json_object_get(row, "at_s"))},
                &key, &signature);
        ck_assert_str_eq(signature.date, text_of(row, "date"));
        ck_assert_msg(strcmp(signature.authorization, text_of(row, "authorization")) == 0,
                      "%s: signed %s, botocore signs %s", text_of(row, "name"),
                      signature.authorization, text_of(row, "authorization"));
        free(signature.authorization);
}

START_TEST(signature_is_byte_for_byte_that_of_botocore)
{
        json_t *file = vectors_load();
        const json_t *row;
        size_t i;

        ck_assert_uint_ge(json_array_size(json_object_get(file, "vectors")), 60);
        for (i = 0; (row = json_array_get(json_object_get(file, "vectors"), i)); i++)
                row_check(row);
        json_decref(file);
}
END_TEST

static const char *const refused[] = {
        "",
        "ec2.eu-west-1.amazonaws.com",
        "ftp://host/",
        "https://",
        "https://user:word@host/",
        "https://host:0/",
        "https://host:65536/",
        "https://host:/",
        "https://ho st/",
        "https://host/a b",
        "https://host/a%20b",
        "https://host/../x",
        "https://host//x",
        "https://host/?a=b",
        "https://host/#x",
        "https://[::1/",
        "https://host\r\nX: y/",
        "http://[]/",
};

START_TEST(endpoint_that_cannot_be_signed_as_it_stands_is_refused)
{
        struct aws_endpoint endpoint = {0};
        struct ocf_error err = {0};

        ck_assert_int_lt(aws_endpoint_parse(refused[_i], &endpoint, &err), 0);
        ck_assert(ocf_error_set(&err));
        ck_assert_ptr_null(endpoint.url);
}
END_TEST

/* Printed by botocore 1.43.11's endpoint resolver. */
static const struct {
        const char *service;
        const char *region;
        bool fips, dualstack;
        const char *url;
} publics[] = {
        {"ec2", "ap-northeast-2", false, false, "https://ec2.ap-northeast-2.amazonaws.com"},
        {"ec2", "us-east-1", true, false, "https://ec2-fips.us-east-1.amazonaws.com"},
        {"ec2", "us-east-1", false, true, "https://ec2.us-east-1.api.aws"},
        {"ec2", "us-east-1", true, true, "https://ec2-fips.us-east-1.api.aws"},
        {"ec2", "cn-north-1", false, false, "https://ec2.cn-north-1.amazonaws.com.cn"},
        {"ec2", "cn-north-1", false, true, "https://ec2.cn-north-1.api.amazonwebservices.com.cn"},
        {"ec2", "us-gov-west-1", true, false, "https://ec2.us-gov-west-1.amazonaws.com"},
        {"ec2", "us-iso-east-1", false, false, "https://ec2.us-iso-east-1.c2s.ic.gov"},
        {"ec2", "eusc-de-east-1", false, false, "https://ec2.eusc-de-east-1.amazonaws.eu"},
        {"sts", "eu-west-3", false, false, "https://sts.eu-west-3.amazonaws.com"},
};

START_TEST(public_endpoint_is_that_of_the_regions_partition)
{
        OWN_TEXT char *url = aws_endpoint_public(publics[_i].service, publics[_i].region,
                                                 publics[_i].fips, publics[_i].dualstack);

        ck_assert_str_eq(url, publics[_i].url);
}
END_TEST

static const struct {
        const char *region;
        bool valid;
} regions[] = {
        {"us-east-1", true}, {"", false},          {"us_east", false}, {"US-EAST-1", false},
        {"-east", false},    {"evil.host", false}, {"a/b", false},     {"us--east", false},
};

START_TEST(region_must_fit_into_a_host_name)
{
        ck_assert_int_eq(aws_region_is_valid(regions[_i].region), regions[_i].valid);
}
END_TEST

SUITE_MAIN("aws_sigv4", TEST(signature_is_byte_for_byte_that_of_botocore),
           TABLE(endpoint_that_cannot_be_signed_as_it_stands_is_refused, refused),
           TABLE(public_endpoint_is_that_of_the_regions_partition, publics),
           TABLE(region_must_fit_into_a_host_name, regions))
