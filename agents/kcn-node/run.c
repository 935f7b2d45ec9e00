/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/run.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "agents/kcn-node/check.h"
#include "agents/kcn-node/node.h"
#include "chain/engine.h"
#include "ocf/notes.h"
#include "own.h"

/* How often a monitor compares kcnd.conf with the other nodes', which costs two processes. */
#define COMPARE_MS 60000

static struct validator validator_of(struct kcn_node *node)
{
        const struct kcn_params *params = node->params;

        return (struct validator){
                .driver = &kcn_driver,
                .ctx = node->ctx,
                .identity = params->identity,
                .limits = {.max_lag = params->max_lag,
                           .max_head_age_s = params->max_head_age_s,
                           .missed_turns = params->missed_turns,
                           .halt_s = params->halt_s,
                           .takes_on_halt = params->on_halt == KCN_HALT_TAKE},
                .catch_up_s = params->catch_up_s,
                .handover_wait_s = params->handover_wait_s,
                .node = node,
        };
}

/* Start and promote: this machine must be fit. What is wrong with its files keeps the resource off
 * this node only. */
static enum ocf_rc run_strict(struct ocf_ctx *ctx, enum ocf_rc (*action)(struct validator *))
{
        OWN(kcn_node_release) struct kcn_node node;
        struct validator validator;
        int r = kcn_node_open(&node, ctx, false);

        if (r >= 0)
                r = kcn_check_before_start(&node);
        if (r < 0)
                return ocf_rc_from_host(r);
        validator = validator_of(&node);
        return action(&validator);
}

/* The others go on with what is known. */
static enum ocf_rc run_lenient(struct ocf_ctx *ctx, enum ocf_rc (*action)(struct validator *))
{
        OWN(kcn_node_release) struct kcn_node node;
        struct validator validator;

        if (kcn_node_open(&node, ctx, true) < 0)
                return OCF_ERR_GENERIC;
        validator = validator_of(&node);
        return action(&validator);
}

/* Without kcnd.conf, and without a note of one, this agent never started a node here. */
static bool never_installed(const struct ocf_ctx *ctx)
{
        const struct kcn_params *params = ctx->params;
        struct lines notes;
        char noted[512];

        if (!params->identity)
                return true;
        if (access(params->config, F_OK) == 0 || errno != ENOENT)
                return false;
        notes_read(ctx, &notes);
        return !lines_get(&notes, "data_dir", noted, sizeof noted);
}

enum ocf_rc kcn_run_start(struct ocf_ctx *ctx)
{
        const struct kcn_params *params = ctx->params;

        if (access(params->config, F_OK) < 0 && errno == ENOENT)
                return ocf_answer(ctx, OCF_ERR_INSTALLED,
                                  "'%s' is not there: install the node's package on this machine, "
                                  "or set the parameter config",
                                  params->config);
        return run_strict(ctx, chain_start);
}

enum ocf_rc kcn_run_stop(struct ocf_ctx *ctx)
{
        return never_installed(ctx) ? OCF_SUCCESS : run_lenient(ctx, chain_stop);
}

/* A standby that runs elsewhere than kcnd.conf says now would not come up there. */
static enum ocf_rc promote_unmoved(struct validator *validator)
{
        if (kcn_node_check_moved(validator->node) < 0)
                return OCF_ERR_GENERIC;
        return chain_promote(validator);
}

enum ocf_rc kcn_run_promote(struct ocf_ctx *ctx)
{
        return run_strict(ctx, promote_unmoved);
}

enum ocf_rc kcn_run_demote(struct ocf_ctx *ctx)
{
        return run_lenient(ctx, chain_demote);
}

/* Compares at most once a minute; between, what was found then still holds. Returns whether the
 * context's error has the sentence. */
static bool nodes_differ(struct kcn_node *node)
{
        struct ocf_ctx *ctx = node->ctx;
        char sentence[400], now[24];
        struct lines notes;

        notes_read(ctx, &notes);
        if (clock_now_ms() - (int64_t)lines_get_u64(&notes, "compared_at_ms", 0) < COMPARE_MS) {
                if (lines_get(&notes, "differs", sentence, sizeof sentence))
                        ocf_say(&ctx->err, "%s", sentence);
                return ocf_error_set(&ctx->err);
        }
        (void)kcn_compare_nodes(node);
        (void)snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
        (void)notes_set(ctx, "compared_at_ms", now, NULL);
        (void)notes_set(ctx, "differs", ocf_error_set(&ctx->err) ? ctx->err.sentence : NULL, NULL);
        return ocf_error_set(&ctx->err);
}

/* A node whose configuration cannot be read again, or differs from another node's, works now and
 * may be no fit successor: the signer is degraded, so that somebody looks, and each node logs it.
 */
static enum ocf_rc monitor_configuration(struct kcn_node *node, enum ocf_rc rc)
{
        struct ocf_ctx *ctx = node->ctx;

        bool wrong = true;

        ocf_error_clear(&ctx->err);
        if (ocf_error_set(&node->fault))
                ocf_say(&ctx->err, "%s", node->fault.sentence);
        else
                wrong = nodes_differ(node);
        notes_log_change(ctx, "configuration", wrong ? ctx->err.sentence : NULL);
        if (!wrong || rc == OCF_SUCCESS) /* a standby's monitor says nothing by its exit code */
                return rc;
        return OCF_DEGRADED_PROMOTED;
}

/* A stopped node is stopped, but one that has the seat's key as its own is told of at once. */
static enum ocf_rc monitor_stopped(struct kcn_node *node, enum ocf_rc rc)
{
        struct ocf_error found = {0};

        if (*node->seat_address &&
            layout_check_own(&node->layout, node->seat_address, &found) < 0) {
                ocf_error_clear(&node->ctx->err);
                ocf_say(&node->ctx->err, "%s", found.sentence);
        }
        return rc;
}

static enum ocf_rc monitor_all(struct validator *validator)
{
        struct kcn_node *node = validator->node;
        enum ocf_rc rc = chain_monitor(validator);

        if (rc == OCF_NOT_RUNNING)
                return monitor_stopped(node, rc);
        if (ocf_is_probe(validator->ctx) || (rc != OCF_SUCCESS && rc != OCF_RUNNING_PROMOTED))
                return rc;
        return monitor_configuration(node, rc);
}

enum ocf_rc kcn_run_monitor(struct ocf_ctx *ctx)
{
        return never_installed(ctx) ? OCF_NOT_RUNNING : run_lenient(ctx, monitor_all);
}

/* Every action reads its parameters anew. */
enum ocf_rc kcn_run_reload(struct ocf_ctx *ctx)
{
        (void)ctx;
        return OCF_SUCCESS;
}
