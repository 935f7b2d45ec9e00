/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_IMDS_H
#define VALIDATOR_AWS_IMDS_H

/* The instance metadata service, version 2: what an EC2 instance knows about itself without asking
 * the API. Spoken over a plain socket: it is HTTP to a link-local address, never TLS, never through
 * a proxy, and a monitor that only asks here need not load a TLS library.
 *
 * The session token is kept in a file of mode 0600 below /run with the time until which it holds,
 * so that an action needs one request and not two. */

#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "ocf/error.h"

#define IMDS_VALUE_MAX 16384

struct imds {
        char host[64]; /* a numeric address */
        char port[8];
        char authority[80];   /* the Host header */
        char token_path[160]; /* where the token is kept; "" keeps it in memory only */
        char token[256];      /* "" : none yet */
        int64_t token_until_ms;
};

/* Settles where the service is: AWS_EC2_METADATA_SERVICE_ENDPOINT and its _MODE as AWS's tools read
 * them, else 169.254.169.254. -ENODEV when AWS_EC2_METADATA_DISABLED says so, -EINVAL for an
 * endpoint that is no http address with a numeric host. Nothing is asked yet. */
int imds_init(struct imds *ret_imds, struct ocf_error *err);

/* Fetches /latest/PATH as text, at most IMDS_VALUE_MAX - 1 bytes, without a final newline. Returns
 * -ENOENT when the service says that there is no such thing (a fact about the instance), -EACCES
 * when it refuses, another negative errno when it did not answer as it should (nothing is known
 * then). One attempt is bounded to two seconds and made again while the deadline allows, three at
 * most. */
int imds_fetch(struct imds *imds, const char *path, const struct deadline *deadline,
               char ret_value[static IMDS_VALUE_MAX], struct ocf_error *err);

/* Takes an HTTP/1.x response of `length` bytes apart: the body begins at `ret_body` in `text` and
 * has `ret_size` bytes. -EPROTO when it is not one or not whole. */
int imds_response_parse(const char *text, size_t length, int *ret_status, const char **ret_body,
                        size_t *ret_size);

#endif
