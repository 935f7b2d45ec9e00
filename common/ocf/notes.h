/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_NOTES_H
#define VALIDATOR_OCF_NOTES_H

/* What one action leaves for the next: lines in /run, gone with the machine. Only for what can be
 * lost without harm, such as which score was published. */

#include "lines.h"
#include "ocf/agent.h"
#include "ocf/error.h"

#define NOTES_DIR "/run/validator-agents"

/* Empty when there are none, or when they cannot be read. */
void notes_read(const struct ocf_ctx *ctx, struct lines *ret_notes);

int notes_write(const struct ocf_ctx *ctx, const struct lines *notes, struct ocf_error *err);

/* Logs what is wrong, and that it is right again (NULL), when it is not what was logged last under
 * `name`: for a monitor that must not say it by its exit code. */
void notes_log_change(const struct ocf_ctx *ctx, const char *name, const char *sentence);

/* Replaces one line; NULL removes it. */
int notes_set(const struct ocf_ctx *ctx, const char *name, const char *value,
              struct ocf_error *err);

#endif
