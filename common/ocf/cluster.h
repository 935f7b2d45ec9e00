/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_CLUSTER_H
#define VALIDATOR_OCF_CLUSTER_H

/* What an agent asks the cluster, and what it tells it. Pacemaker has no public library call for
 * attributes, so its own commands are run (facts: 6 ms each); nothing is told twice. */

#include "clock.h"
#include "ocf/agent.h"
#include "ocf/error.h"
#include "tri.h"

/* A cluster property as it stands in the CIB; `otherwise` when it is not set there. */
int cluster_property(struct ocf_ctx *ctx, const char *name, const char *otherwise, char *ret_value,
                     size_t size);

/* Publishes this node's promotion score for the action's resource: a number, "-INFINITY", or NULL
 * to withdraw it. A value that was published already is sent again only after a minute, in case the
 * cluster forgot it. Outside a cluster nothing happens. */
int cluster_publish_score(const struct ocf_ctx *ctx, const char *score, struct ocf_error *err);

/* Sets a transient attribute of this node, or with NULL takes it away; the same rule. */
int cluster_publish_attribute(const struct ocf_ctx *ctx, const char *name, const char *value,
                              struct ocf_error *err);

/* The attribute's values on all nodes, as "node=value" items; this node's too. */
struct text_list;
int cluster_attributes(const char *name, struct text_list *ret_values,
                       const struct deadline *deadline, struct ocf_error *err);

#endif
