/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/fault.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "aws/reply.h"
#include "text.h"

/* From the EC2 API's list of error codes and botocore's retry rules. A '*' stands for any text; the
 * first that fits wins. */
static const struct {
        const char *pattern;
        enum aws_fault_kind kind;
} codes[] = {
        {"UnauthorizedOperation", AWS_FAULT_DENIED},
        {"AuthFailure", AWS_FAULT_DENIED},
        {"AccessDenied*", AWS_FAULT_DENIED},
        {"InvalidClientTokenId", AWS_FAULT_DENIED},
        {"InvalidAccessKeyId", AWS_FAULT_DENIED},
        {"SignatureDoesNotMatch", AWS_FAULT_DENIED},
        {"InvalidSignature*", AWS_FAULT_DENIED},
        {"IncompleteSignature", AWS_FAULT_DENIED},
        {"MissingAuthenticationToken", AWS_FAULT_DENIED},
        {"UnrecognizedClient*", AWS_FAULT_DENIED},
        {"ExpiredToken*", AWS_FAULT_DENIED},
        {"RequestExpired", AWS_FAULT_DENIED},
        {"RequestTimeTooSkewed", AWS_FAULT_DENIED},
        {"OptInRequired", AWS_FAULT_DENIED},
        {"Blocked", AWS_FAULT_DENIED},
        {"PendingVerification", AWS_FAULT_DENIED},
        {"RequestLimitExceeded", AWS_FAULT_THROTTLED},
        {"BandwidthLimitExceeded", AWS_FAULT_THROTTLED},
        {"LimitExceededException", AWS_FAULT_THROTTLED},
        {"TooManyRequestsException", AWS_FAULT_THROTTLED},
        {"ProvisionedThroughputExceededException", AWS_FAULT_THROTTLED},
        {"SnapshotCreationPerVolumeRateExceeded", AWS_FAULT_THROTTLED},
        {"SlowDown", AWS_FAULT_THROTTLED},
        {"*Throttl*", AWS_FAULT_THROTTLED},
        {"InternalError", AWS_FAULT_TRANSIENT},
        {"InternalFailure", AWS_FAULT_TRANSIENT},
        {"*Unavailable", AWS_FAULT_TRANSIENT},
        {"RequestTimeout*", AWS_FAULT_TRANSIENT},
        {"PriorRequestNotComplete", AWS_FAULT_TRANSIENT},
        {"*NotFound*", AWS_FAULT_NOT_FOUND},
        {"Resource.AlreadyAssociated", AWS_FAULT_CONFLICT},
        {"IncorrectState", AWS_FAULT_CONFLICT},
        {"IncorrectInstanceState", AWS_FAULT_CONFLICT},
        {"IdempotentParameterMismatch", AWS_FAULT_CONFLICT},
        {"DependencyViolation", AWS_FAULT_CONFLICT},
        {"OperationNotPermitted", AWS_FAULT_CONFLICT},
        {"*InUse*", AWS_FAULT_CONFLICT},
        {"*.Duplicate", AWS_FAULT_CONFLICT},
};

enum aws_fault_kind aws_fault_classify(const char *code, int http_status)
{
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
                if (fnmatch(codes[i].pattern, code, 0) == 0)
                        return codes[i].kind;
        if (http_status == 0 || http_status >= 500)
                return AWS_FAULT_TRANSIENT;
        if (http_status == 429)
                return AWS_FAULT_THROTTLED;
        if (!*code && (http_status == 401 || http_status == 403))
                return AWS_FAULT_DENIED;
        return AWS_FAULT_UNKNOWN;
}

static void field_copy(char *field, size_t size, const char *text)
{
        (void)snprintf(field, size, "%s", text ? text : "");
        text_tame(field);
}

void aws_fault_read(int http_status, const char *body, size_t size, struct aws_fault *ret_fault)
{
        OWN_AWS_REPLY struct aws_reply reply = {0};
        const struct aws_node *root, *error;

        *ret_fault = (struct aws_fault){.http_status = http_status};
        if (aws_reply_parse(body, size, &reply, NULL) == 0) {
                const char *id;

                root = reply.root;
                /* EC2: Response/Errors/Error; STS and IAM denials: ErrorResponse/Error. */
                error = aws_node_find(root, "Errors/Error");
                if (!error)
                        error = aws_node_find(root, "Error");
                id = aws_node_text(root, "RequestID");
                field_copy(ret_fault->code, sizeof ret_fault->code, aws_node_text(error, "Code"));
                field_copy(ret_fault->message, sizeof ret_fault->message,
                           aws_node_text(error, "Message"));
                field_copy(ret_fault->request_id, sizeof ret_fault->request_id,
                           id ? id : aws_node_text(root, "RequestId"));
        }
        ret_fault->kind = aws_fault_classify(ret_fault->code, http_status);
}

bool aws_fault_is_clock(const struct aws_fault *fault)
{
        static const char *const clock_codes[] = {"RequestExpired", "RequestTimeTooSkewed",
                                                  "SignatureDoesNotMatch", "AuthFailure",
                                                  "InvalidSignatureException"};

        for (size_t i = 0; i < sizeof clock_codes / sizeof *clock_codes; i++)
                if (strcmp(fault->code, clock_codes[i]) == 0)
                        return true;
        return false;
}

bool aws_fault_is_dry_run(const struct aws_fault *fault)
{
        return strcmp(fault->code, "DryRunOperation") == 0;
}

const char *aws_fault_name(enum aws_fault_kind kind)
{
        static const char *const names[] = {"none",      "denied",   "throttled", "transient",
                                            "not found", "conflict", "unknown"};

        return names[kind];
}

int aws_fault_errno(enum aws_fault_kind kind)
{
        static const int codes_of[] = {0, -EACCES, -EBUSY, -EAGAIN, -ENOENT, -EEXIST, -EPROTO};

        return codes_of[kind];
}
