/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_REFERENCE_H
#define VALIDATOR_CHAIN_REFERENCE_H

/* Kaia nodes other than this machine's, asked over HTTP for their newest block, all at once. How
 * the question travels is the caller's choice: http/plain.h, or http/client.h where it takes TLS or
 * a name server. */

#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "http/message.h"
#include "ocf/error.h"

#define REFERENCES_MAX 16

struct reference_head {
        uint64_t height;
        uint64_t timestamp_s;
};

struct reference_question {
        char *const *urls;
        size_t count; /* at most REFERENCES_MAX */
        void (*perform)(const struct http_request *requests, struct http_reply *ret_replies,
                        size_t count, const struct deadline *deadline);
};

/* Returns how many answered; their heads come first in `ret_heads`, which has room for `count`.
 * When it is none, the sentence says why. */
size_t references_ask(const struct reference_question *question, const struct deadline *deadline,
                      struct reference_head *ret_heads, struct ocf_error *err);

#endif
