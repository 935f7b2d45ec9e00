/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_OPTIONS_H
#define VALIDATOR_KCN_NODE_OPTIONS_H

/* What kcn must not be told: options, and variables of its environment, that select another key,
 * another data directory or another socket than this agent judges, or that bring kcn back behind
 * Pacemaker's back (cmd/utils/flags.go and nodeflags.go of kaia v1.0.3). kcn takes each option
 * under several names, after one dash or two, with its value behind '=' or as the next word, and
 * from the environment as KLAYTN_NAME and KAIA_NAME. Pure; a value is never shown, for it may be a
 * key. */

#include "ocf/error.h"

/* Refuses `value`, which a script splits into words without looking for quotes, when one of them is
 * such an option. `whose` is who holds it, for the sentence: "kcnd.conf: ADDITIONAL". -EINVAL with
 * the mend. */
int options_check(const char *whose, const char *value, struct ocf_error *err);

/* The same for each word of a text in whatever notation, such as a command line, and for the names
 * of variables in it. It may name `data_dir`, the directory that is judged, as the node's. */
int options_check_text(const char *whose, const char *text, const char *data_dir,
                       struct ocf_error *err);

/* The same for a variable of kcn's environment by its name, which may be followed by '='. */
int options_check_variable(const char *whose, const char *variable, struct ocf_error *err);

#endif
