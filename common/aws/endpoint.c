/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/endpoint.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parse.h"
#include "text.h"

#define HOST_MAX 255

/* DNS suffixes by the region's first letters, as botocore's endpoints.json has them. */
static const struct {
        const char *prefix;
        const char *suffix;
        const char *dualstack;
} partitions[] = {
        {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
        {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
        {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
        {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
        {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
        {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
        {"", "amazonaws.com", "api.aws"},
};

bool aws_region_is_valid(const char *region)
{
        size_t length = strlen(region);

        if (length < 2 || length > 40 || region[0] == '-' || region[length - 1] == '-' ||
            strstr(region, "--"))
                return false;
        return strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

char *aws_endpoint_public(const char *service, const char *region, bool fips, bool dualstack)
{
        size_t i = 0;

        while (!text_starts(region, partitions[i].prefix))
                i++;
        /* GovCloud's plain endpoints are its FIPS endpoints. */
        if (text_starts(region, "us-gov-") && !dualstack)
                fips = false;
        return text_format("https://%s%s.%s.%s", service, fips ? "-fips" : "", region,
                           dualstack ? partitions[i].dualstack : partitions[i].suffix);
}

static bool path_is_plain(const char *path)
{
        for (const char *at = path; *at; at++)
                if (!isalnum((unsigned char)*at) && !strchr("/-_.~", *at))
                        return false;
        return !strstr(path, "//") && !strstr(path, "/.");
}

/* host, host:port, [v6] or [v6]:port */
static bool authority_is_valid(const char *authority, const char **ret_port)
{
        bool v6 = authority[0] == '[';
        const char *end = v6 ? strchr(authority, ']') : authority + strcspn(authority, ":");
        const char *allowed = v6 ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789-._";
        const char *name = authority + v6;
        uint64_t port;

        if (!end || end == name || strspn(name, allowed) != (size_t)(end - name))
                return false;
        end += v6;
        if (*end && (*end != ':' || parse_u64(end + 1, &port) < 0 || port < 1 || port > 65535))
                return false;
        *ret_port = *end ? end : NULL;
        return true;
}

int aws_endpoint_parse(const char *url, struct aws_endpoint *ret_endpoint, struct ocf_error *err)
{
        bool tls = strncasecmp(url, "https://", 8) == 0;
        const char *rest = strstr(url, "://");
        const char *port;

        if (!tls && strncasecmp(url, "http://", 7) != 0)
                return ocf_fail(err, -EINVAL,
                                "the endpoint '%.200s' is no http:// or https:// address", url);
        rest += 3;

        size_t length = strcspn(rest, "/");
        const char *path = rest[length] ? rest + length : "/";
        OWN_TEXT char *host =
                text_format("%.*s", (int)(length < HOST_MAX ? length : HOST_MAX), rest);

        for (char *at = host; *at; at++)
                *at = (char)tolower((unsigned char)*at);
        if (length > HOST_MAX || !authority_is_valid(host, &port) || !path_is_plain(path))
                return ocf_fail(err, -EINVAL,
                                "the endpoint '%.200s' is not of the form "
                                "https://HOST[:PORT][/PATH]",
                                url);
        if (port && strcmp(port, tls ? ":443" : ":80") == 0)
                host[port - host] = '\0';
        ret_endpoint->url = text_format("%s://%s%s", tls ? "https" : "http", host, path);
        ret_endpoint->path = text_copy(path);
        ret_endpoint->host = TAKE(host);
        return 0;
}

void aws_endpoint_release(struct aws_endpoint *endpoint)
{
        free(endpoint->url);
        free(endpoint->host);
        free(endpoint->path);
        *endpoint = (struct aws_endpoint){0};
}
