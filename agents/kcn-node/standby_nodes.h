/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_STANDBY_NODES_H
#define VALIDATOR_KCN_NODE_STANDBY_NODES_H

/* What a standby dials: the proxy nodes alone. Validators take a CN that is not in the council for
 * a moment and then end the connection; kcn v1.0.3 begins to fetch blocks from one of them in that
 * moment, and waits a minute for its answer, again and again (docs/cluster.md).
 *
 * kcn takes DATA_DIR/static-nodes.json before DATA_DIR/klay/static-nodes.json (node/config.go
 * ResolvePath). The first is made a link to a list in /run while a standby runs: the operator's own
 * file stays as it is, and after a power loss the link leads nowhere, which kcn passes over. */

#include <stdbool.h>

#include "agents/kcn-node/layout.h"
#include "text.h"

/* Whether kcn, started now, dials by the standby's list. */
bool standby_nodes_in_use(const struct layout *layout);

/* Puts the list in place. Nothing is done without any `pn`, or where the operator has a file of his
 * own under that name. */
int standby_nodes_place(const struct layout *layout, const struct text_list *pn,
                        struct ocf_error *err);

/* Before the seat's identity runs, and when nothing does. */
int standby_nodes_remove(const struct layout *layout, struct ocf_error *err);

#endif
