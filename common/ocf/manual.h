/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_MANUAL_H
#define VALIDATOR_OCF_MANUAL_H

#include <stdio.h>

struct ocf_agent;
struct ocf_param;

/* The agent's man page (7) as roff on stdout, from its tables; returns an exit code. */
int ocf_manual_print(const struct ocf_agent *agent);

/* The rows as tagged paragraphs, also for a configuration file's page. */
void ocf_manual_params(const struct ocf_param *params);

/* One line for each action. */
int ocf_usage_print(const struct ocf_agent *agent, FILE *out);

#endif
