/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_CHECK_H
#define VALIDATOR_KCN_NODE_CHECK_H

#include "agents/kcn-node/node.h"

/* The parameters alone: pure. */
int kcn_check_params(const void *params, struct ocf_error *err);

/* What must be right before a node is started: kcnd.conf, the unit, DATA_DIR. */
int kcn_check_before_start(struct kcn_node *node);

/* The same, the own key, and what the other nodes' kcnd.conf say: validate-all at level 10. */
int kcn_check_host(struct ocf_ctx *ctx);

/* Publishes this node's kcnd.conf where it must not differ, and compares the others'. Returns 1
 * with a sentence when one differs. */
int kcn_compare_nodes(struct kcn_node *node);

#endif
