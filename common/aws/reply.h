/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_REPLY_H
#define VALIDATOR_AWS_REPLY_H

/* An XML answer of AWS's Query API, read by expat: no document type, thus no entities of its own,
 * and bounded depth. Elements are found by their local names, since endpoints differ in the
 * namespace. Not by libxml2: the ICU behind it costs a monitor 1.7 ms of CPU. */

#include <stddef.h>

#include "ocf/error.h"
#include "own.h"

struct aws_node;

struct aws_reply {
        struct aws_node *root; /* NULL: none */
        struct aws_node *made; /* every node, the last one first */
};

/* -EPROTO with a sentence when the bytes are no such document. Release afterwards. */
int aws_reply_parse(const char *bytes, size_t size, struct aws_reply *ret_reply,
                    struct ocf_error *err);

/* The child that a path such as "Errors/Error/Code" leads to, or NULL; `node` may be NULL. */
const struct aws_node *aws_node_find(const struct aws_node *node, const char *path);

/* The text at a path, or NULL when there is no such element, it is empty, or it holds anything else
 * than text. The document's. */
const char *aws_node_text(const struct aws_node *node, const char *path);

/* Goes through the children of a set (<item> or <member>): NULL gives the first. */
const struct aws_node *aws_node_next(const struct aws_node *set, const struct aws_node *after);

void aws_reply_release(struct aws_reply *reply);

#define OWN_AWS_REPLY OWN(aws_reply_release)

#endif
