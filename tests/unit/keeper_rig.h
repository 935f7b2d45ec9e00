/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_KEEPER_RIG_H
#define VALIDATOR_TESTS_KEEPER_RIG_H

#include "keeper/keeper.h"
#include "key/kind.h"
#include "key/secp256k1.h"
#include "scratch.h"

#define KEYS "/run/validator/cell"

/* A keeper in mounts of the test's own, with an identity in its source. */
struct rig {
        struct scratch scratch; /* configuration and source */
        char *source;
        char address[KEY_ADDRESS_SIZE];
        struct keeper keeper;
        struct lines answer; /* of the last request */
};

#define OWN_RIG OWN(own_rig)

/* Takes the test's process into its mounts and makes all that is in them. */
void rig_init(struct rig *rig);
void own_rig(struct rig *rig);

/* A new key in a file of a folder; the address of the nodekey in one. */
void key_put(const char *folder, const char *name, enum key_kind kind);
void address_read(const char *folder, char ret_address[static KEY_ADDRESS_SIZE]);

/* The keeper's memory is gone; what it noted is not. */
void keeper_again(struct rig *rig);

/* One request with at most two fields; true when it was answered with ok. */
bool asked(struct rig *rig, const char *name, const char *const fields[2][2]);
bool acquired(struct rig *rig);

/* How many entries lie where a node would look for the identity. */
int entries(void);

/* NULL, or what this machine lacks for the rig. */
const char *rig_missing(void);

#endif
