/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_RUIN_H
#define VALIDATOR_KCN_NODE_RUIN_H

/* Chain data that kcn cannot open any more. After a kill -9 it repairs by going back to the last
 * state on disk, which gcmode=full writes every 128 blocks only; if there is none it gives up with
 * "rewound to block number 0, but repair failed" (blockchain/blockchain.go). Then only a new copy
 * helps, and starting it again and again does not. */

#include <stdbool.h>
#include <stddef.h>

#include "ocf/agent.h"
#include "tri.h"

/* Where a log ends now, so that what a start adds can be told apart. 0 when there is none. */
size_t ruin_log_mark(const char *log);

/* Looks at what was logged since the mark. True with a sentence when the chain data is ruined;
 * false with kcn's last complaint as the sentence when there is one. */
bool ruin_log_judge(const char *log, size_t mark, struct ocf_error *err);

/* Whether the end of the log holds the text. */
bool ruin_log_says(const char *log, const char *text);

/* Notes, beyond a reboot, that this very copy of the chain data is ruined. */
int ruin_note(const struct ocf_ctx *ctx, const char *chaindata, struct ocf_error *err);

/* Whether that was noted; another copy, also one restored into the same directory, is not ruined.
 */
enum tri ruin_known(const struct ocf_ctx *ctx, const char *chaindata);

#endif
