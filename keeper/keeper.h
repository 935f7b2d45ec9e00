/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_KEEPER_H
#define VALIDATOR_KEEPER_KEEPER_H

/* The keeper of one identity on this machine: its custody, its signer, and who is told. One of
 * these exists in the program; everything gets it passed. */

#include "keeper/config.h"
#include "keeper/custody.h"
#include "keeper/inform.h"
#include "keeper/seat.h"
#include "keeper/signer.h"
#include "lines.h"

struct keeper {
        struct keeper_config config;
        struct custody custody;
        struct signer signer;
        struct informer informer;
        struct signer killed; /* with the seat, and Pacemaker may not know; empty resource: none */
        int64_t killed_ms;
        struct seat seat;
};

/* Takes over what an earlier keeper of this boot noted. */
int keeper_load(struct keeper *keeper, struct ocf_error *err);

/* After a boot: puts the signer's unit back where kcn-node had placed it, so that a start by hand
 * finds the gate and the judge of its key before any agent ran. */
void keeper_place(const struct keeper *keeper);

/* Lets the seat's lease go on: renew it, or lose it. */
void keeper_seat_run(struct keeper *keeper);

/* Answers one request (seat/protocol.h). */
void keeper_answer(struct keeper *keeper, const struct lines *request, struct lines *ret_answer);

/* The signer's pidfd is readable: it has ended. Tells Pacemaker when that was not planned. */
void keeper_signer_ended(struct keeper *keeper);

/* The informer's pidfd is readable. 0: told; -EAGAIN: not yet, call keeper_inform in a while. */
int keeper_informed(struct keeper *keeper);

/* Tells Pacemaker about a signer that died or was killed with the seat, if there is one. Of the
 * latter it is told for half a minute only, and until an agent has dealt with the signer. */
void keeper_inform(struct keeper *keeper);

#endif
