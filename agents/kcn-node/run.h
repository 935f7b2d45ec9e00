/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_RUN_H
#define VALIDATOR_KCN_NODE_RUN_H

/* The rows of the action table: each opens the node and hands it to the role engine
 * (chain/engine.h). */

#include "ocf/agent.h"

enum ocf_rc kcn_run_start(struct ocf_ctx *ctx);
enum ocf_rc kcn_run_stop(struct ocf_ctx *ctx);
enum ocf_rc kcn_run_promote(struct ocf_ctx *ctx);
enum ocf_rc kcn_run_demote(struct ocf_ctx *ctx);
enum ocf_rc kcn_run_monitor(struct ocf_ctx *ctx);
enum ocf_rc kcn_run_reload(struct ocf_ctx *ctx);

#endif
