/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_PARAMS_H
#define VALIDATOR_KCN_NODE_PARAMS_H

#include <stdint.h>

enum kcn_on_halt { KCN_HALT_WAIT, KCN_HALT_TAKE };

/* What the operator gives kcn-node; the rows are in main.c. */
struct kcn_params {
        const char *identity;
        const char *unit;
        const char *config;
        const char *pn;        /* kni URLs, separated by blanks or commas */
        const char *reference; /* HTTP URLs, the same */
        uint64_t max_lag;
        uint64_t max_head_age_s;
        uint64_t missed_turns;
        uint64_t handover_wait_s;
        uint64_t catch_up_s;
        uint64_t stop_wait_s;
        uint64_t halt_s;
        int on_halt; /* enum kcn_on_halt */
};

#endif
