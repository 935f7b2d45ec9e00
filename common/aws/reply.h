/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_REPLY_H
#define VALIDATOR_AWS_REPLY_H

/* An XML answer of AWS's Query API, read by libxml2 with everything off that a document could reach
 * out with: no network, no document type, no entities of its own, bounded depth. Elements are found
 * by their local names, since endpoints differ in the namespace. */

#include <stddef.h>

#include "ocf/error.h"
#include "own.h"

struct _xmlDoc;
struct _xmlNode;

struct aws_reply {
        struct _xmlDoc *doc; /* NULL: none */
};

/* -EPROTO with a sentence when the bytes are no such document. Release afterwards. */
int aws_reply_parse(const char *bytes, size_t size, struct aws_reply *ret_reply,
                    struct ocf_error *err);

const struct _xmlNode *aws_reply_root(const struct aws_reply *reply);

/* The child that a path such as "Errors/Error/Code" leads to, or NULL; `node` may be NULL. */
const struct _xmlNode *aws_node_find(const struct _xmlNode *node, const char *path);

/* The text at a path, or NULL when there is no such element or it is empty. The document's. */
const char *aws_node_text(const struct _xmlNode *node, const char *path);

/* Goes through the children of a set (<item> or <member>): NULL gives the first. */
const struct _xmlNode *aws_node_next(const struct _xmlNode *set, const struct _xmlNode *after);

void aws_reply_release(struct aws_reply *reply);

#define OWN_AWS_REPLY OWN(aws_reply_release)

#endif
