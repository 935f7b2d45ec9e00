/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_RPC_H
#define VALIDATOR_KCN_NODE_RPC_H

/* What a Kaia node answers. The klay_ names are used throughout: kaia keeps them as aliases, and
 * klaytn has no others. */

#include <stddef.h>
#include <stdint.h>

#include "agents/kcn-node/turns.h"
#include "clock.h"
#include "ocf/error.h"

/* No clock will show it, and nothing overflows that is compared with it. */
#define KCN_TIMESTAMP_MAX ((uint64_t)INT64_MAX / 2)

struct kcn_head {
        char address[64]; /* of the identity that the node loaded */
        uint64_t height;
        int64_t timestamp_s;
        uint64_t peers;
};

/* One batch over klay.ipc. */
int kcn_head_fetch(const char *ipc, const struct deadline *deadline, struct kcn_head *ret_head,
                   struct ocf_error *err);

/* Blocks `from` to `to`, at most 32, to be judged for `address`. */
#define KCN_BLOCKS_MAX 32
struct kcn_range {
        const char *address;
        uint64_t from, to;
};

/* Reads them, and returns their count. */
int kcn_blocks_fetch(const char *ipc, const struct kcn_range *range,
                     const struct deadline *deadline, struct turn_block *ret_blocks,
                     struct ocf_error *err);

/* Whether the chain knows a good BLS key for the address (kaia_getBlsInfos): 1, or 0 when it has
 * none or a bad one. */
int kcn_bls_fetch(const char *ipc, const char *address, const struct deadline *deadline,
                  struct ocf_error *err);

#endif
