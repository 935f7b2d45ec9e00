/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_SESSION_H
#define VALIDATOR_AWS_SESSION_H

/* Everything that requests to AWS have in common: what the operator set, the user's AWS files,
 * region and endpoints, the key, and how far this machine's clock is off AWS's.
 *
 * Settings are found as AWS's tools find them: a parameter before the environment before the
 * profile before the instance metadata. Pacemaker may start agents without HOME; the passwd
 * entry's directory then counts. */

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/fault.h"
#include "aws/imds.h"
#include "aws/key.h"
#include "aws/profile.h"
#include "clock.h"
#include "ocf/error.h"
#include "own.h"

enum aws_auth {
        AWS_AUTH_AUTO, /* environment, profile, role of the instance: the first that is there */
        AWS_AUTH_KEY,  /* environment or profile */
        AWS_AUTH_ROLE, /* the instance's role */
};

/* An agent's parameters; NULL where the operator set nothing. Borrowed. */
struct aws_settings {
        enum aws_auth auth;
        const char *profile;
        const char *region;
        const char *endpoint; /* of EC2 */
        const char *credentials_file;
        const char *proxy;
        const char *ca_bundle;
        bool any_mode; /* take keys from a file that others can read: a stop must not fail for it */
};

struct http_client;

struct aws_session {
        struct aws_settings settings;
        struct aws_profile_file credentials;
        struct aws_profile_file config;
        struct imds *imds;   /* borrowed; NULL: there is none to ask */
        const char *profile; /* borrowed */
        char *region;
        struct aws_endpoint ec2;
        struct aws_endpoint sts;
        struct aws_key key;       /* empty until aws_session_key */
        int64_t skew_s;           /* AWS's clock minus ours */
        struct http_client *http; /* NULL until the first request */
        struct aws_fault fault;   /* what the last answer said; of kind NONE when it was good */
};

/* Reads files and environment and settles region and endpoints; asks the metadata service for the
 * region if nothing else names it. -EINVAL for what the operator wrote wrongly as a parameter,
 * -EACCES for files and environment that cannot be used on this node. Release after a failure too.
 */
int aws_session_open(struct aws_session *ret_session, const struct aws_settings *settings,
                     struct imds *imds, const struct deadline *deadline, struct ocf_error *err);

/* A value of a profile, from the credentials file before the config file, or NULL. The session's.
 */
const char *aws_session_value(const struct aws_session *session, const char *profile,
                              const char *name);

/* The same from one of the two files: the parts of a key belong together. */
const char *aws_session_value_in(const struct aws_session *session,
                                 const struct aws_profile_file *file, const char *profile,
                                 const char *name);

/* True when one of the files has the profile. */
bool aws_session_has_profile(const struct aws_session *session, const char *profile);

void aws_session_release(struct aws_session *session);

#define OWN_AWS_SESSION OWN(aws_session_release)

#endif
