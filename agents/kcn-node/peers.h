/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_PEERS_H
#define VALIDATOR_KCN_NODE_PEERS_H

/* The peers that a node should have. kcn dials a peer again only 30 s after it last did
 * (networks/p2p/dial.go, dialHistoryExpiration), and the first try after a fail-over is often
 * refused: the other side still holds the dead machine's connection, or kcn itself refuses a
 * validator that it reached before its own consensus had started. Taking the peer off the list and
 * putting it on again makes kcn forget when it dialled. */

#include <jansson.h>

#include "clock.h"
#include "ocf/error.h"
#include "text.h"

/* The most that are dialled in one go. */
#define PEERS_MAX 64

/* Which of the kni URLs in `listed` are neither connected (`peers`, as admin_peers answers) nor the
 * node itself (`own_address`: 0x and 40 hex digits). Appends copies. Pure. */
void peers_missing(const json_t *listed, const json_t *peers, const char *own_address,
                   struct text_list *ret_urls);

/* Has the node at `ipc` dial at once what static-nodes.json names and it is not connected to,
 * and appends those URLs. Returns how many they are, or ipc_call's errors and those of the file. */
int peers_redial(const char *ipc, const char *static_nodes, const struct deadline *deadline,
                 struct text_list *ret_urls, struct ocf_error *err);

/* Ends the connection to one node and dials it again: with five peers or more, a new one makes kcn
 * look at once whether it lacks blocks (node/cn/sync.go). */
int peers_renew(const char *ipc, const char *url, const struct deadline *deadline,
                struct ocf_error *err);

#endif
