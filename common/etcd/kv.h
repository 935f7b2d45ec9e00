/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ETCD_KV_H
#define VALIDATOR_ETCD_KV_H

/* One key of an etcd cluster, over its v3 JSON gateway and mutual TLS. A request goes to one of the
 * endpoints; one that did not take it at all, or with which no connection came about in a part of
 * the time, is passed over for the next, and one that took it and did not answer is not asked first
 * the next time. No request is ever sent twice after it may have been carried out: that outcome is
 * unknown, and it is for the caller to read. */

#include "clock.h"
#include "etcd/codec.h"
#include "http/client.h"
#include "ocf/error.h"

enum { ETCD_ENDPOINTS_MAX = 9 };

struct etcd {
        const struct http_transport *http;
        struct http_client *client;
        char *endpoints[ETCD_ENDPOINTS_MAX]; /* "https://host:2379" */
        size_t count;
        size_t first; /* to be asked first */
        struct http_tls tls;
};

#define OWN_ETCD OWN(etcd_release)

/* `endpoints`: separated by commas or blanks. The paths of `tls`, and `http`, are borrowed. -EINVAL
 * with a sentence; plain http is refused unless the host is a loopback address. */
int etcd_init(struct etcd *etcd, const char *endpoints, const struct http_tls *tls,
              const struct http_transport *http, struct ocf_error *err);

void etcd_release(struct etcd *etcd);

/* Asks once. The outcome is ETCD_UNKNOWN, with a sentence in `err`, whenever the answer does not
 * tell. */
void etcd_ask(struct etcd *etcd, const struct etcd_request *request,
              const struct deadline *deadline, struct etcd_answer *ret_answer,
              struct ocf_error *err);

#endif
