/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_SIGV4_H
#define VALIDATOR_AWS_SIGV4_H

/* AWS Signature Version 4 of a POSTed form. libcurl has a signer too, but that of Debian 12 signs
 * headers that it does not send, takes no corrected time and orders some names wrongly, so the
 * signature is made here and libcurl only carries it. The judge is botocore: the vectors of
 * tests/unit/data/sigv4.json are its answers. */

#include <stddef.h>
#include <stdint.h>

#include "aws/key.h"

struct sigv4_request {
        const char *host; /* as in the Host header: with the port unless it is the scheme's own */
        const char *path; /* begins with '/'; letters, digits, - _ . ~ and '/' only */
        const char *content_type;
        const char *body;
        size_t body_size;
        const char *region;
        const char *service;
        int64_t at_s; /* seconds since the epoch by AWS's clock */
};

struct sigv4_signature {
        char date[20];       /* the value for X-Amz-Date */
        char *authorization; /* the value for Authorization; the caller frees */
};

/* Signs content-type, host, x-amz-date and, when the key has a token, x-amz-security-token; the
 * request must be sent with exactly these. */
void sigv4_sign(const struct sigv4_request *request, const struct aws_key *key,
                struct sigv4_signature *ret_signature);

#endif
