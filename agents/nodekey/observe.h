/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_NODEKEY_OBSERVE_H
#define VALIDATOR_NODEKEY_OBSERVE_H

#include "agents/nodekey/judge.h"
#include "ocf/agent.h"

/* Asks the keeper, looks for what a holding leaves on this machine, and with `cluster` asks
 * Pacemaker about fencing. The context's error holds why something is unknown or wrong. */
void nodekey_observe(struct ocf_ctx *ctx, bool cluster, struct nodekey_facts *ret_facts);

#endif
