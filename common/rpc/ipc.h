/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_RPC_IPC_H
#define VALIDATOR_RPC_IPC_H

/* JSON-RPC over a node's unix socket (klay.ipc): the request is one JSON document, and so is the
 * reply; its end is the document's own. */

#include "clock.h"
#include "rpc/json_rpc.h"

/* Sends the calls as one batch and takes the reply. -ECONNREFUSED or -ENOENT: nothing listens
 * there; -ETIMEDOUT; -EMSGSIZE: more than RPC_REPLY_MAX; -EPROTO. Each with a sentence; on success
 * the calls say how each went. */
int ipc_call(const char *path, struct rpc_call *calls, size_t count,
             const struct deadline *deadline, struct ocf_error *err);

#endif
