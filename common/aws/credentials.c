/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/credentials.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "aws/call.h"
#include "aws/environment.h"
#include "text.h"

#define ROLE_DEPTH_MAX 4
#define STS_VERSION "2011-06-15"

/* What the search for a key works with. */
struct search {
        struct aws_session *session;
        const struct deadline *deadline;
        struct ocf_error *err;
        int depth; /* of profiles that assume roles by other profiles */
};

static int profile_key(struct search *search, const char *profile, struct aws_key *ret_key);

/* Keys go into header lines: a stray byte must not make a second one. */
static bool text_is_key(const char *text)
{
        for (; *text; text++)
                if (*text <= ' ' || *text > '~')
                        return false;
        return true;
}

/* The texts of a key, borrowed. */
struct key_texts {
        const char *access_id;
        const char *secret;
        const char *token;
};

static int key_make(const struct key_texts *texts, const char *whence, struct aws_key *ret_key,
                    struct ocf_error *err)
{
        if (!text_is_key(texts->access_id) || !text_is_key(texts->secret) ||
            (texts->token && !text_is_key(texts->token)))
                return ocf_fail(err, -EACCES,
                                "the AWS key in %s cannot be used: it has a blank or a byte that "
                                "no key has",
                                whence);
        *ret_key = (struct aws_key){.access_id = text_copy(texts->access_id),
                                    .secret = text_copy(texts->secret),
                                    .token = text_copy(texts->token)};
        return 0;
}

/* 0: taken; -ENOENT: the environment has none. */
static int environment_key(struct aws_key *ret_key, struct ocf_error *err)
{
        struct key_texts texts = {.access_id = aws_environment("AWS_ACCESS_KEY_ID"),
                                  .secret = aws_environment("AWS_SECRET_ACCESS_KEY"),
                                  .token = aws_environment("AWS_SESSION_TOKEN")};

        if (!texts.access_id)
                return -ENOENT;
        if (!texts.secret)
                return ocf_fail(err, -EACCES,
                                "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
        return key_make(&texts, "the environment", ret_key, err);
}

static int role_name_fetch(struct imds *imds, const struct deadline *deadline, char **ret_name,
                           struct ocf_error *err)
{
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        int r = imds_fetch(imds, "meta-data/iam/security-credentials/", deadline, value, NULL);

        if (r == -ENOENT)
                return ocf_fail(err, -EACCES,
                                "there are no AWS credentials: no key in environment or profile, "
                                "and the instance has no IAM role");
        if (r < 0)
                return ocf_fail(err, r,
                                "the instance's IAM role cannot be read: the metadata service "
                                "at %s did not answer (%s)",
                                imds->authority, strerror(-r));
        value[strcspn(value, "\r\n")] = '\0';
        if (!*value || strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789+=,.@_-") != strlen(value))
                return ocf_fail(err, -EPROTO, "the metadata service gave no name of an IAM role");
        *ret_name = text_copy(value);
        return 0;
}

static int64_t instant_parse(const char *text)
{
        struct tm utc = {0};
        const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) : NULL;

        return end ? (int64_t)timegm(&utc) : 0;
}

int aws_role_parse(const char *text, struct aws_key *ret_key, struct ocf_error *err)
{
        json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        const char *code = json_string_value(json_object_get(answer, "Code"));
        struct key_texts texts = {
                .access_id = json_string_value(json_object_get(answer, "AccessKeyId")),
                .secret = json_string_value(json_object_get(answer, "SecretAccessKey")),
                .token = json_string_value(json_object_get(answer, "Token"))};
        const char *expires = json_string_value(json_object_get(answer, "Expiration"));
        int r;

        if (!code)
                r = ocf_fail(err, -EPROTO, "the metadata service gave no credentials");
        else if (strcmp(code, "Success") != 0)
                r = ocf_fail(err, -EACCES,
                             "the metadata service has no credentials for the instance's role: "
                             "'%.60s'",
                             code);
        else if (!texts.access_id || !texts.secret)
                r = ocf_fail(err, -EPROTO, "the metadata service gave no whole credentials");
        else
                r = key_make(&texts, "the instance's role", ret_key, err);
        if (r == 0)
                ret_key->expires_s = instant_parse(expires);
        json_decref(answer);
        return r;
}

static int role_key(struct aws_session *session, const struct deadline *deadline,
                    struct aws_key *ret_key, struct ocf_error *err)
{
        OWN_TEXT char *name = NULL;
        int r;

        if (!session->imds)
                return ocf_fail(err, -EACCES,
                                "there are no AWS credentials: no key in environment or profile, "
                                "and no metadata service to ask for a role");
        r = role_name_fetch(session->imds, deadline, &name, err);
        if (r < 0)
                return r;

        OWN_TEXT char *path = text_format("meta-data/iam/security-credentials/%s", name);
        char *value = mem_zero(IMDS_VALUE_MAX);

        r = imds_fetch(session->imds, path, deadline, value, err);
        if (r == 0)
                r = aws_role_parse(value, ret_key, err);
        explicit_bzero(value, IMDS_VALUE_MAX);
        free(value);
        return r;
}

/* A key written into a file, whole from one of them: a token that stands beside an older key in the
 * other is not its own. 0, or -ENOENT when the profile has none. */
static int static_key(const struct aws_session *session, const char *profile,
                      struct aws_key *ret_key, struct ocf_error *err)
{
        const struct aws_profile_file *file = &session->credentials;
        struct key_texts texts;

        if (!aws_session_value_in(session, file, profile, "aws_access_key_id") &&
            !aws_session_value_in(session, file, profile, "aws_secret_access_key"))
                file = &session->config;
        texts = (struct key_texts){
                .access_id = aws_session_value_in(session, file, profile, "aws_access_key_id"),
                .secret = aws_session_value_in(session, file, profile, "aws_secret_access_key"),
                .token = aws_session_value_in(session, file, profile, "aws_session_token")};

        if (!texts.access_id && !texts.secret)
                return -ENOENT;
        if (!texts.access_id || !texts.secret)
                return ocf_fail(err, -EACCES, "the AWS profile '%s' has only half a key", profile);
        if (file->exposed && !session->settings.any_mode)
                return ocf_fail(err, -EACCES,
                                "the AWS credentials in '%s' can be read by every user of this "
                                "machine: chmod 600 it",
                                file->path);

        OWN_TEXT char *whence = text_format("'%s'", file->path);

        return key_make(&texts, whence, ret_key, err);
}

static int profile_unsupported(const struct aws_session *session, const char *profile,
                               struct ocf_error *err)
{
        static const struct {
                const char *name;
                const char *what;
        } kinds[] = {
                {"web_identity_token_file", "a web identity token"},
                {"sso_session", "single sign-on"},
                {"sso_start_url", "single sign-on"},
                {"sso_account_id", "single sign-on"},
                {"credential_process", "a credential_process"},
                {"login_session", "a login session"},
                {"mfa_serial", "a multi-factor device"},
        };

        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
                if (aws_session_value(session, profile, kinds[i].name))
                        return ocf_fail(err, -EACCES,
                                        "the AWS profile '%s' uses %s, which an unattended agent "
                                        "does not support: use an instance role or a key",
                                        profile, kinds[i].what);
        return 0;
}

/* Of the profile that another one, or itself, names as its source: its own key comes before a role
 * that it could assume. */
static int named_source_key(struct search *search, const char *profile, const char *source,
                            struct aws_key *ret_key)
{
        int r = static_key(search->session, source, ret_key, search->err);

        return r == -ENOENT && !text_equal(source, profile) ? profile_key(search, source, ret_key)
                                                            : r;
}

static int source_key(struct search *search, const char *profile, struct aws_key *ret_key)
{
        struct aws_session *session = search->session;
        const char *source = aws_session_value(session, profile, "source_profile");
        const char *kind = aws_session_value(session, profile, "credential_source");
        int r;

        if (source)
                r = named_source_key(search, profile, source, ret_key);
        else if (text_equal(kind, "Ec2InstanceMetadata"))
                r = role_key(session, search->deadline, ret_key, search->err);
        else if (text_equal(kind, "Environment"))
                r = environment_key(ret_key, search->err);
        else
                return ocf_fail(search->err, -EACCES,
                                "the AWS profile '%s' assumes a role, but names neither "
                                "source_profile nor credential_source Ec2InstanceMetadata or "
                                "Environment",
                                profile);
        if (r == -ENOENT)
                return ocf_fail(search->err, -EACCES,
                                "the AWS profile '%s' assumes a role, but its source '%s' has no "
                                "key",
                                profile, source ? source : kind);
        return r;
}

static int assumed_key(const struct aws_reply *reply, struct aws_key *ret_key,
                       struct ocf_error *err)
{
        const struct aws_node *node = aws_node_find(reply->root, "AssumeRoleResult/Credentials");
        struct key_texts texts = {.access_id = aws_node_text(node, "AccessKeyId"),
                                  .secret = aws_node_text(node, "SecretAccessKey"),
                                  .token = aws_node_text(node, "SessionToken")};
        int r;

        if (!texts.access_id || !texts.secret || !texts.token)
                return ocf_fail(err, -EPROTO, "STS gave no whole credentials for the role");
        r = key_make(&texts, "the answer of STS", ret_key, err);
        if (r == 0)
                ret_key->expires_s = instant_parse(aws_node_text(node, "Expiration"));
        return r;
}

static int assume_role(struct search *search, const char *profile, struct aws_key *ret_key)
{
        struct aws_session *session = search->session;
        const char *name = aws_session_value(session, profile, "role_session_name");
        OWN_AWS_FORM struct aws_form form = {0};
        OWN_AWS_KEY struct aws_key source = {0};
        OWN_AWS_REPLY struct aws_reply reply = {0};
        struct aws_call call = {
                .service = "sts", .action = "AssumeRole", .form = &form, .key = &source};
        int r = source_key(search, profile, &source);

        if (r < 0)
                return r;
        aws_form_add(&form, "AssumeRole", "Action");
        aws_form_add(&form, STS_VERSION, "Version");
        aws_form_add(&form, aws_session_value(session, profile, "role_arn"), "RoleArn");
        aws_form_add(&form, name ? name : "validator-agents", "RoleSessionName");
        aws_form_add(&form, aws_session_value(session, profile, "external_id"), "ExternalId");
        aws_form_add(&form, aws_session_value(session, profile, "duration_seconds"),
                     "DurationSeconds");
        r = aws_call(session, &call, search->deadline, &reply, search->err);
        if (r < 0) /* whatever STS did not find: the profile does say where its key is */
                return r == -ENOENT ? -EPROTO : r;
        return assumed_key(&reply, ret_key, search->err);
}

/* 0; -ENOENT when the profile says nothing about keys. */
static int profile_key(struct search *search, const char *profile, struct aws_key *ret_key)
{
        struct aws_session *session = search->session;
        int r;

        if (search->depth++ > ROLE_DEPTH_MAX)
                return ocf_fail(search->err, -EACCES,
                                "the AWS profile '%s' assumes roles in a circle or too deeply",
                                profile);
        if (!aws_session_has_profile(session, profile) && !text_equal(profile, "default"))
                return ocf_fail(search->err, -EACCES,
                                "the AWS profile '%s' is in neither '%s' nor '%s'", profile,
                                session->credentials.path, session->config.path);
        if (aws_session_value(session, profile, "role_arn")) {
                r = profile_unsupported(session, profile, search->err);
                return r < 0 ? r : assume_role(search, profile, ret_key);
        }
        r = static_key(session, profile, ret_key, search->err);
        if (r != -ENOENT)
                return r;
        r = profile_unsupported(session, profile, search->err);
        return r < 0 ? r : -ENOENT;
}

static int environment_unsupported(struct ocf_error *err)
{
        static const char *const names[] = {"AWS_WEB_IDENTITY_TOKEN_FILE",
                                            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                            "AWS_CONTAINER_CREDENTIALS_FULL_URI"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (aws_environment(names[i]))
                        return ocf_fail(err, -EACCES,
                                        "%s is set, which this agent does not support: use an "
                                        "instance role or a key",
                                        names[i]);
        return 0;
}

static int key_find(struct aws_session *session, const struct deadline *deadline,
                    struct aws_key *ret_key, struct ocf_error *err)
{
        struct search search = {.session = session, .deadline = deadline, .err = err};
        enum aws_auth auth = session->settings.auth;
        int r = -ENOENT;

        if (auth == AWS_AUTH_ROLE)
                return role_key(session, deadline, ret_key, err);
        /* A profile that the operator names is meant, whatever the environment holds. */
        if (!session->settings.profile)
                r = environment_key(ret_key, err);
        if (r == -ENOENT)
                r = profile_key(&search, session->profile, ret_key);
        if (r != -ENOENT)
                return r;
        r = environment_unsupported(err);
        if (r < 0)
                return r;
        if (auth == AWS_AUTH_KEY)
                return ocf_fail(err, -EACCES,
                                "auth_type is 'key', but there is no AWS key in the environment, "
                                "'%s' or '%s'",
                                session->credentials.path, session->config.path);
        return role_key(session, deadline, ret_key, err);
}

int aws_session_key(struct aws_session *session, const struct deadline *deadline,
                    struct ocf_error *err)
{
        OWN_AWS_KEY struct aws_key key = {0};
        int r;

        if (session->key.secret)
                return 0;
        r = key_find(session, deadline, &key, err);
        if (r < 0)
                return r;
        session->key = key;
        key = (struct aws_key){0};
        return 0;
}
