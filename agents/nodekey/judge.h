/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_NODEKEY_JUDGE_H
#define VALIDATOR_NODEKEY_JUDGE_H

/* The judging of the seat's resource. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "ocf/exit.h"
#include "tri.h"

struct nodekey_facts {
        enum tri answers;         /* the keeper */
        enum tri held;            /* says the keeper */
        enum tri left_over;       /* something of a holding lies on this machine, keeper or not */
        enum tri right;           /* the files: there, closed to others, giving the address */
        enum tri address_matches; /* the keeper's configuration and the parameter */
        uint64_t epoch;           /* the keeper's */
        uint64_t started_epoch;   /* that start noted; 0: none noted */
        enum tri fences;          /* stonith-enabled */
        enum tri quorate;         /* no-quorum-policy is another than ignore */
        enum tri by_fencing;      /* the authority is fencing; unknown counts as if it were */
        enum tri gated;           /* with a lease: the kernel's gate stands */
        bool accepted_risk;
};

/* May the seat be taken? OCF_SUCCESS, or a refusal with its sentence (a constant). */
enum ocf_rc nodekey_start_judge(const struct nodekey_facts *facts, const char **ret_sentence);

/* What a seat that may be taken so is worth: docs/safety.md in one sentence (a constant). */
const char *nodekey_promise(const struct nodekey_facts *facts);

/* The answer of monitor, and of a probe. The sentence is a constant, NULL when there is none. */
enum ocf_rc nodekey_monitor_judge(const struct nodekey_facts *facts, bool probe,
                                  const char **ret_sentence);

/* A stop without a keeper: only where nothing is left, or what was left was ended, is it proved. */
enum ocf_rc nodekey_stop_judge(const struct nodekey_facts *facts, const char **ret_sentence);

#endif
