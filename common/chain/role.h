/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_ROLE_H
#define VALIDATOR_CHAIN_ROLE_H

/* The judging of a validator's role: what its state means to Pacemaker, and what a standby must
 * have proved before it may become the signer. Pure: facts and limits in, a verdict out; tests
 * enumerate it. The one rule above all: nothing that is not known is taken for safe. */

#include "chain/facts.h"
#include "chain/sync.h"
#include "ocf/exit.h"

/* Promotion scores. The gaps between them lie below the examples' resource-stickiness (1000), so
 * that a score never moves a healthy seat. */
enum chain_score {
        SCORE_NONE,   /* no attribute: nothing is known, or a promote was refused */
        SCORE_BEHIND, /* 10 */
        SCORE_READY,  /* 100 */
        SCORE_SIGNER, /* 200 */
        SCORE_RUINED, /* -INFINITY */
};

/* As crm_attribute takes it; NULL for SCORE_NONE. */
const char *chain_score_text(enum chain_score score);

struct chain_verdict {
        enum ocf_rc rc;
        enum chain_score score;
        char sentence[384];
};

/* The chain goes on without this node, for longer than a round change explains: it hears nobody, or
 * does not follow what it hears, and its turns are missed in blocks that it never sees. Where the
 * chain itself stood until now the node may only need a moment: a signer fails when it `stood`. */
bool chain_left_behind(const struct chain_limits *limits, const struct chain_facts *facts);

/* The same may be so, but nobody tells: its newest block is as old, and no reference answers, as on
 * a machine that is cut off from all but the cluster. A signer fails when it `stood` and others are
 * in sync: where all are cut off, none would sign in its place. */
bool chain_hears_nobody(const struct chain_limits *limits, const struct chain_facts *facts);

/* The answer of monitor (and of a probe, for which the scores do not count). `refused`: a promote
 * was refused since the node was last in sync, so that a mere "behind" is no reason to try again.
 */
void chain_monitor_judge(const struct chain_limits *limits, const struct chain_facts *facts,
                         bool refused, struct chain_verdict *ret_verdict);

enum chain_promote {
        PROMOTE_REFUSE, /* not safe, or not known to be */
        PROMOTE_WAIT,   /* safe, but not in sync yet: look again */
        PROMOTE_GO,     /* restart the node with the seat's identity */
        PROMOTE_DONE,   /* it is the signer under this very epoch already */
};

/* What promote may do; the sentence says why not. */
enum chain_promote chain_promote_judge(const struct chain_limits *limits,
                                       const struct chain_facts *facts, char *ret_sentence,
                                       size_t size);

/* Whether the node that was started as the signer has proved itself: the seat still held here under
 * the epoch that it was started with, the seat's identity loaded, peers connected, the height that
 * of the reference. No: it is known to be wrong; unknown: look again. The sentence says what is
 * missing. */
enum tri chain_signer_proved(const struct chain_limits *limits, const struct chain_facts *facts,
                             char *ret_sentence, size_t size);

#endif
