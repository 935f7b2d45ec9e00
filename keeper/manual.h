/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_MANUAL_H
#define VALIDATOR_KEEPER_MANUAL_H

#include <stdio.h>

void keeper_usage_print(FILE *out);

/* validator-keeper(8) and validator-keeper.conf(5), as roff on stdout. */
void keeper_manual_print(void);
void keeper_manual_config_print(void);

#endif
