/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_FAULT_H
#define VALIDATOR_AWS_FAULT_H

/* An error of an AWS API as a value: what it said, and which of a few kinds it is, since the kind
 * decides what a caller may conclude. Only `not found` says something about the thing asked for;
 * the others leave it unknown. */

#include <stdbool.h>
#include <stddef.h>

enum aws_fault_kind {
        AWS_FAULT_NONE,
        AWS_FAULT_DENIED,    /* permission, key, signature or expired credentials */
        AWS_FAULT_THROTTLED, /* too many requests: nothing was done */
        AWS_FAULT_TRANSIENT, /* no answer, 5xx: it may have been done all the same */
        AWS_FAULT_NOT_FOUND, /* no such thing; soon after its creation that proves nothing */
        AWS_FAULT_CONFLICT,  /* the thing is in a state that does not allow it */
        AWS_FAULT_UNKNOWN,   /* anything else */
};

struct aws_fault {
        enum aws_fault_kind kind;
        int http_status; /* 0: no answer */
        char code[96];   /* AWS's, for example UnauthorizedOperation; "" when none was told */
        char message[200];
        char request_id[64];
};

/* Reads the error that an answer other than 2xx holds. Takes any bytes: HTML, nothing, XML cut off;
 * then only the status decides. */
void aws_fault_read(int http_status, const char *body, size_t size, struct aws_fault *ret_fault);

/* The kind for a code and a status, by AWS's lists. */
enum aws_fault_kind aws_fault_classify(const char *code, int http_status);

/* True for a code that a wrong clock causes. */
bool aws_fault_is_clock(const struct aws_fault *fault);

/* True for the answer to a dry run that would have been allowed. */
bool aws_fault_is_dry_run(const struct aws_fault *fault);

/* "denied", "throttled", ... */
const char *aws_fault_name(enum aws_fault_kind kind);

/* The negative errno that stands for the kind: -EACCES, -EBUSY, -EAGAIN, -ENOENT, -EEXIST, -EPROTO.
 */
int aws_fault_errno(enum aws_fault_kind kind);

#endif
