/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_CALL_H
#define VALIDATOR_AWS_CALL_H

/* One signed request to a service of AWS's Query API, and its answer. No retries here, but for
 * one: when the service says that the time is wrong and its Date header agrees, the clock's
 * distance is kept in the session and the request is signed again. */

#include "aws/fault.h"
#include "aws/form.h"
#include "aws/reply.h"
#include "aws/session.h"

struct aws_call {
        const char *service; /* "ec2", "sts" */
        const char *action;  /* for sentences */
        const struct aws_form *form;
        const struct aws_key *key;
};

/* Fills `ret_reply` and returns 0 on a 2xx answer that is XML; otherwise returns the errno of
 * session->fault with a sentence that names action, endpoint, code and request id. The request
 * is bounded by the deadline alone. */
int aws_call(struct aws_session *session, const struct aws_call *call,
             const struct deadline *deadline, struct aws_reply *ret_reply, struct ocf_error *err);

/* Reads an HTTP date ("Sat, 21 Nov 2026 04:00:00 GMT") as seconds since the epoch; -EINVAL. */
int aws_date_parse(const char *text, int64_t *ret_at_s);

#endif
