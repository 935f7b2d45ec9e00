/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_NODEKEY_OBSERVE_H
#define VALIDATOR_NODEKEY_OBSERVE_H

#include "agents/nodekey/judge.h"
#include "ocf/agent.h"

/* The parameter identity; NULL when it is missing, or when no keeper can have such a name. */
const char *nodekey_identity(const struct ocf_ctx *ctx);

/* Notes that a start of this resource has reached for the seat on this machine, and that a stop has
 * proved it given up. */
int nodekey_note_start(const struct ocf_ctx *ctx, struct ocf_error *err);
void nodekey_note_stop(const struct ocf_ctx *ctx);

/* What a holding leaves on this machine, seen without the keeper. */
enum tri nodekey_left_over(const char *identity);

/* Asks the keeper, which has so long to answer, and looks for what a holding leaves on this
 * machine. The context's error holds why something is unknown or wrong. */
void nodekey_observe(struct ocf_ctx *ctx, int64_t at_most_ms, struct nodekey_facts *ret_facts);

/* Adds what Pacemaker says about fencing. */
void nodekey_observe_cluster(struct ocf_ctx *ctx, struct nodekey_facts *facts);

#endif
