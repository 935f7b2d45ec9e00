/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_KCND_CONF_H
#define VALIDATOR_KCN_NODE_KCND_CONF_H

/* kcnd.conf as the packaged kcnd script reads it (build/packaging/linux/conf/kcnd.conf of kaia
 * v1.0.3), and what in it cannot stand beside a cluster. */

#include "assignments.h"
#include "ocf/error.h"

struct kcnd_conf {
        struct assignments lines; /* owns the texts */
        const char *data_dir;
        const char *log_dir;
        const char *rewardbase;
        const char *network;
        const char *network_id;
        const char *port;
        const char *subport;
        const char *multichannel;
        const char *rpc_port;
        const char *auto_restart;
        const char *auto_restart_node;
        const char *bin; /* NULL: the script runs the kcn beside itself */
};

/* Reads the file; absent keys are "", but for BIN. Errors as assignments_read's, and -EINVAL when
 * DATA_DIR is missing or one of these keys is not plain. Release in every case. */
int kcnd_conf_read(struct kcnd_conf *ret_conf, const char *path, struct ocf_error *err);

void kcnd_conf_release(struct kcnd_conf *conf);

/* Refuses what would start a signer behind Pacemaker's back (AUTO_RESTART, AUTO_RESTART_NODE), and
 * what would give kcn another key, directory or socket than the file's DATA_DIR says: an option in
 * any value (options.h), and a value that only a shell could work out. Pure. -EINVAL with the mend.
 */
int kcnd_conf_check(const struct kcnd_conf *conf, struct ocf_error *err);

/* The same of NAME=VALUE in the environment in which the script runs: kcn takes options from it,
 * and the script what the file does not set. `whose` says where it comes from. */
int kcnd_conf_check_variable(const struct kcnd_conf *conf, const char *whose, const char *variable,
                             struct ocf_error *err);

/* What must be the same on all nodes of a seat, as one line; the caller frees. */
char *kcnd_conf_digest(const struct kcnd_conf *conf);

/* Compares two such lines by the names that both have. The names that differ, with both values, or
 * NULL when none do; the caller frees. */
char *kcnd_conf_differences(const char *here, const char *there);

#endif
