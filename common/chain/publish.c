/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/publish.h"

#include <string.h>

#include "ocf/cluster.h"
#include "ocf/log.h"
#include "ocf/notes.h"
#include "own.h"
#include "text.h"

void chain_publish_score(struct validator *validator, enum chain_score score)
{
        struct ocf_error err = {0};

        if (score == SCORE_READY || score == SCORE_SIGNER)
                (void)notes_set(validator->ctx, "refused", NULL, NULL);
        if (cluster_publish_score(validator->ctx, chain_score_text(score), &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

void chain_publish_sync(struct validator *validator, const char *sync)
{
        OWN_TEXT char *name = text_format("sync-%s", validator->identity);
        struct ocf_error err = {0};

        if (cluster_publish_attribute(validator->ctx, name, sync, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

bool chain_others_in_sync(struct validator *validator)
{
        OWN_TEXT char *name = text_format("sync-%s", validator->identity);
        OWN_TEXT char *own = text_format("%s=", validator->ctx->env.node);
        OWN(text_list_release) struct text_list values = {0};
        struct ocf_error err = {0};
        bool found = false;

        if (!validator->ctx->env.in_cluster)
                return false;
        if (cluster_attributes(name, &values, &validator->ctx->deadline, &err) < 0)
                ocf_log_warning("%s", err.sentence);
        for (size_t i = 0; i < values.count; i++) {
                const char *value = strchr(values.items[i], '=');

                found |= value && !text_starts(values.items[i], own) &&
                         text_equal(value + 1, chain_sync_name(SYNC_IN));
        }
        return found;
}
