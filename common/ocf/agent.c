/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/agent.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ocf/cluster.h"
#include "ocf/log.h"
#include "ocf/manual.h"
#include "ocf/metadata.h"
#include "own.h"
#include "text.h"

#define MARGIN_MAX_MS 1000
#define WITHDRAW_MS (MARGIN_MAX_MS / 2)
#define HOST_CHECK_LEVEL 10
#define VALIDATE_TIMEOUT_S 20

enum ocf_rc ocf_answer(struct ocf_ctx *ctx, enum ocf_rc rc, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        (void)ocf_vfail(&ctx->err, 0, format, args);
        va_end(args);
        return rc;
}

bool ocf_is_probe(const struct ocf_ctx *ctx)
{
        return ctx->env.interval_ms == 0 && text_equal(ctx->action->name, "monitor");
}

static enum ocf_rc agent_validate(struct ocf_ctx *ctx)
{
        int r;

        if (ctx->env.check_level < HOST_CHECK_LEVEL || !ctx->agent->check_host)
                return OCF_SUCCESS;
        r = ctx->agent->check_host(ctx);
        /* A missing permission has its own code; here it moves nothing. */
        return r == -EACCES || r == -EPERM ? OCF_ERR_PERM : ocf_rc_from_host(r);
}

static const struct ocf_action validate_all = {
        .name = "validate-all",
        .timeout_s = VALIDATE_TIMEOUT_S,
        .strict = OCF_STRICT,
        .run = agent_validate,
};

static const struct ocf_action *action_find(const struct ocf_agent *agent, const char *name)
{
        for (const struct ocf_action *row = agent->actions; row->name; row++)
                if (strcmp(row->name, name) == 0)
                        return row;
        return strcmp(validate_all.name, name) == 0 ? &validate_all : NULL;
}

/* Pacemaker kills the process group at its timeout without a word, so the action ends a little
 * earlier and says why (lib/services/services_linux.c). */
static struct deadline action_deadline(const struct ocf_ctx *ctx)
{
        uint64_t all = ctx->env.timeout_ms ? ctx->env.timeout_ms : ctx->action->timeout_s * 1000;
        uint64_t margin = all / 10 < MARGIN_MAX_MS ? all / 10 : MARGIN_MAX_MS;
        uint64_t most = all - margin;

        return deadline_in(most < INT64_MAX ? (int64_t)most : INT64_MAX);
}

static bool action_is_lenient(const struct ocf_ctx *ctx)
{
        if (ctx->action->strict == OCF_LENIENT_PROBE)
                return ocf_is_probe(ctx);
        return ctx->action->strict == OCF_LENIENT;
}

static enum ocf_rc action_run(struct ocf_ctx *ctx)
{
        bool lenient = action_is_lenient(ctx);
        int r = ocf_params_load(ctx->agent->params, ctx->params, lenient, &ctx->err);

        if (r >= 0 && ctx->agent->check && !lenient)
                r = ctx->agent->check(ctx->params, &ctx->err);
        if (r < 0)
                return ocf_rc_from(r);
        if (ocf_error_set(&ctx->err))
                ocf_log_warning("%s goes on with defaults: %s", ctx->action->name,
                                ctx->err.sentence);
        ocf_error_clear(&ctx->err);
        return ctx->action->run(ctx);
}

static void action_finish(const struct ocf_ctx *ctx, enum ocf_rc rc, int64_t began_ms)
{
        bool calm = strcmp(ctx->action->name, "monitor") == 0 &&
                    (rc == OCF_SUCCESS || rc == OCF_NOT_RUNNING || rc == OCF_RUNNING_PROMOTED);
        bool say = rc != OCF_SUCCESS && rc != OCF_RUNNING_PROMOTED && ocf_error_set(&ctx->err);
        struct ocf_error reason;

        ocf_log_result(calm, "%s %s: %s in %" PRId64 " ms%s%s", ctx->env.instance,
                       ctx->action->name, ocf_rc_name(rc), clock_now_ms() - began_ms,
                       say ? ": " : "", say ? ctx->err.sentence : "");
        if (say) {
                ocf_error_reason(&ctx->err, &reason);
                (void)fprintf(stderr, "%s%s\n", ctx->env.reason_prefix, reason.sentence);
        }
}

/* A promote that fails has no score any more before that is known, or Pacemaker would choose this
 * node again at once. One that used up its time has what is left until Pacemaker's own limit. */
static void score_withdraw(const struct ocf_ctx *ctx)
{
        struct ocf_ctx last = *ctx;
        struct ocf_error err = {0};

        if (strcmp(ctx->action->name, "promote") != 0)
                return;
        if (deadline_left_ms(&last.deadline) < WITHDRAW_MS)
                last.deadline = deadline_in(WITHDRAW_MS);
        if (cluster_publish_score(&last, NULL, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

static int action_main(const struct ocf_agent *agent, const struct ocf_action *action)
{
        OWN_TEXT void *params = mem_zero(agent->params_size);
        struct ocf_ctx ctx = {
                .agent = agent, .action = action, .env = ocf_env_load(), .params = params};
        int64_t began_ms = clock_now_ms();
        enum ocf_rc rc;

        (void)umask(077);
        ctx.deadline = action_deadline(&ctx);
        ocf_log_open(agent->name, ctx.env.log_facility, ctx.env.trace);
        rc = action_run(&ctx);
        if (rc != OCF_SUCCESS)
                score_withdraw(&ctx);
        action_finish(&ctx, rc, began_ms);
        ocf_log_close();
        return rc;
}

/* Half a document is none: what could not be written is a failure. */
static int agent_printed(int rc)
{
        return fflush(stdout) == 0 ? rc : OCF_ERR_GENERIC;
}

int ocf_agent_main(const struct ocf_agent *agent, int argc, char **argv)
{
        const char *name = argc > 1 ? argv[1] : "";
        const struct ocf_action *action;

        if (strcmp(name, "meta-data") == 0)
                return agent_printed(ocf_metadata_print(agent));
        if (strcmp(name, "usage") == 0 || strcmp(name, "help") == 0)
                return agent_printed(ocf_usage_print(agent, stdout));
        if (strcmp(name, "--man") == 0)
                return agent_printed(ocf_manual_print(agent));

        action = action_find(agent, name);
        if (!action) {
                (void)ocf_usage_print(agent, stderr);
                (void)fprintf(stderr, "%sthe action '%s' is not one of %s\n",
                              ocf_env_load().reason_prefix, name, agent->name);
                return *name ? OCF_ERR_UNIMPLEMENTED : OCF_ERR_ARGS;
        }
        return action_main(agent, action);
}
