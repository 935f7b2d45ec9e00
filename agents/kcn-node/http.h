/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_HTTP_H
#define VALIDATOR_KCN_NODE_HTTP_H

/* Plain HTTP to the references. It is a module, kcn-node-http.so, that is loaded when they are
 * asked: libevent would cost the monitor of a signer, who asks none, a twelfth of its time. */

#include "http/plain.h"
#include "ocf/error.h"

struct kcn_http {
        bool (*can)(const char *url);
        void (*perform)(const struct http_request *requests, struct http_reply *ret_replies,
                        size_t count, const struct deadline *deadline);
};

/* The module's one name. */
extern const struct kcn_http kcn_node_http __attribute__((visibility("default")));

#endif
