/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_PUBLISH_H
#define VALIDATOR_CHAIN_PUBLISH_H

/* What the cluster is told about a node beside an action's answer. That it cannot be told is logged
 * and is no failure of the action. */

#include "chain/driver.h"
#include "chain/role.h"

void chain_publish_score(struct validator *validator, enum chain_score score);

/* How the standby stands beside the references (chain_sync_name), in the attribute sync-IDENTITY;
 * NULL where no standby runs. */
void chain_publish_sync(struct validator *validator, const char *sync);

/* Whether another node says so of itself. */
bool chain_others_in_sync(struct validator *validator);

#endif
