/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_EXIT_H
#define VALIDATOR_OCF_EXIT_H

/* An action's answer to Pacemaker (OCF resource agent API 1.1; 190 and 191 are Pacemaker's, see
 * enum ocf_exitcode of its crm/common/results.h). */

enum ocf_rc {
        OCF_SUCCESS = 0,
        OCF_ERR_GENERIC = 1,
        OCF_ERR_ARGS = 2,
        OCF_ERR_UNIMPLEMENTED = 3,
        OCF_ERR_PERM = 4,
        OCF_ERR_INSTALLED = 5,
        OCF_ERR_CONFIGURED = 6,
        OCF_NOT_RUNNING = 7,
        OCF_RUNNING_PROMOTED = 8,
        OCF_FAILED_PROMOTED = 9,
        OCF_DEGRADED = 190,
        OCF_DEGRADED_PROMOTED = 191,
};

/* The answer for a helper's result: 0 or positive is success; -EINVAL is "configured" and -EPERM
 * and -EACCES "permission", which keep the resource off this node or everywhere, so helpers use
 * them for the operator's own mistakes only; everything else, unknown included, is the soft generic
 * error. */
enum ocf_rc ocf_rc_from(int r);

/* What the machine's own state makes of an action that failed: -EINVAL, a mistake in its files or
 * units, is "not installed", which keeps the resource off this node only. "Configured" would stop
 * it on every node, and with it a healthy signer elsewhere. Everything else is the soft error. */
enum ocf_rc ocf_rc_from_host(int r);

/* "not running" and the like, for logs and tests. */
const char *ocf_rc_name(enum ocf_rc rc);

#endif
