/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ELASTIC_IP_ACTIONS_H
#define VALIDATOR_ELASTIC_IP_ACTIONS_H

#include "ocf/agent.h"

/* The rows of the agent's action table. */
enum ocf_rc address_start(struct ocf_ctx *ctx);
enum ocf_rc address_stop(struct ocf_ctx *ctx);
enum ocf_rc address_monitor(struct ocf_ctx *ctx);
enum ocf_rc address_reload(struct ocf_ctx *ctx);

/* Parameters that the table cannot judge; no file, no network. */
int address_check(const void *params, struct ocf_error *err);

/* validate-all at check level 10: proves by dry runs that this node may and can move the address,
 * and that it needs no Elastic IP for that. */
int address_check_host(struct ocf_ctx *ctx);

#endif
