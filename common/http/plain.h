/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_HTTP_PLAIN_H
#define VALIDATOR_HTTP_PLAIN_H

/* HTTP/1.1 to a numeric address without TLS, over libevent: for a look that is taken every few
 * seconds for ever, since libevent is two libraries where libcurl is thirty (docs/benchmarks.md).
 * Redirects are not followed, nothing is taken from the environment, and each request has a
 * connection of its own. */

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "http/message.h"

/* Whether a URL is one for this: http, an address instead of a name, no user. */
bool http_plain_can(const char *url);

/* Makes the requests at once and returns when the last one has ended or the deadline has passed.
 * Each reply is filled; the caller releases it. A request may have no unix socket, proxy or TLS,
 * and its URL must be one that `http_plain_can`; other ones end with -EINVAL. */
void http_plain_perform(const struct http_request *requests, struct http_reply *ret_replies,
                        size_t count, const struct deadline *deadline);

#endif
