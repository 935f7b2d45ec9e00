/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_REACH_H
#define VALIDATOR_CHAIN_REACH_H

#include "chain/driver.h"
#include "ocf/error.h"

/* Has the node reach for the peers that it lacks; how many those are, or a negative number with the
 * sentence in `ret_why` (may be NULL). The context's own error stays: that this cannot be told is
 * no reason for what an action answers. */
int chain_reach_peers(struct validator *validator, struct ocf_error *ret_why);

#endif
