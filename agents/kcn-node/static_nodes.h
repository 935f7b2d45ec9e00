/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_STATIC_NODES_H
#define VALIDATOR_KCN_NODE_STATIC_NODES_H

#include <jansson.h>

#include "ocf/error.h"
#include "text.h"

/* kcn's list of peers to dial, a JSON array of kni URLs. A standby syncs only through a PN, since
 * CNs refuse a CN that is not in the council (networks, consensus/istanbul/backend/handler.go). */

/* Sees to it that every URL of `wanted` stands in the file; what is there already stays, in its
 * order. A node is known by its public key: an entry with the same key and another address is
 * replaced by ours, since kcn dials the first one that it reads (networks/p2p/dial.go
 * addTypedStatic). The file's owner and mode, and a link to it, stay; a missing file is made. A
 * file that is no JSON array of texts is an error that leaves it as it is. */
int static_nodes_ensure(const char *path, const struct text_list *wanted, struct ocf_error *err);

/* The file as a JSON array of texts, owned by the caller; a missing file is an empty one. -EINVAL
 * with the mend when it is something else. */
int static_nodes_read(const char *path, json_t **ret_list, struct ocf_error *err);

/* Whether the file can be read so. */
int static_nodes_check(const char *path, struct ocf_error *err);

/* Of a kni URL: where the public key begins, and its length. */
#define STATIC_NODES_KEY_AT 6
#define STATIC_NODES_KEY_DIGITS 128

/* -EINVAL when `url` is not of the form kni://128 hex digits@host:port. */
int static_nodes_check_url(const char *url, struct ocf_error *err);

/* The same for each, and when two of them are one node's. */
int static_nodes_check_urls(const struct text_list *urls, struct ocf_error *err);

#endif
