/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/nodekey/actions.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agents/nodekey/judge.h"
#include "agents/nodekey/observe.h"
#include "agents/nodekey/params.h"
#include "clock.h"
#include "ocf/cluster.h"
#include "ocf/log.h"
#include "ocf/notes.h"
#include "own.h"
#include "parse.h"
#include "process/spawn.h"
#include "seat/summary.h"
#include "text.h"

/* A keeper that hangs is ended by systemd's watchdog after 5 s, and its successor goes on with a
 * signer that still runs; a stop asks again. */
enum { ANSWER_MS = 10000, STOP_ANSWER_MS = 2000 };

enum { ACQUIRE_AGAIN_MS = 50, LOSE_AGAIN_MS = 200, LOSE_MS = 1000, SUMMARY_MS = 1000 };

/* A sentence of the judge stands before one that observing left. */
static enum ocf_rc verdict_answer(struct ocf_ctx *ctx, enum ocf_rc rc, const char *sentence)
{
        if (sentence) {
                ocf_error_clear(&ctx->err);
                return ocf_answer(ctx, rc, "%s", sentence);
        }
        return rc;
}

/* For people: crm_mon -A shows it for each node. No action fails for it. */
static enum ocf_rc summary_publish(struct ocf_ctx *ctx, enum ocf_rc rc)
{
        struct deadline deadline = deadline_cap(&ctx->deadline, SUMMARY_MS);
        const char *identity = nodekey_identity(ctx);
        char text[SEAT_SUMMARY_SIZE];
        struct seat_view view;

        if (!identity || !ctx->env.in_cluster)
                return rc;

        OWN_TEXT char *name = text_format("seat-%s", identity);
        int r = seat_status(identity, &deadline, &view, NULL);

        seat_summarize(r < 0 ? NULL : &view, text);
        (void)cluster_publish_attribute(ctx, name, text, NULL);
        return rc;
}

static int epoch_note(struct ocf_ctx *ctx, const struct lines *answer_lines)
{
        char epoch[24];

        (void)snprintf(epoch, sizeof epoch, "%" PRIu64, lines_get_u64(answer_lines, "epoch", 0));
        return notes_set(ctx, "epoch", epoch, &ctx->err);
}

/* Under a lease the keeper answers at once, and says what it waits for while the seat is another's:
 * at most the takeover time, or as long as the authority is silent. */
static int seat_acquire_wait(struct ocf_ctx *ctx, struct lines *ret_reply)
{
        const struct nodekey_params *params = ctx->params;
        char pending[480];
        struct lines request;
        int r;

        seat_request(&request, "acquire");
        (void)lines_put(&request, "address", "%s", params->address);
        for (;;) {
                r = seat_ask(params->identity, &request, ret_reply, &ctx->deadline, &ctx->err);
                if (r < 0 || !lines_get(ret_reply, "pending", pending, sizeof pending))
                        return r;
                (void)clock_wait_fd(&ctx->deadline, -1, ACQUIRE_AGAIN_MS);
                if (deadline_passed(&ctx->deadline))
                        return ocf_fail(&ctx->err, -ETIMEDOUT, "%s", pending);
        }
}

enum ocf_rc nodekey_start(struct ocf_ctx *ctx)
{
        struct lines reply;
        struct nodekey_facts facts;
        const char *sentence;
        enum ocf_rc rc;
        int r;

        nodekey_observe(ctx, ANSWER_MS, &facts);
        nodekey_observe_cluster(ctx, &facts);
        rc = nodekey_start_judge(&facts, &sentence);
        if (rc != OCF_SUCCESS)
                return verdict_answer(ctx, rc, sentence);

        ocf_error_clear(&ctx->err);
        r = nodekey_note_start(ctx, &ctx->err);
        if (r >= 0)
                r = seat_acquire_wait(ctx, &reply);
        if (r >= 0)
                r = epoch_note(ctx, &reply);
        return summary_publish(ctx, r < 0 ? OCF_ERR_GENERIC : OCF_SUCCESS);
}

/* A process that dies slowly is waited for here, not in the keeper. */
static int seat_lose_wait(struct ocf_ctx *ctx)
{
        const struct nodekey_params *params = ctx->params;

        for (;;) {
                int r = seat_tell(params->identity, "lose", &ctx->deadline, &ctx->err);

                if (r != -EAGAIN || deadline_left_ms(&ctx->deadline) <= LOSE_MS)
                        return r;
                (void)clock_wait_fd(&ctx->deadline, -1, LOSE_AGAIN_MS);
                ocf_error_clear(&ctx->err);
        }
}

/* The keeper's own program ends what a keeper left that does not answer; it refuses while one runs.
 */
static int remains_clear(const struct ocf_ctx *ctx, const char *identity, struct ocf_error *err)
{
        const char *const argv[] = {SBINDIR "/validator-keeper", "--clear", identity, NULL};
        const struct spawn_request request = {.argv = argv};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        int r = spawn_run(&request, &ctx->deadline, &result, err);

        if (r < 0 || result.exit_code == 0)
                return r;
        return ocf_fail(err, -EIO, "%.*s", (int)strcspn(result.err, "\n"), result.err);
}

/* A keeper that does not come back must not hold the seat here; one that comes back is asked. */
static void observe_for_stop(struct ocf_ctx *ctx, struct nodekey_facts *ret_facts)
{
        const char *identity = nodekey_identity(ctx);

        for (;;) {
                struct ocf_error why = {0};

                nodekey_observe(ctx, STOP_ANSWER_MS, ret_facts);
                if (!identity || ret_facts->answers == TRI_YES || ret_facts->left_over == TRI_NO)
                        return;
                if (remains_clear(ctx, identity, &why) >= 0) {
                        ocf_log_warning("%s; what it left was ended without it", ctx->err.sentence);
                        ret_facts->left_over = nodekey_left_over(identity);
                        return;
                }
                ocf_log_warning("%s", why.sentence);
                if (deadline_left_ms(&ctx->deadline) <= LOSE_MS)
                        return;
                (void)clock_wait_fd(&ctx->deadline, -1, LOSE_AGAIN_MS);
                ocf_error_clear(&ctx->err);
        }
}

enum ocf_rc nodekey_stop(struct ocf_ctx *ctx)
{
        struct nodekey_facts facts;
        const char *sentence;
        enum ocf_rc rc;

        observe_for_stop(ctx, &facts);
        rc = nodekey_stop_judge(&facts, &sentence);
        if (rc != OCF_SUCCESS)
                return verdict_answer(ctx, rc, sentence);

        ocf_error_clear(&ctx->err);
        if (facts.answers == TRI_YES && seat_lose_wait(ctx) < 0)
                return OCF_ERR_GENERIC;
        nodekey_note_stop(ctx);
        return summary_publish(ctx, OCF_SUCCESS);
}

enum ocf_rc nodekey_monitor(struct ocf_ctx *ctx)
{
        struct nodekey_facts facts;
        const char *sentence;
        enum ocf_rc rc;

        nodekey_observe(ctx, ANSWER_MS, &facts);
        rc = nodekey_monitor_judge(&facts, ocf_is_probe(ctx), &sentence);
        return summary_publish(ctx, verdict_answer(ctx, rc, sentence));
}

int nodekey_check(const void *params, struct ocf_error *err)
{
        const struct nodekey_params *has = params;
        uint8_t bytes[20];

        if (!text_starts(has->address, "0x") ||
            parse_hex_bytes(has->address + 2, strlen(has->address + 2), bytes, sizeof bytes) < 0)
                return ocf_fail(err, -EINVAL,
                                "parameter address is '%.60s', but must be 0x and 40 hex digits",
                                has->address);
        return seat_identity_check(has->identity, err);
}

/* The files in the source, which the keeper alone reads. */
static int key_check(struct ocf_ctx *ctx)
{
        const struct nodekey_params *params = ctx->params;
        int r;

        ocf_error_clear(&ctx->err);
        r = seat_tell(params->identity, "check", &ctx->deadline, &ctx->err);
        return r == -EPERM ? -EINVAL : r;
}

int nodekey_check_host(struct ocf_ctx *ctx)
{
        struct nodekey_facts facts;
        const char *sentence;
        enum ocf_rc rc;

        nodekey_observe(ctx, ANSWER_MS, &facts);
        nodekey_observe_cluster(ctx, &facts);
        rc = nodekey_start_judge(&facts, &sentence);
        (void)verdict_answer(ctx, rc, sentence);
        if (rc != OCF_SUCCESS)
                return rc == OCF_ERR_INSTALLED ? -EINVAL : -EIO;
        ocf_log_info("%s", nodekey_promise(&facts));
        return key_check(ctx);
}
