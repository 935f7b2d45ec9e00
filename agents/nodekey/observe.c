/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/nodekey/observe.h"

#include <errno.h>
#include <strings.h>
#include <unistd.h>

#include "agents/nodekey/params.h"
#include "ocf/cluster.h"
#include "ocf/notes.h"
#include "own.h"
#include "parse.h"
#include "seat/client.h"
#include "text.h"

#define REACHED_NOTE "identity" /* for whose seat a start has reached here */

const char *nodekey_identity(const struct ocf_ctx *ctx)
{
        const struct nodekey_params *params = ctx->params;

        return params->identity && seat_identity_check(params->identity, NULL) >= 0
                       ? params->identity
                       : NULL;
}

int nodekey_note_start(const struct ocf_ctx *ctx, struct ocf_error *err)
{
        return notes_set(ctx, REACHED_NOTE, nodekey_identity(ctx), err);
}

void nodekey_note_stop(const struct ocf_ctx *ctx)
{
        (void)notes_set(ctx, "epoch", NULL, NULL);
        (void)notes_set(ctx, REACHED_NOTE, NULL, NULL);
}

/* The identity's files, one that a killed keeper was about to put in place (its name begins with a
 * dot) too, and the note of an armed signer. */
enum tri nodekey_left_over(const char *identity)
{
        OWN_TEXT char *dir = text_format("%s/%s", SEAT_KEY_DIR, identity);
        OWN_TEXT char *note_path = text_format("%s/%s.signer", SEAT_SOCKET_DIR, identity);
        OWN_DIR DIR *entries = opendir(dir);
        const struct dirent *entry;
        struct lines note;

        if (!entries && errno != ENOENT)
                return TRI_UNKNOWN;
        while (entries && (entry = readdir(entries)))
                if (!text_equal(entry->d_name, ".") && !text_equal(entry->d_name, ".."))
                        return TRI_YES;
        if (lines_read(&note, note_path) < 0)
                return TRI_UNKNOWN;
        return tri_from_bool(lines_is(&note, "armed", "yes"));
}

static enum tri property_is(struct ocf_ctx *ctx, const char *name, const char *otherwise,
                            const char *value)
{
        char has[32];
        bool wanted = false, is = false;

        if (cluster_property(ctx, name, otherwise, has, sizeof has) < 0)
                return TRI_UNKNOWN;
        if (parse_bool(value, &wanted) == 0 && parse_bool(has, &is) == 0)
                return tri_from_bool(is == wanted);
        return tri_from_bool(strcasecmp(has, value) == 0);
}

void nodekey_observe_cluster(struct ocf_ctx *ctx, struct nodekey_facts *facts)
{
        enum tri ignores = property_is(ctx, "no-quorum-policy", "stop", "ignore");

        facts->fences = property_is(ctx, "stonith-enabled", "true", "true");
        facts->quorate = ignores == TRI_UNKNOWN ? TRI_UNKNOWN : tri_from_bool(ignores == TRI_NO);
}

/* An authority that this release does not know may be one that excludes nothing. */
static enum tri authority_is_fencing(const char *authority)
{
        if (text_equal(authority, "fencing"))
                return TRI_YES;
        return text_equal(authority, "etcd") || text_equal(authority, "quorum") ? TRI_NO
                                                                                : TRI_UNKNOWN;
}

static void keeper_observe(struct ocf_ctx *ctx, const struct deadline *deadline,
                           struct nodekey_facts *facts)
{
        const struct nodekey_params *params = ctx->params;
        struct seat_view view;

        if (seat_status(params->identity, deadline, &view, &ctx->err) < 0) {
                facts->answers = TRI_NO;
                return;
        }
        facts->answers = TRI_YES;
        facts->held = view.held;
        facts->epoch = view.epoch;
        facts->right = tri_from_bool(!*view.fault);
        facts->accepted_risk = view.accepted_risk;
        facts->by_fencing = authority_is_fencing(view.authority);
        if (*view.gate)
                facts->gated = tri_from_bool(!text_equal(view.gate, "none"));
        if (params->address)
                facts->address_matches =
                        tri_from_bool(strcasecmp(view.address, params->address) == 0);
        if (*view.fault)
                (void)ocf_answer(ctx, OCF_SUCCESS, "%s", view.fault);
}

/* Without a usable identity no start ever reached for the seat: start refuses such parameters, so a
 * probe may say "not running" and a stop has nothing to stop; anything else would fence every node
 * of a cluster for a typo. A resource whose identity was edited away while it ran is stopped with
 * the parameters that it was started with (Pacemaker, controld_execd.c construct_op). Those are
 * forgotten when Pacemaker is restarted during a maintenance; then the note of the start tells. */
static void nameless_observe(struct ocf_ctx *ctx, const struct lines *notes,
                             struct nodekey_facts *facts)
{
        const struct nodekey_params *params = ctx->params;
        char reached[SEAT_IDENTITY_MAX + 1];

        if (lines_get(notes, REACHED_NOTE, reached, sizeof reached)) {
                (void)ocf_answer(ctx, OCF_SUCCESS,
                                 "parameter identity is missing or wrong, but this resource was "
                                 "started here for '%s': set identity=%s again",
                                 reached, reached);
                return;
        }
        facts->left_over = TRI_NO;
        if (params->identity)
                (void)seat_identity_check(params->identity, &ctx->err);
        else
                (void)ocf_answer(ctx, OCF_SUCCESS, "parameter identity is missing");
}

void nodekey_observe(struct ocf_ctx *ctx, int64_t at_most_ms, struct nodekey_facts *ret_facts)
{
        const struct deadline deadline = deadline_cap(&ctx->deadline, at_most_ms);
        const char *identity = nodekey_identity(ctx);
        struct lines notes;

        *ret_facts = (struct nodekey_facts){0};
        notes_read(ctx, &notes);
        if (!identity) {
                nameless_observe(ctx, &notes, ret_facts);
                return;
        }
        ret_facts->started_epoch = lines_get_u64(&notes, "epoch", 0);
        ret_facts->left_over = nodekey_left_over(identity);
        keeper_observe(ctx, &deadline, ret_facts);
}
