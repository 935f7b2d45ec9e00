/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_STALLED_H
#define VALIDATOR_KCN_NODE_STALLED_H

/* Connections of kcn that will never become peers. A kcn that accepts one reads the first byte, the
 * kind of node, through a buffer that it then throws away (networks/p2p/rlpx, ConnTypeHandshake of
 * v1.0.3); when the dialler's next message is there already, as it often is where a round trip
 * takes no time or a processor is busy, that is lost. Both then wait for 5 s, in which the
 * dialling kcn does not dial this peer again whatever it is told, and it forgets that it dialled
 * only when told so after them. */

#include <stdbool.h>
#include <stddef.h>

#include "ocf/error.h"
#include "text.h"

struct inet_diag_msg;
struct tcp_info;

/* Whether a connection that is `found` goes to the node of a URL. */
bool stalled_is_to(const struct inet_diag_msg *found, const char *url);

/* Ends the connections from the control group (as systemd names it) to the nodes of these kni URLs
 * on which only that first byte came back, and nothing after it for longer than an answer takes.
 * Returns how many, or a negative errno with a sentence. */
int stalled_end(const char *control_group, const struct text_list *urls, struct ocf_error *err);

#endif
