/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_SERVER_H
#define VALIDATOR_KEEPER_SERVER_H

#include "keeper/keeper.h"
#include "ocf/error.h"

/* Runs the keeper on libqb's loop until SIGTERM or SIGINT: its socket (systemd's, or one of its own
 * at the usual path when none was passed), the signer's end, Pacemaker's informer and systemd's
 * watchdog. Only root may ask. What is held stays held when it returns. */
int server_run(struct keeper *keeper, struct ocf_error *err);

#endif
