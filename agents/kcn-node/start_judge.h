/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_START_JUDGE_H
#define VALIDATOR_KCN_NODE_START_JUDGE_H

/* Whether the node's unit may start, whoever starts it: with an own key whenever kcn would load
 * what was looked at, with the seat's only as a promote does it. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "tri.h"

struct start_facts {
        bool fit;              /* kcnd.conf and the environment select no other key or place */
        enum tri seats_key;    /* kcn would load the seat's key */
        enum tri held;         /* the seat, by this machine, says its keeper */
        enum tri armed;        /* the keeper was told that a signer is about to start */
        uint64_t epoch;        /* of the seat */
        uint64_t signer_epoch; /* for which the keeper is armed */
};

/* NULL when it may; else why not, and who can mend it. */
const char *start_refusal(const struct start_facts *facts);

#endif
