/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_NODEKEY_ACTIONS_H
#define VALIDATOR_NODEKEY_ACTIONS_H

#include "ocf/agent.h"

enum ocf_rc nodekey_start(struct ocf_ctx *ctx);
enum ocf_rc nodekey_stop(struct ocf_ctx *ctx);
enum ocf_rc nodekey_monitor(struct ocf_ctx *ctx);

int nodekey_check(const void *params, struct ocf_error *err);
int nodekey_check_host(struct ocf_ctx *ctx);

#endif
