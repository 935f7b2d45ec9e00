/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_TOLD_H
#define VALIDATOR_KCN_NODE_TOLD_H

#include "agents/kcn-node/node.h"

/* Refuses what the unit's ExecStart=, Environment= and EnvironmentFile= would tell kcn of another
 * key or place, and a kcnd.conf whose BIN holds no kcn. What a file says when the node starts, and
 * what systemd itself hands on, kcn-may-start judges. -EINVAL with the mend; the errors of the bus.
 */
int kcn_check_told(struct kcn_node *node);

#endif
