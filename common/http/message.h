/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_HTTP_MESSAGE_H
#define VALIDATOR_HTTP_MESSAGE_H

/* What is asked over HTTP, and what comes of it, apart from how it travels: http/client.h (libcurl,
 * TLS, proxies) and http/plain.h (libevent).
 *
 * A request ends in one of two ways, which are never mixed up: it was answered, and `status` tells
 * how; or it was not, and `r` tells why. A request that was not answered may have been carried out,
 * unless `sent` is false. */

#include <stdbool.h>
#include <stddef.h>

#include "ocf/error.h"
#include "own.h"

#define HTTP_REPLY_CAP ((size_t)1 << 20)

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };

/* Paths of PEM files; NULL: the system's CA, no certificate of our own. */
struct http_tls {
        const char *ca;
        const char *certificate;
        const char *key;
};

struct http_request {
        enum http_method method;
        const char *url;            /* http or https */
        const char *unix_socket;    /* connect to this path instead of the URL's host; or NULL */
        const char *proxy;          /* or NULL */
        const struct http_tls *tls; /* or NULL */
        const char *const *headers; /* "Name: value", ends with NULL; or NULL */
        const char *body;           /* of POST and PUT; give its Content-Type as a header */
        size_t body_size;
        int connect_ms;   /* most for the connection, TLS with it; 0: the deadline's */
        size_t reply_cap; /* most bytes of the reply's body; 0 is HTTP_REPLY_CAP */
};

struct http_reply {
        /* 0: answered. -EHOSTUNREACH: the name is not known; -ECONNREFUSED: no connection;
         * -ETIMEDOUT; -EKEYREJECTED: TLS failed; -ECONNRESET: it broke off; -EMSGSIZE: larger than
         * the cap; -EPROTO: no HTTP; -EINVAL: the request cannot be made. */
        int r;
        bool sent;   /* the request, or some of it, left for the other side */
        long status; /* 200, 404, …; 0 without an answer */
        char *body;  /* never NULL when answered; a NUL follows the last byte */
        size_t body_size;
        char date[64];          /* the header Date as it was sent; empty without one */
        struct ocf_error error; /* the sentence, when `r` is negative */
};

void http_reply_release(struct http_reply *reply);

#define OWN_HTTP_REPLY OWN(http_reply_release)

/* The URL's scheme, host and port, for a sentence: paths and queries may hold what must not be
 * shown. The caller frees. */
char *http_origin(const char *url);

#endif
