/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_TURNS_H
#define VALIDATOR_KCN_NODE_TURNS_H

/* Counting own turns in the blocks of the chain. Only a proposal proves that a validator works: its
 * name among the committers is there with a wrong bls key too. Pure. */

#include <stdbool.h>
#include <stdint.h>

/* One block, as klay_getBlockWithConsensusInfoByNumber tells it. */
struct turn_block {
        uint64_t number;
        bool proposed_here; /* proposer: who made it */
        bool due_here;      /* originProposer: whose turn it was in round 0 */
        uint64_t round;     /* above 0: the first proposer's turn failed */
};

struct turns {
        uint64_t checked; /* the last block that was counted; 0: none */
        uint64_t missed;  /* turns missed since the last own proposal */
};

/* Counts a block. One that was counted before changes nothing. The first of all may have been
 * another machine's turn that failed with it, so that it misses none. Blocks in between that nobody
 * looked at do not count. */
void turns_count(struct turns *turns, const struct turn_block *block);

#endif
