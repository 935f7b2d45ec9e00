/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_QUIT_H
#define VALIDATOR_KCN_NODE_QUIT_H

/* kcn's orderly end, and one that hangs. On SIGTERM kcn closes its chain data and only then ends
 * its peers (node/node.go, Stop: the services, then the p2p server, then the lock of DATA_DIR); a
 * peer that is in the middle of a handshake can keep it there for ever (seen with v1.0.3, kcn and
 * kpn). From that moment on SIGKILL loses nothing, and whoever waits for a new signer need not wait
 * for it. */

#include "agents/kcn-node/layout.h"
#include "tri.h"

/* Whether the kcn that has DATA_DIR has chain data open. Unknown when nobody has DATA_DIR, or it
 * cannot be told who, or what that process has open. Yes before the end was asked for and no
 * afterwards: it only hangs. */
enum tri quit_chain_data_open(const struct layout *layout);

#endif
