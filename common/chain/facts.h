/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_FACTS_H
#define VALIDATOR_CHAIN_FACTS_H

/* What a chain's driver found out about the node on this machine, its network and the seat. A fact
 * that nobody could observe is unknown (the zero of enum tri), and numbers count only beside their
 * fact. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tri.h"

struct chain_facts {
        enum tri running;   /* the service runs */
        enum tri answers;   /* its RPC answered; the four numbers below are valid when yes */
        enum tri as_seat;   /* the identity that it loaded is the seat's */
        uint64_t height;    /* its newest block */
        int64_t head_age_s; /* of that block, by its own timestamp; negative: from the future */
        uint64_t peers;
        enum tri ruined; /* its chain data cannot be opened and needs a new copy; counts only while
                            it does not run: a node that runs has opened it */

        size_t references;         /* independent nodes that answered */
        uint64_t reference_height; /* the highest among them */
        int64_t reference_age_s;   /* the age of that block */

        enum tri seat_held;    /* by this machine, says its keeper */
        uint64_t seat_epoch;   /* valid when held */
        uint64_t signer_epoch; /* under which the running signer was started; 0: not as a signer, or
                                  unwatched */

        enum tri floor_kept; /* the keeper keeps a floor: heights that may not be signed again */
        uint64_t floor;      /* the highest that any machine of the seat reported; valid when yes */
        bool ended;          /* the keeper says where the signer before ended: it was released in
                                order, and none began since */
        uint64_t ended_at;   /* its head when nothing of it could leave the machine any more */

        char unfit[256]; /* why a promote of this standby would be refused whatever the chain does;
                            else empty */

        bool stood; /* of a signer that the chain may go on without: it was looked at again, and
                       kept its height */
        bool others_in_sync; /* of one that stood, where no reference answers: another node of the
                                cluster says that it is */

        uint64_t turns_missed; /* own proposals that failed since the last one that did not */
        char blame[160];       /* why turns are missed, when the driver knows; else empty */
};

/* An operator's limits, from the agent's parameters. */
struct chain_limits {
        uint64_t max_lag;        /* blocks behind a reference that still count as in sync */
        uint64_t max_head_age_s; /* oldest head of a chain that moves */
        uint64_t missed_turns;   /* turns missed in a row that make the signer failed */
        uint64_t halt_s;         /* older heads, everywhere alike, are those of a halted chain that
                                    waits for nothing more by itself: longer than a round change */
        bool takes_on_halt;      /* whether the seat is then taken without seeing the chain move */
};

#endif
