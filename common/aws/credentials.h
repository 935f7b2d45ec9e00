/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_CREDENTIALS_H
#define VALIDATOR_AWS_CREDENTIALS_H

/* Finds the key to sign with, as users have them: environment, the shared files and their profiles,
 * a role that a profile assumes (role_arn with source_profile or credential_source), the role of
 * the instance. Not here, and said in a sentence when met: SSO, credential_process, web identity,
 * the container endpoint, MFA. */

#include "aws/session.h"

/* Makes session->key a key. -EACCES with a sentence when there is none that can be used; another
 * errno when the service that should give it did not answer, which says nothing about the key. */
int aws_session_key(struct aws_session *session, const struct deadline *deadline,
                    struct ocf_error *err);

/* Reads the JSON that the metadata service gives for a role. -EACCES when it says that there is no
 * key, -EPROTO when it is not such an answer. */
int aws_role_parse(const char *text, struct aws_key *ret_key, struct ocf_error *err);

#endif
