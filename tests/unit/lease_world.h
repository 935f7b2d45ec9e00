/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_LEASE_WORLD_H
#define VALIDATOR_TESTS_LEASE_WORLD_H

/* A world in which real lease machines (lease/machine.h) of three nodes meet one authority:
 * requests that are late, lost or executed after their sender gave up, keepers that are frozen
 * between any two steps, killed and restarted, machines that lose power, clocks at different rates
 * and with different profiles, which a restart may change, planned moves, some of which end in
 * their midst. A chain grows beside it, of which each node learns sooner or later; a signer votes
 * for the height after its head, and no height is to be voted for under two epochs. All chance
 * comes from one seed. */

#include <stdbool.h>
#include <stdint.h>

#include "lease/machine.h"

enum { WORLD_NODES = 3, WORLD_REQUESTS = 64 };

struct world_node {
        struct lease lease;
        int64_t offset_ms; /* local = offset + real * rate / 1000 */
        int64_t rate;
        bool up; /* the keeper runs */
        int64_t back_ms;
        int64_t frozen_ms;     /* until then */
        int64_t hang_ms;       /* it will stand still from then on; 0: nothing such is planned */
        bool cut;              /* no request of it arrives */
        bool asked;            /* an agent asks for the seat, again and again */
        bool wanted;           /* what its keeper remembers of that */
        int64_t gate_until_ms; /* local */
        bool signer;
        uint64_t signer_epoch;
        bool starting;
        int64_t start_ms;
        uint64_t start_epoch;
        uint64_t head;
        int64_t behind_ms; /* it learns of no block until then */
        uint64_t floor;    /* a signer starts when the head is past it; fixed under the lease */
        uint64_t floor_epoch;
        bool muted; /* the gate stays shut until the signer is gone, or it was forgotten */
        int64_t mute_until_ms; /* local */
        struct lease_end end;
        uint64_t end_epoch;
        bool dying;
        int64_t death_ms;
        uint8_t stored[LEASE_INCARNATION_SIZE]; /* the tmpfs */
        uint64_t stored_epoch;
        int awaited;  /* index of the request that is waited for, -1 */
        bool pending; /* a verdict that is still to be carried out */
        struct lease_verdict verdict;
};

struct world_request {
        bool used;
        int node;
        bool read;
        bool execute; /* false: lost on the way */
        bool executed;
        bool answered; /* an answer will come back */
        int64_t execute_ms, answer_ms, give_up_ms;
        uint64_t compare;
        struct lease_record put;
        struct lease_answer answer;
};

struct world {
        uint64_t chance;
        int64_t now_ms;
        struct world_node nodes[WORLD_NODES];
        struct world_request requests[WORLD_REQUESTS];
        bool exists; /* the authority's record */
        uint64_t revision;
        struct lease_record record;
        bool calm;        /* no more faults */
        int64_t stall_ms; /* the authority executes nothing until then */
        uint64_t voted;   /* the highest height that was voted for, and under which epoch */
        uint64_t voted_epoch;
        uint64_t takes, renewals, releases, adoptions, losses;
        uint64_t ends; /* floors that a release told */
        uint64_t cuts; /* gates that were open for longer than a restarted keeper's times allow */
        char broken[160]; /* what must never be, "" as long as it was not */
};

void world_begin(struct world *world, uint64_t seed, int64_t slowest, int64_t fastest);

/* Lets a little time pass and everything happen that is due. */
void world_step(struct world *world);

/* Ends all faults, so that one wanted node has to get the seat. */
void world_calm(struct world *world, int wanted);

bool world_usable(const struct world *world, int node);

#endif
