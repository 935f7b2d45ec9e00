/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_EC2_H
#define VALIDATOR_AWS_EC2_H

/* Actions of the EC2 Query API (version 2016-11-15), tried again inside the caller's deadline where
 * that is safe: a look-up always, a change only when it was throttled, since a change that got no
 * answer may have happened and must be looked up first. Waits between tries grow and are spread by
 * chance, as the API's buckets are shared by a whole account. */

#include "aws/fault.h"
#include "aws/form.h"
#include "aws/reply.h"
#include "aws/session.h"

enum ec2_effect {
        EC2_LOOKUP,
        EC2_CHANGE,
};

struct ec2_action {
        const char *name;
        enum ec2_effect effect;
        const struct aws_form *params; /* without Action and Version */
};

/* Performs the action. 0 and `ret_reply`, or the errno of session->fault with a sentence; where no
 * request could be made at all (no key), the fault is of kind NONE. */
int ec2_call(struct aws_session *session, const struct ec2_action *action,
             const struct deadline *deadline, struct aws_reply *ret_reply, struct ocf_error *err);

struct ec2_walk {
        const char *set; /* path to the element with the items, e.g. "addressesSet" */
        /* Called for each <item>; a negative result ends the walk and is returned. */
        int (*item)(const struct aws_node *item, void *context);
        void *context;
};

/* Performs a look-up and goes through all its pages (NextToken). -EPROTO when the pages do not end
 * or repeat. */
int ec2_each(struct aws_session *session, const struct ec2_action *action,
             const struct ec2_walk *walk, const struct deadline *deadline, struct ocf_error *err);

/* Asks whether the action would be allowed, without doing it. 0: yes. -EACCES: no. Anything else:
 * not known. */
int ec2_dry_run(struct aws_session *session, const struct ec2_action *action,
                const struct deadline *deadline, struct ocf_error *err);

#endif
