/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/run.h"

#include <errno.h>
#include <unistd.h>

#include "agents/kcn-node/check.h"
#include "agents/kcn-node/node.h"
#include "chain/engine.h"
#include "own.h"

static struct validator validator_of(struct kcn_node *node)
{
        const struct kcn_params *params = node->params;

        return (struct validator){
                .driver = &kcn_driver,
                .ctx = node->ctx,
                .limits = {.max_lag = params->max_lag,
                           .max_head_age_s = params->max_head_age_s,
                           .missed_turns = params->missed_turns},
                .catch_up_s = params->catch_up_s,
                .handover_wait_s = params->handover_wait_s,
                .node = node,
        };
}

static enum ocf_rc run(struct ocf_ctx *ctx, enum ocf_rc (*action)(struct validator *validator),
                       bool starts)
{
        OWN(kcn_node_release) struct kcn_node node;
        struct validator validator;
        int r = kcn_node_open(&node, ctx);

        if (r >= 0 && starts)
                r = kcn_check_before_start(&node);
        if (r < 0)
                return ocf_rc_from(r);
        validator = validator_of(&node);
        return action(&validator);
}

/* Without kcnd.conf there never was a node here that this agent could have started. */
static bool never_installed(const struct ocf_ctx *ctx)
{
        const struct kcn_params *params = ctx->params;

        return !params->identity || (access(params->config, F_OK) < 0 && errno == ENOENT);
}

enum ocf_rc kcn_run_start(struct ocf_ctx *ctx)
{
        const struct kcn_params *params = ctx->params;

        if (access(params->config, F_OK) < 0 && errno == ENOENT)
                return ocf_answer(ctx, OCF_ERR_INSTALLED,
                                  "'%s' is not there: install the node's package on this machine, "
                                  "or set the parameter config",
                                  params->config);
        return run(ctx, chain_start, true);
}

enum ocf_rc kcn_run_stop(struct ocf_ctx *ctx)
{
        return never_installed(ctx) ? OCF_SUCCESS : run(ctx, chain_stop, false);
}

enum ocf_rc kcn_run_promote(struct ocf_ctx *ctx)
{
        return run(ctx, chain_promote, true);
}

enum ocf_rc kcn_run_demote(struct ocf_ctx *ctx)
{
        return run(ctx, chain_demote, false);
}

/* A standby whose configuration differs from another node's follows the chain well, but would be
 * another signer than the one that it replaces. */
static enum ocf_rc monitor_and_compare(struct validator *validator)
{
        enum ocf_rc rc = chain_monitor(validator);

        if (ocf_is_probe(validator->ctx) || (rc != OCF_SUCCESS && rc != OCF_RUNNING_PROMOTED))
                return rc;
        ocf_error_clear(&validator->ctx->err);
        if (kcn_compare_nodes(validator->node) == 0)
                return rc;
        return rc == OCF_SUCCESS ? OCF_DEGRADED : OCF_DEGRADED_PROMOTED;
}

enum ocf_rc kcn_run_monitor(struct ocf_ctx *ctx)
{
        if (never_installed(ctx))
                return OCF_NOT_RUNNING;
        return run(ctx, monitor_and_compare, false);
}

/* Every action reads its parameters anew. */
enum ocf_rc kcn_run_reload(struct ocf_ctx *ctx)
{
        (void)ctx;
        return OCF_SUCCESS;
}
