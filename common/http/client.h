/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_HTTP_CLIENT_H
#define VALIDATOR_HTTP_CLIENT_H

/* HTTP/1.1 requests in parallel under one deadline, over libcurl. Replies are bounded, redirects
 * are not followed, no signal is used, and nothing is taken from the environment (no proxy, no
 * netrc). */

#include <stddef.h>

#include "clock.h"
#include "http/message.h"
#include "own.h"

/* A client keeps connections open for the next request. One process may have several. */
struct http_client;

struct http_client *http_client_new(void);
void http_client_free(struct http_client *client);

static inline void own_http_client(struct http_client **client)
{
        http_client_free(*client);
}

#define OWN_HTTP_CLIENT OWN(own_http_client)

/* Makes the requests at once and returns when the last one has ended or the deadline has passed.
 * Each reply is filled; the caller releases it. */
void http_perform(struct http_client *client, const struct http_request *requests,
                  struct http_reply *ret_replies, size_t count, const struct deadline *deadline);

/* The three calls as one thing: the name of the module http-client.so (module.h), for who does not
 * always need libcurl and the thirty libraries below it. */
struct http_transport {
        struct http_client *(*open)(void);
        void (*close)(struct http_client *client);
        void (*perform)(struct http_client *client, const struct http_request *requests,
                        struct http_reply *ret_replies, size_t count,
                        const struct deadline *deadline);
};

extern const struct http_transport http_transport __attribute__((visibility("default")));

#endif
