/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ELASTIC_IP_JUDGE_H
#define VALIDATOR_ELASTIC_IP_JUDGE_H

/* All judgement of the agent: facts in, what to do out. No file, no network, no clock, so that a
 * test can go through every combination of facts. */

#include "agents/elastic-ip/address.h"
#include "ocf/error.h"
#include "ocf/exit.h"

struct address_monitor_rules {
        bool probe;
        bool api_wanted; /* check level 10: local proof alone is not enough */
        int64_t grace_ms;
};

/* True when the metadata alone cannot settle a monitor, so that the API must be asked. */
bool address_needs_api(enum address_local local);

/* The answer of a monitor; `err` gets the sentence for every answer but success. */
enum ocf_rc address_judge_monitor(const struct address_facts *facts,
                                  const struct address_monitor_rules *rules, struct ocf_error *err);

enum address_step {
        STEP_DONE,         /* proved: the action has succeeded */
        STEP_ASSOCIATE,    /* let the address come here */
        STEP_DISASSOCIATE, /* give up our association */
        STEP_WAIT,         /* look again in a moment */
        STEP_FAIL,         /* it makes no sense to go on */
};

struct address_progress {
        bool asked;   /* the change was made in this action, and answered as done */
        bool patient; /* witnesses that disagree may still come to agree */
};

/* The next step of a start. `ret_rc` is set with STEP_FAIL. */
enum address_step address_judge_start(const struct address_facts *facts,
                                      const struct address_progress *progress, enum ocf_rc *ret_rc,
                                      struct ocf_error *err);

/* The next step of a stop. It never fails by itself: it waits, and the deadline ends it. */
enum address_step address_judge_stop(const struct address_facts *facts,
                                     const struct address_progress *progress);

#endif
