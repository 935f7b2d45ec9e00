/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call.h"
#include "aws/fault.h"
#include "suite.h"
#include "text.h"

static const char addresses[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<DescribeAddressesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n"
        " <requestId>1</requestId><addressesSet>\n"
        "  <item><publicIp>192.0.2.1</publicIp><instanceId/></item>\n"
        "  <other/><item><publicIp>192.0.2.<!-- odd -->2</publicIp></item>\n"
        "  <item><publicIp><![CDATA[192.0.2.3]]></publicIp></item>\n"
        " </addressesSet></DescribeAddressesResponse>";

START_TEST(items_of_a_set_are_found_by_local_name)
{
        OWN_AWS_REPLY struct aws_reply reply = {0};
        const struct aws_node *set, *item;

        ck_assert_int_eq(aws_reply_parse(addresses, sizeof addresses - 1, &reply, NULL), 0);
        set = aws_node_find(reply.root, "addressesSet");
        item = aws_node_next(set, NULL);
        ck_assert_str_eq(aws_node_text(item, "publicIp"), "192.0.2.1");
        ck_assert_ptr_null(aws_node_text(item, "instanceId"));
        ck_assert_ptr_null(aws_node_text(item, "publicIp/deeper"));
        item = aws_node_next(set, item);
        ck_assert_ptr_null(aws_node_text(item, "publicIp")); /* more than one text: not guessed */
        item = aws_node_next(set, item);
        ck_assert_str_eq(aws_node_text(item, "publicIp"), "192.0.2.3");
        ck_assert_ptr_null(aws_node_next(set, item));
        ck_assert_ptr_null(aws_node_next(aws_node_find(set, "absent"), NULL));
}
END_TEST

static const struct {
        const char *document, *text;
} texts[] = {
        {"<a><b>1 &lt;&#x32;&gt; 3</b></a>", "1 <2> 3"},
        {"<x:a xmlns:x=\"urn:x\"><x:b>1</x:b></x:a>", "1"},
        {"<a><b>1<![CDATA[<2>]]></b></a>", "1<2>"},
        {"<a><b> </b></a>", " "},
        {"<a><b></b></a>", NULL},
        {"<a><b>1<c/></b></a>", NULL},
        {"<a><b><c/>1</b></a>", NULL},
        {"<a><b>1<?odd?>2</b></a>", NULL},
        {"<a><bb>1</bb></a>", NULL},
};

START_TEST(text_is_that_of_an_element_that_holds_nothing_else)
{
        OWN_AWS_REPLY struct aws_reply reply = {0};
        const char *document = texts[_i].document, *found;

        ck_assert_int_eq(aws_reply_parse(document, strlen(document), &reply, NULL), 0);
        found = aws_node_text(reply.root, "b");
        ck_assert(text_equal(found, texts[_i].text) || (!found && !texts[_i].text));
}
END_TEST

static const char *const bombs[] = {
        "",
        "<",
        "<html><body>Bad gateway",
        "not xml",
        "<a><b></a>",
        "<!DOCTYPE a [<!ENTITY x \"yyyyyyyyyy\"><!ENTITY z \"&x;&x;&x;&x;\">]><a>&z;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/evil.dtd\"><a/>",
        "<a>&undefined;</a>",
        "<?xml version=\"1.0\" encoding=\"x-unknown\"?><a/>",
        "<x:a/>",
        "<a/><b/>",
};

START_TEST(document_that_is_no_answer_is_refused)
{
        OWN_AWS_REPLY struct aws_reply reply = {0};
        struct ocf_error err = {0};

        ck_assert_int_eq(aws_reply_parse(bombs[_i], strlen(bombs[_i]), &reply, &err), -EPROTO);
        ck_assert_ptr_null(reply.root);
        ck_assert(ocf_error_set(&err));
}
END_TEST

START_TEST(deep_and_large_documents_end_in_an_error_or_are_read)
{
        size_t size = 1 << 20;
        char *deep = malloc(size);
        OWN_AWS_REPLY struct aws_reply reply = {0};

        for (size_t i = 0; i + 3 <= size; i += 3)
                memcpy(deep + i, "<a>", 3);
        ck_assert_int_eq(aws_reply_parse(deep, size - size % 3, &reply, NULL), -EPROTO);
        free(deep);
}
END_TEST

/* One level is "<a>" and "</a>". */
START_TEST(levels_are_bounded)
{
        for (size_t levels = 64; levels <= 65; levels++) {
                OWN_AWS_REPLY struct aws_reply reply = {0};
                char document[7 * 65];

                for (size_t i = 0; i < levels; i++) {
                        memcpy(document + 3 * i, "<a>", 3);
                        memcpy(document + 3 * levels + 4 * i, "</a>", 4);
                }
                ck_assert_int_eq(aws_reply_parse(document, 7 * levels, &reply, NULL),
                                 levels == 64 ? 0 : -EPROTO);
        }
}
END_TEST

/* Written in an encoding in which its letters are not those of "<!DOCTYPE". */
START_TEST(document_type_is_refused_in_any_encoding)
{
        static const char document[] = "<!DOCTYPE a [<!ENTITY z \"y\">]><a>&z;</a>";
        OWN_AWS_REPLY struct aws_reply reply = {0};
        struct ocf_error err = {0};
        char wide[2 * sizeof document] = {(char)0xff, (char)0xfe};

        for (size_t i = 0; i + 1 < sizeof document; i++)
                wide[2 + 2 * i] = document[i];
        ck_assert_int_eq(aws_reply_parse(wide, sizeof wide, &reply, &err), -EPROTO);
        ck_assert_ptr_nonnull(strstr(err.sentence, "not XML as AWS writes it"));
}
END_TEST

static const struct {
        int status;
        const char *body;
        enum aws_fault_kind kind;
        const char *code;
} faults[] = {
        {403,
         "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are "
         "not</Message></Error></Errors><RequestID>r1</RequestID></Response>",
         AWS_FAULT_DENIED, "UnauthorizedOperation"},
        {403,
         "<ErrorResponse "
         "xmlns=\"x\"><Error><Type>Sender</Type><Code>ExpiredTokenException</Code></"
         "Error><RequestId>r1</RequestId></ErrorResponse>",
         AWS_FAULT_DENIED, "ExpiredTokenException"},
        {503, "", AWS_FAULT_TRANSIENT, ""},
        {502, "<html>Bad gateway</html>", AWS_FAULT_TRANSIENT, ""},
        {500, "<Response><Errors><Error><Code>Int", AWS_FAULT_TRANSIENT, ""},
        {0, "", AWS_FAULT_TRANSIENT, ""},
        {403, "<html>proxy says no</html>", AWS_FAULT_DENIED, ""},
        {404, "<html>no such page</html>", AWS_FAULT_UNKNOWN, ""},
        {429, "", AWS_FAULT_THROTTLED, ""},
};

START_TEST(error_is_read_from_any_bytes)
{
        struct aws_fault fault;

        aws_fault_read(faults[_i].status, faults[_i].body, strlen(faults[_i].body), &fault);
        ck_assert_int_eq(fault.kind, faults[_i].kind);
        ck_assert_str_eq(fault.code, faults[_i].code);
        ck_assert_int_eq(fault.http_status, faults[_i].status);
        if (*fault.code)
                ck_assert_str_eq(fault.request_id, "r1");
        ck_assert_int_lt(aws_fault_errno(fault.kind), 0);
}
END_TEST

static const struct {
        const char *code;
        int status;
        enum aws_fault_kind kind;
} kinds[] = {
        {"RequestLimitExceeded", 503, AWS_FAULT_THROTTLED},
        {"ThrottlingException", 400, AWS_FAULT_THROTTLED},
        {"EC2ThrottledException", 503, AWS_FAULT_THROTTLED},
        {"RequestThrottled", 400, AWS_FAULT_THROTTLED},
        {"Unavailable", 503, AWS_FAULT_TRANSIENT},
        {"ServiceUnavailable", 400, AWS_FAULT_TRANSIENT},
        {"InternalError", 500, AWS_FAULT_TRANSIENT},
        {"InvalidAllocationID.NotFound", 400, AWS_FAULT_NOT_FOUND},
        {"InvalidLaunchTemplateName.NotFoundException", 400, AWS_FAULT_NOT_FOUND},
        {"InvalidAssociationID.NotFound", 400, AWS_FAULT_NOT_FOUND},
        {"Resource.AlreadyAssociated", 400, AWS_FAULT_CONFLICT},
        {"VolumeInUse", 400, AWS_FAULT_CONFLICT},
        {"InvalidParameterValue", 400, AWS_FAULT_UNKNOWN},
        {"InvalidAllocationID.Malformed", 400, AWS_FAULT_UNKNOWN},
        {"DryRunOperation", 412, AWS_FAULT_UNKNOWN},
        {"AuthFailure", 401, AWS_FAULT_DENIED},
        {"SignatureDoesNotMatch", 403, AWS_FAULT_DENIED},
        {"AuthFailureAsPartOfALongerCode", 400, AWS_FAULT_UNKNOWN},
};

START_TEST(code_of_aws_is_one_of_the_kinds)
{
        ck_assert_int_eq(aws_fault_classify(kinds[_i].code, kinds[_i].status), kinds[_i].kind);
}
END_TEST

START_TEST(fields_of_an_error_are_cut_and_tamed)
{
        char code[500] = "";
        struct aws_fault fault;

        memset(code, 'A', sizeof code - 1);

        OWN_TEXT char *body =
                text_format("<Response><Errors><Error><Code>%s</Code><Message>a\nb\x7f"
                            "</Message></Error></Errors></Response>",
                            code);

        aws_fault_read(400, body, strlen(body), &fault);
        ck_assert_uint_eq(strlen(fault.code), sizeof fault.code - 1);
        ck_assert_str_eq(fault.message, "a?b?");
}
END_TEST

static const struct {
        const char *text;
        int r;
        int64_t at_s;
} dates[] = {
        {"Sat, 21 Nov 2026 04:00:00 GMT", 0, 1795233600},
        {"Sat, 21 Nov 2026 04:00:00", -EINVAL, 0},
        {"yesterday", -EINVAL, 0},
        {"", -EINVAL, 0},
};

START_TEST(http_date_is_read_or_refused)
{
        int64_t at_s = 0;

        ck_assert_int_eq(aws_date_parse(dates[_i].text, &at_s), dates[_i].r);
        ck_assert_int_eq(at_s, dates[_i].at_s);
}
END_TEST

SUITE_MAIN("aws_reply", TEST(items_of_a_set_are_found_by_local_name),
           TABLE(text_is_that_of_an_element_that_holds_nothing_else, texts),
           TABLE(document_that_is_no_answer_is_refused, bombs),
           TEST(deep_and_large_documents_end_in_an_error_or_are_read), TEST(levels_are_bounded),
           TEST(document_type_is_refused_in_any_encoding),
           TABLE(error_is_read_from_any_bytes, faults),
           TABLE(code_of_aws_is_one_of_the_kinds, kinds),
           TEST(fields_of_an_error_are_cut_and_tamed), TABLE(http_date_is_read_or_refused, dates))
