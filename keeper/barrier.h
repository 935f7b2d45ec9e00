/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_BARRIER_H
#define VALIDATOR_KEEPER_BARRIER_H

/* The gate of one identity and what belongs to its proof: the slice on which it stands, and the
 * connections that a killed signer left. The gate is open for ever (STANDBY) only when no process
 * here can have the seat's key and no connection of one that had it is left. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "gate/gate.h"
#include "keeper/config.h"
#include "ocf/error.h"

enum { BARRIER_LEAVES_MAX = 64 };

struct barrier {
        int policy;  /* enum keeper_gate */
        char *slice; /* control group, below the hierarchy's root */
        char *unit;  /* the slice's name; NULL: there is no gate, or a control group was given */
        int cgroup;  /* -1: not open */
        struct gate gate;                    /* GATE_NONE: there is none */
        bool proved;                         /* packets met what the gate says */
        bool clean;                          /* no connection of a signer is left */
        uint64_t leaves[BARRIER_LEAVES_MAX]; /* control groups in which a signer was seen */
        size_t leaf_count;
        bool unseen;            /* one did not fit, or could not be looked at: nothing is proved */
        struct ocf_error fault; /* why there is no gate; empty when it stands */
};

/* Finds or makes the gate. One that cannot be made leaves a sentence in `fault`; a later call tries
 * again. */
void barrier_init(struct barrier *ret_barrier, const struct keeper_config *config);
void barrier_raise(struct barrier *barrier);
void barrier_release(struct barrier *barrier);

/* -EPERM with a sentence when the policy asks for a gate and there is none, or when packets do not
 * meet what the gate says; -EAGAIN while connections of an earlier signer are left. Leaves the gate
 * shut. No process here may have the seat's key: the first time, packets are let out. */
int barrier_prove(struct barrier *barrier, const struct deadline *deadline, struct ocf_error *err);

/* Whether a lease may be held behind it: the gate is seen to stand, or there is none and the policy
 * does without. */
bool barrier_stands(struct barrier *barrier);

void barrier_shut(struct barrier *barrier);
void barrier_open_until(struct barrier *barrier, int64_t until_ms);

/* Remembers in which control groups a signer runs now. True when there is something new: note
 * `leaves` and `unseen`, so that a keeper that is restarted ends the connections of a signer that
 * died meanwhile. */
bool barrier_notice(struct barrier *barrier);

/* The control groups as text, separated by commas, and back. */
void barrier_leaves_format(const struct barrier *barrier, char *ret_text, size_t size);
void barrier_leaves_parse(struct barrier *barrier, const char *text);

/* No process of the signer is left: ends its connections, and none of what else runs in the slice.
 * False while one remains. */
bool barrier_sweep(struct barrier *barrier);

/* No process with the key is left: ends its connections and, when none remains, opens for the
 * standby. False while one remains; the gate stays shut then. */
bool barrier_standby(struct barrier *barrier);

/* Whether the control group is behind the gate. */
bool barrier_covers(const struct barrier *barrier, const char *control_group);

/* "standby", "closed", "leased", or "none"; `ret_left_ms` is what is left of a lease. */
const char *barrier_state(const struct barrier *barrier, int64_t *ret_left_ms);

#endif
