/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/ec2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "aws/call.h"
#include "aws/credentials.h"
#include "text.h"

#define EC2_VERSION "2016-11-15"
/* A look-up that takes longer is better asked again; a change may take its time. */
#define LOOKUP_MS 6000
#define CHANGE_MS 20000
#define PAUSE_FIRST_MS 250
#define PAUSE_MOST_MS 8000
#define PAGES_MAX 1000

/* A time between a quarter of and all of `most`, by chance. */
static int pause_spread(int most)
{
        uint32_t chance = 0;

        if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
                chance = (uint32_t)clock_now_ms();
        return most / 4 + (int)(chance % (uint32_t)(most - most / 4 + 1));
}

static bool try_again(const struct ec2_action *action, const struct aws_fault *fault)
{
        if (fault->kind == AWS_FAULT_THROTTLED)
                return true;
        return fault->kind == AWS_FAULT_TRANSIENT && action->effect == EC2_LOOKUP;
}

static void form_begin(struct aws_form *form, const struct ec2_action *action)
{
        aws_form_add(form, action->name, "Action");
        aws_form_add(form, EC2_VERSION, "Version");
        if (action->params)
                aws_form_join(form, action->params);
}

int ec2_call(struct aws_session *session, const struct ec2_action *action,
             const struct deadline *deadline, struct aws_reply *ret_reply, struct ocf_error *err)
{
        OWN_AWS_FORM struct aws_form form = {0};
        struct aws_call call = {
                .service = "ec2", .action = action->name, .form = &form, .key = &session->key};
        int most_ms = action->effect == EC2_LOOKUP ? LOOKUP_MS : CHANGE_MS;
        int r;

        session->fault = (struct aws_fault){0};
        r = aws_session_key(session, deadline, err);
        if (r < 0)
                return r;
        form_begin(&form, action);
        for (int pause = PAUSE_FIRST_MS;; pause = pause < PAUSE_MOST_MS ? 2 * pause : pause) {
                struct deadline attempt = deadline_cap(deadline, most_ms);
                struct ocf_error failed = {0};
                int wait = pause_spread(pause);

                r = aws_call(session, &call, &attempt, ret_reply, &failed);
                if (r == 0)
                        return 0;
                if (!try_again(action, &session->fault) || deadline_left_ms(deadline) <= wait)
                        return ocf_fail(err, r, "%s", failed.sentence);
                (void)clock_wait_fd(deadline, -1, wait);
        }
}

static int page_walk(const struct aws_reply *reply, const struct ec2_walk *walk)
{
        const struct aws_node *set = aws_node_find(reply->root, walk->set);

        for (const struct aws_node *item = aws_node_next(set, NULL); item;
             item = aws_node_next(set, item)) {
                int r = walk->item(item, walk->context);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* Takes the next page's token out of a reply: 0 when this was the last page, 1 when one follows. */
static int token_take(const struct aws_reply *reply, char **token, struct ocf_error *err)
{
        const char *next = aws_node_text(reply->root, "nextToken");

        if (!next)
                next = aws_node_text(reply->root, "NextToken");
        if (!next)
                return 0;
        if (text_equal(next, *token))
                return ocf_fail(err, -EPROTO, "EC2 answers the same page again and again");
        free(*token);
        *token = text_copy(next);
        return 1;
}

int ec2_each(struct aws_session *session, const struct ec2_action *action,
             const struct ec2_walk *walk, const struct deadline *deadline, struct ocf_error *err)
{
        OWN_TEXT char *token = NULL;

        for (int page = 0; page < PAGES_MAX; page++) {
                OWN_AWS_FORM struct aws_form form = {0};
                OWN_AWS_REPLY struct aws_reply reply = {0};
                struct ec2_action next = {
                        .name = action->name, .effect = EC2_LOOKUP, .params = &form};
                int r;

                if (action->params)
                        aws_form_join(&form, action->params);
                aws_form_add(&form, token, "NextToken");
                r = ec2_call(session, &next, deadline, &reply, err);
                if (r == 0)
                        r = page_walk(&reply, walk);
                if (r == 0)
                        r = token_take(&reply, &token, err);
                if (r <= 0)
                        return r;
        }
        return ocf_fail(err, -EPROTO, "EC2 %s: more than %d pages", action->name, PAGES_MAX);
}

int ec2_dry_run(struct aws_session *session, const struct ec2_action *action,
                const struct deadline *deadline, struct ocf_error *err)
{
        OWN_AWS_FORM struct aws_form form = {0};
        OWN_AWS_REPLY struct aws_reply reply = {0};
        struct ec2_action dry = {.name = action->name, .effect = EC2_LOOKUP, .params = &form};
        struct ocf_error failed = {0};
        int r;

        if (action->params)
                aws_form_join(&form, action->params);
        aws_form_add(&form, "true", "DryRun");
        r = ec2_call(session, &dry, deadline, &reply, &failed);
        if (r < 0 && aws_fault_is_dry_run(&session->fault))
                return 0;
        if (r < 0)
                return ocf_fail(err, r, "%s", failed.sentence);
        return ocf_fail(err, -EPROTO, "EC2 %s was to be tried only, but was answered as done",
                        action->name);
}
