/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/session.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/environment.h"
#include "http/client.h"
#include "text.h"

static char *home_path(const char *name)
{
        const char *home = aws_environment("HOME");

        if (!home) {
                const struct passwd *user = getpwuid(geteuid());

                home = user ? user->pw_dir : "/root";
        }
        return text_format("%s/.aws/%s", home, name);
}

static int files_read(struct aws_session *session, struct ocf_error *err)
{
        const char *told = session->settings.credentials_file;
        const char *credentials = told ? told : aws_environment("AWS_SHARED_CREDENTIALS_FILE");
        const char *config = aws_environment("AWS_CONFIG_FILE");
        OWN_TEXT char *credentials_path =
                credentials ? text_copy(credentials) : home_path("credentials");
        OWN_TEXT char *config_path = config ? text_copy(config) : home_path("config");
        int r;

        if (told && access(told, F_OK) < 0)
                return ocf_fail(err, -EACCES, "the credentials file '%s' cannot be read: %s", told,
                                strerror(errno));
        r = aws_profile_read(&session->credentials, credentials_path, err);
        if (r >= 0)
                r = aws_profile_read(&session->config, config_path, err);
        /* A file on this node is no parameter: another node's may be right. */
        return r < 0 ? -EACCES : 0;
}

static char *config_section(const char *profile)
{
        return text_equal(profile, "default") ? text_copy(profile)
                                              : text_format("profile %s", profile);
}

const char *aws_session_value_in(const struct aws_session *session,
                                 const struct aws_profile_file *file, const char *profile,
                                 const char *name)
{
        bool in_config = file == &session->config;
        OWN_TEXT char *section = in_config ? config_section(profile) : text_copy(profile);
        OWN_TEXT char *long_section = text_format("profile %s", profile);
        const char *value = aws_profile_get(file, section, name);

        if (!value && in_config)
                value = aws_profile_get(file, long_section, name);
        return value && *value ? value : NULL;
}

const char *aws_session_value(const struct aws_session *session, const char *profile,
                              const char *name)
{
        const char *value = aws_session_value_in(session, &session->credentials, profile, name);

        return value ? value : aws_session_value_in(session, &session->config, profile, name);
}

bool aws_session_has_profile(const struct aws_session *session, const char *profile)
{
        OWN_TEXT char *section = config_section(profile);
        OWN_TEXT char *long_section = text_format("profile %s", profile);

        return aws_profile_has(&session->credentials, profile) ||
               aws_profile_has(&session->config, section) ||
               aws_profile_has(&session->config, long_section);
}

static int region_ask(struct aws_session *session, const struct deadline *deadline,
                      struct ocf_error *err)
{
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        struct ocf_error silent = {0};
        int r = -ENOENT;

        if (session->imds)
                r = imds_fetch(session->imds, "meta-data/placement/region", deadline, value,
                               &silent);
        if (r == -ENOENT)
                return ocf_fail(err, -EACCES,
                                "no AWS region is known: set the parameter region, "
                                "AWS_DEFAULT_REGION, or region in '%s'",
                                session->config.path);
        /* For want of an answer: no mistake of the operator's. */
        if (r < 0)
                return ocf_fail(err, r, "no AWS region is set, and %s", silent.sentence);
        session->region = text_copy(value);
        return 0;
}

static int region_settle(struct aws_session *session, const struct deadline *deadline,
                         struct ocf_error *err)
{
        const char *region = session->settings.region;
        int r = 0;

        if (!region)
                region = aws_environment("AWS_REGION");
        if (!region)
                region = aws_environment("AWS_DEFAULT_REGION");
        if (!region)
                region = aws_session_value(session, session->profile, "region");
        if (region)
                session->region = text_copy(region);
        else
                r = region_ask(session, deadline, err);
        if (r < 0)
                return r;
        if (!aws_region_is_valid(session->region))
                return ocf_fail(err, session->settings.region ? -EINVAL : -EACCES,
                                "'%.60s' is no AWS region's name, such as ap-northeast-2",
                                session->region);
        return 0;
}

/* The URL that files or environment name for a service, or NULL. */
static const char *endpoint_configured(const struct aws_session *session, const char *service)
{
        OWN_TEXT char *variable =
                text_format("AWS_ENDPOINT_URL_%s", text_equal(service, "ec2") ? "EC2" : "STS");
        const char *url, *services;

        if (aws_environment_says("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
                return NULL;
        url = aws_environment(variable);
        if (!url)
                url = aws_environment("AWS_ENDPOINT_URL");
        services = aws_session_value(session, session->profile, "services");
        if (!url && services) {
                OWN_TEXT char *section = text_format("services %s", services);
                OWN_TEXT char *name = text_format("%s.endpoint_url", service);

                url = aws_profile_get(&session->config, section, name);
        }
        return url ? url : aws_session_value(session, session->profile, "endpoint_url");
}

static int endpoint_settle(const struct aws_session *session, const char *service,
                           struct aws_endpoint *ret_endpoint, struct ocf_error *err)
{
        const char *told = text_equal(service, "ec2") ? session->settings.endpoint : NULL;
        OWN_TEXT char *url = text_copy(told ? told : endpoint_configured(session, service));
        int r;

        if (!url)
                url = aws_endpoint_public(service, session->region,
                                          aws_environment_says("AWS_USE_FIPS_ENDPOINT"),
                                          aws_environment_says("AWS_USE_DUALSTACK_ENDPOINT"));
        r = aws_endpoint_parse(url, ret_endpoint, err);
        return r < 0 && !told ? -EACCES : r;
}

/* The file that names whom to trust: the parameter's, the environment's, the profile's. */
static int bundle_settle(struct aws_session *session, struct ocf_error *err)
{
        const char *bundle = session->settings.ca_bundle;
        struct stat file;

        if (!bundle)
                bundle = aws_environment("AWS_CA_BUNDLE");
        if (!bundle)
                bundle = aws_session_value(session, session->profile, "ca_bundle");
        session->settings.ca_bundle = bundle;
        if (!bundle)
                return 0;
        if (stat(bundle, &file) < 0 || access(bundle, R_OK) < 0)
                return ocf_fail(err, -EACCES,
                                "the certificates to trust, ca_bundle '%.200s', cannot be read: %s",
                                bundle, strerror(errno));
        if (!S_ISREG(file.st_mode))
                return ocf_fail(err, -EACCES,
                                "ca_bundle '%.200s' is a directory or device: it must be a file of "
                                "PEM certificates",
                                bundle);
        return 0;
}

static int session_settle(struct aws_session *session, const struct deadline *deadline,
                          struct ocf_error *err)
{
        int r = files_read(session, err);

        if (r >= 0)
                r = bundle_settle(session, err);
        if (r >= 0)
                r = region_settle(session, deadline, err);
        if (r >= 0)
                r = endpoint_settle(session, "ec2", &session->ec2, err);
        if (r >= 0)
                r = endpoint_settle(session, "sts", &session->sts, err);
        return r;
}

int aws_session_open(struct aws_session *ret_session, const struct aws_settings *settings,
                     struct imds *imds, const struct deadline *deadline, struct ocf_error *err)
{
        const char *profile = settings->profile;

        if (!profile)
                profile = aws_environment("AWS_DEFAULT_PROFILE");
        if (!profile)
                profile = aws_environment("AWS_PROFILE");
        if (!profile)
                profile = "default";
        *ret_session =
                (struct aws_session){.settings = *settings, .imds = imds, .profile = profile};
        return session_settle(ret_session, deadline, err);
}

void aws_session_release(struct aws_session *session)
{
        aws_profile_release(&session->credentials);
        aws_profile_release(&session->config);
        aws_endpoint_release(&session->ec2);
        aws_endpoint_release(&session->sts);
        aws_key_release(&session->key);
        http_client_free(session->http);
        free(session->region);
        *session = (struct aws_session){0};
}
