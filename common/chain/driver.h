/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_DRIVER_H
#define VALIDATOR_CHAIN_DRIVER_H

/* What a chain brings to the role engine: how to look at its node and how to change its role. The
 * engine decides when; a driver decides nothing. */

#include <stdbool.h>

#include "chain/facts.h"
#include "chain/hang.h"
#include "ocf/agent.h"

struct validator {
        const struct validator_driver *driver;
        struct ocf_ctx *ctx;
        const char *identity;
        struct chain_limits limits;
        uint64_t catch_up_s;      /* how long a promote may wait for being in sync */
        uint64_t handover_wait_s; /* how long a demote may wait for the moment after an own turn */
        void *node;               /* the driver's own */
};

struct validator_driver {
        uint64_t floor_margin; /* blocks past the floor from which on nothing is signed twice */
        struct chain_pace pace;

        /* Fills the facts about this machine; what cannot be observed stays unknown, and the
         * context's error may then hold why. */
        void (*observe)(struct validator *validator, struct chain_facts *ret_facts);

        /* Adds what the independent references say, which costs more. */
        void (*observe_references)(struct validator *validator, struct chain_facts *facts);

        /* Adds whether this machine's set-up still is what a promote demands; a standby's monitor
         * asks. */
        void (*observe_fitness)(struct validator *validator, struct chain_facts *facts);

        /* Stops the node, arms the keeper, puts the seat's identity in place, starts the node and
         * has the keeper watch it. Returns when the service runs; that it is the signer is proved
         * by observing. */
        int (*become_signer)(struct validator *validator);

        /* Stops the node, proves it gone, puts its own identity in place and, with `start`, starts
         * it. */
        int (*become_standby)(struct validator *validator, bool start);

        /* Stops the node and proves that nothing runs, with SIGKILL if need be, before the
         * deadline. */
        int (*stop)(struct validator *validator);

        /* Returns right after a turn of this signer was done, or when the deadline passes. */
        void (*wait_for_turn)(struct validator *validator, const struct deadline *deadline);

        /* Has the node reach at once for the peers that its configuration names and it is not
         * connected to; how many those are, or a negative number when it cannot be told. */
        int (*reach_peers)(struct validator *validator);

        /* Has the node fetch at once the blocks that it lacks, which it would do in its own time.
         */
        void (*fetch_blocks)(struct validator *validator);

        /* Shuts the network off from a signer that is to end now, and tells the keeper its head:
         * the next machine need not wait for more than that. What cannot be done costs only that
         * wait. */
        void (*mute)(struct validator *validator);

        /* Tells the keeper which height this node has. */
        void (*tell_height)(struct validator *validator, const struct chain_facts *facts);

        /* Waits a moment for something to happen to the node: its end, or a little time. */
        void (*wait)(struct validator *validator);
};

#endif
