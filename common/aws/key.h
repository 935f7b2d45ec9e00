/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_KEY_H
#define VALIDATOR_AWS_KEY_H

/* An AWS access key as it is used for signing. It is wiped when its scope ends and never printed.
 */

#include <stdint.h>

#include "own.h"

struct aws_key {
        char *access_id;
        char *secret;
        char *token;       /* NULL for a long-term key */
        int64_t expires_s; /* seconds since the epoch; 0: does not expire */
};

void aws_key_release(struct aws_key *key);

#define OWN_AWS_KEY OWN(aws_key_release)

/* A heap text with a secret in it, wiped before it is freed. */
void own_secret_text(char **text);

#define OWN_SECRET_TEXT OWN(own_secret_text)

#endif
