/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_AGENT_H
#define VALIDATOR_OCF_AGENT_H

/* The frame of every agent. An agent is two tables (parameters, actions) and OCF_AGENT_MAIN; the
 * frame finds the action, reads the environment, loads and checks the parameters, sets the one
 * deadline, runs the action and prints its one exit reason. meta-data, usage, validate-all and the
 * man page come from the tables alone. */

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "ocf/env.h"
#include "ocf/error.h"
#include "ocf/exit.h"
#include "ocf/param.h"

struct ocf_ctx {
        const struct ocf_agent *agent;
        const struct ocf_action *action;
        struct ocf_env env;
        void *params; /* the agent's own struct, filled */
        struct deadline deadline;
        struct ocf_error err;
};

enum ocf_strictness {
        OCF_STRICT,  /* a bad parameter ends the action with "not configured" */
        OCF_LENIENT, /* stop, demote: go on with defaults, so that a stop never fails for a typo */
        OCF_LENIENT_PROBE, /* monitor: lenient when it is a probe, strict when it recurs */
};

struct ocf_action {
        const char *name;
        const char *role;    /* meta-data only: "Promoted", "Unpromoted" or NULL */
        uint64_t timeout_s;  /* advertised; also the deadline by hand */
        uint64_t interval_s; /* advertised for monitors */
        uint64_t depth;      /* monitors: OCF_CHECK_LEVEL of this row */
        enum ocf_strictness strict;
        enum ocf_rc (*run)(struct ocf_ctx *ctx);
};

struct ocf_agent {
        const char *name;
        const char *brief;
        const char *help;                 /* paragraphs, separated by an empty line */
        const char *example;              /* crm shell lines for the man page */
        const struct ocf_param *params;   /* ends with a row without a name */
        const struct ocf_action *actions; /* the same; the frame adds meta-data and validate-all */
        size_t params_size;               /* sizeof the struct that the rows point into */
        /* What the table cannot say about the parameters. Pure: no file, no network. */
        int (*check)(const void *params, struct ocf_error *err);
        /* validate-all at check level 10: does this host fit? May be NULL. */
        int (*check_host)(struct ocf_ctx *ctx);
};

int ocf_agent_main(const struct ocf_agent *agent, int argc, char **argv);

/* Puts the sentence for the operator and gives `rc` back: for answers such as 7 and 191 too. */
enum ocf_rc ocf_answer(struct ocf_ctx *ctx, enum ocf_rc rc, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* True when Pacemaker asks what is there, rather than checks what it knows. */
bool ocf_is_probe(const struct ocf_ctx *ctx);

#define OCF_AGENT_MAIN(agent)                                \
        int main(int argc, char **argv)                      \
        {                                                    \
                return ocf_agent_main(&(agent), argc, argv); \
        }

#endif
