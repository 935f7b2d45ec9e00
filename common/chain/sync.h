/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_SYNC_H
#define VALIDATOR_CHAIN_SYNC_H

/* Whether a node is in sync with its network. Pure.
 *
 * The node's own word ("syncing: false") proves nothing: it is the same for a node without peers.
 * What proves it is an independent reference, and a head that is young by the timestamp which the
 * proposers put into it, so that it must have advanced within that time. */

#include "chain/facts.h"

enum chain_sync {
        SYNC_UNKNOWN, /* no reference, or the node itself, answered */
        SYNC_BEHIND,  /* too many blocks behind, no peers, or its head stands while the chain moves
                       */
        SYNC_HALTED,  /* as far as the reference, but the reference's head is old too */
        SYNC_IN,
};

enum chain_sync chain_sync_judge(const struct chain_limits *limits,
                                 const struct chain_facts *facts);

/* More than max_lag blocks behind a reference that answered. */
bool chain_lags(const struct chain_limits *limits, const struct chain_facts *facts);

/* Whether its height may raise the seat's floor, which never falls: a standby's only when it is in
 * sync and not ahead of its reference by more than it may lag; a signer's unless it is behind,
 * since what it has is what it signs upon. */
bool chain_height_counts(const struct chain_limits *limits, const struct chain_facts *facts);

/* "in sync", "behind", "halted", "unknown". */
const char *chain_sync_name(enum chain_sync sync);

/* Why, for the operator: "3 blocks behind the reference (120 of 123)". */
void chain_sync_explain(const struct chain_limits *limits, const struct chain_facts *facts,
                        char *ret_text, size_t size);

#endif
