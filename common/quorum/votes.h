/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_QUORUM_VOTES_H
#define VALIDATOR_QUORUM_VOTES_H

/* How this machine's corosync counts its cluster's votes: whether they are a majority, and whether
 * a third voice (a qdevice) is among them. For a person to read: nothing here grants a seat, since
 * a node that was cut off calls itself quorate for a moment longer. */

#include <stdbool.h>

#include "clock.h"
#include "ocf/error.h"

struct quorum_votes {
        bool quorate;
        unsigned int present;
        unsigned int expected;
        unsigned int needed;
        bool two_node;
        bool wait_for_all;
        bool qdevice;       /* one is set up */
        bool qdevice_votes; /* and gives its vote */
};

/* Asks in a process of its own, as the library has no time limit and a corosync that is stopped
 * never answers; for a program of one thread. -EHOSTDOWN: no corosync answers here, -ETIMEDOUT: it
 * is silent. */
int quorum_votes_fetch(const struct deadline *deadline, struct quorum_votes *ret_votes,
                       struct ocf_error *err);

/* In words; pure. The caller frees. */
char *quorum_votes_format(const struct quorum_votes *votes);

#endif
