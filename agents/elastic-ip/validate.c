/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "agents/elastic-ip/actions.h"
#include "agents/elastic-ip/observe.h"
#include "agents/elastic-ip/remote.h"
#include "http/proxy.h"
#include "ocf/log.h"
#include "own.h"
#include "text.h"

#define ID_DIGITS_MIN 8
#define ID_DIGITS_MAX 17

static bool id_is_valid(const char *id, const char *prefix)
{
        size_t digits;

        if (!text_starts(id, prefix))
                return false;
        id += strlen(prefix);
        digits = strspn(id, "0123456789abcdef");
        return !id[digits] && digits >= ID_DIGITS_MIN && digits <= ID_DIGITS_MAX;
}

static int address_check_ip(const char *name, const char *text, struct ocf_error *err)
{
        struct in_addr address;

        if (text && inet_pton(AF_INET, text, &address) != 1)
                return ocf_fail(err, -EINVAL,
                                "parameter %s is '%.60s', but must be an IPv4 address such as "
                                "192.0.2.10",
                                name, text);
        return 0;
}

static int address_check_ids(const struct address_params *params, struct ocf_error *err)
{
        if (!id_is_valid(params->allocation_id, "eipalloc-"))
                return ocf_fail(err, -EINVAL,
                                "parameter allocation_id is '%.60s', but must be of the form "
                                "eipalloc-0123456789abcdef0",
                                params->allocation_id);
        if (params->network_interface && !id_is_valid(params->network_interface, "eni-"))
                return ocf_fail(err, -EINVAL,
                                "parameter network_interface is '%.60s', but must be of the form "
                                "eni-0123456789abcdef0",
                                params->network_interface);
        if (params->region && !aws_region_is_valid(params->region))
                return ocf_fail(err, -EINVAL,
                                "parameter region is '%.60s', but must be a region's name such as "
                                "ap-northeast-2",
                                params->region);
        return 0;
}

/* The value may hold a password, so that only what comes after it is shown. */
static int address_check_proxy(const char *proxy, struct ocf_error *err)
{
        const char *host;
        bool secret;

        if (!proxy)
                return 0;
        host = proxy_authority(proxy);
        secret = strchr(proxy, '@') != NULL;
        if ((text_starts(proxy, "http://") || text_starts(proxy, "https://")) && *host &&
            !host[strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "-._:[]/")])
                return 0;
        return ocf_fail(err, -EINVAL,
                        "parameter proxy is '%s%.60s', but must be of the form http://HOST:PORT",
                        secret ? "...@" : "", secret ? host : proxy);
}

int address_check(const void *all, struct ocf_error *err)
{
        const struct address_params *params = all;
        OWN_AWS_ENDPOINT struct aws_endpoint endpoint = {0};
        int r = address_check_ip("elastic_ip", params->elastic_ip, err);

        if (r >= 0)
                r = address_check_ip("private_ip_address", params->private_ip_address, err);
        if (r >= 0)
                r = address_check_ids(params, err);
        if (r >= 0)
                r = address_check_proxy(params->proxy, err);
        if (r >= 0 && params->endpoint)
                r = aws_endpoint_parse(params->endpoint, &endpoint, err);
        return r;
}

static bool v4_is_private(uint32_t address)
{
        return (address >> 24) == 10 || (address >> 24) == 127 || (address >> 20) == 0xac1 ||
               (address >> 16) == 0xc0a8 || (address >> 22) == 0x191 /* 100.64.0.0/10 */ ||
               (address >> 16) == 0xa9fe;
}

static bool address_is_private(const struct sockaddr *address)
{
        if (address->sa_family == AF_INET) {
                struct sockaddr_in v4;

                memcpy(&v4, address, sizeof v4);
                return v4_is_private(ntohl(v4.sin_addr.s_addr));
        }
        if (address->sa_family == AF_INET6) {
                struct sockaddr_in6 v6;

                memcpy(&v6, address, sizeof v6);
                return (v6.sin6_addr.s6_addr[0] & 0xfe) == 0xfc ||
                       IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) || IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
        }
        return false;
}

/* The name without brackets and port. */
static char *host_name(const char *authority)
{
        size_t length = authority[0] == '[' ? strcspn(++authority, "]") : strcspn(authority, ":/");

        return text_format("%.*s", (int)length, authority);
}

/* Whom this node talks to when it asks the API: the proxy if there is one. */
static char *api_gate(const struct address_scene *scene)
{
        const char *proxy = scene->params->proxy;

        return host_name(proxy ? proxy_authority(proxy) : scene->aws.ec2.host);
}

/* True when a name leads to addresses inside the VPC only: an interface endpoint, a proxy of one's
 * own. Then no public address of this node is involved. */
static bool name_is_private(const char *name)
{
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
        struct addrinfo *list = NULL;
        bool inside = true;

        if (getaddrinfo(name, NULL, &hints, &list) != 0)
                return false;
        for (const struct addrinfo *one = list; one; one = one->ai_next)
                inside = inside && address_is_private(one->ai_addr);
        freeaddrinfo(list);
        return inside;
}

/* A node that takes the address over has none yet. The look-up that just succeeded went out without
 * it if this node does not have it, or if whom it talked to lies inside the VPC. On the node that
 * has it now, an answer that it had before, in this boot, is proof as well. */
static int bootstrap_prove(const struct address_scene *scene, struct ocf_error *err)
{
        bool holder = scene->facts.remote == REMOTE_HERE || scene->facts.remote == REMOTE_MISPLACED;
        OWN_TEXT char *gate = api_gate(scene);

        address_reach_remember(scene);
        if (!holder || name_is_private(gate) ||
            address_recall_reach(scene->params->allocation_id, scene->aws.ec2.host))
                return 0;
        return ocf_fail(err, -EIO,
                        "it is not proved that this node reaches '%s' without '%s', which it has "
                        "now: all else is in order; use a VPC endpoint, or let another node have "
                        "the address, for example by 'crm node standby', and validate again here",
                        gate, scene->params->elastic_ip);
}

static int remote_require(const struct address_scene *scene, struct ocf_error *err)
{
        switch (scene->facts.remote) {
        case REMOTE_NO_ADDRESS:
                return ocf_fail(err, -EINVAL, "%s", scene->remote_error.sentence);
        case REMOTE_WRONG_ADDRESS:
                return ocf_fail(err, -EINVAL,
                                "allocation_id belongs to the address '%s', not to '%s'",
                                scene->facts.public_ip, scene->params->elastic_ip);
        case REMOTE_DENIED:
                return ocf_fail(err, -EACCES, "%s", scene->remote_error.sentence);
        case REMOTE_NOT_ASKED:
        case REMOTE_UNKNOWN:
                if (scene->aws.fault.kind != AWS_FAULT_TRANSIENT || scene->params->proxy)
                        return ocf_fail(err, -EIO, "%s", scene->remote_error.sentence);
                return ocf_fail(err, -EIO,
                                "%s; a node that is to take the address over must reach the API "
                                "without it: by a VPC endpoint, a NAT or an address of its own",
                                scene->remote_error.sentence);
        case REMOTE_FREE:
        case REMOTE_OTHER:
        case REMOTE_HERE:
        case REMOTE_MISPLACED:
                break;
        }
        return 0;
}

static int dry_run(struct address_scene *scene, const char *interface,
                   const struct deadline *deadline, struct ocf_error *err)
{
        struct address_change change = {.interface = interface, .dry = true};

        return scene->api->change(scene, &change, deadline, err);
}

/* Without an association there is nothing to try the second permission on: one that is made up
 * leads to no address, so a policy that names the address refuses it where the real one would be
 * allowed, and nobody says whether EC2 looks for it or for the permission first. */
static int permissions_prove(struct address_scene *scene, const char *interface,
                             const struct deadline *deadline, struct ocf_error *err)
{
        struct ocf_error failed = {0};
        int r = dry_run(scene, interface, deadline, err);

        if (r < 0)
                return r;
        if (scene->facts.association_id[0]) {
                r = dry_run(scene, NULL, deadline, &failed);
                if (r >= 0)
                        return 0;
                if (scene->aws.fault.kind != AWS_FAULT_NOT_FOUND)
                        return ocf_fail(err, r, "%s", failed.sentence);
        }
        ocf_log_warning("nobody has '%s' now, so the permission DisassociateAddress is not proved: "
                        "run validate-all again when it is associated",
                        scene->params->elastic_ip);
        return 0;
}

int address_check_host(struct ocf_ctx *ctx)
{
        const struct address_params *params = ctx->params;
        OWN(address_scene_release) struct address_scene scene = {0};
        char interface[64];
        int r;

        if (params->awscli)
                ocf_log_info("parameter awscli is not needed: no program is run");
        address_scene_open(&scene, params, ctx->env.instance, false);
        if (address_api_load(&scene.api, &ctx->err) < 0)
                return -EINVAL; /* this host does not fit */
        r = address_target_find(&scene, &ctx->deadline, interface, &ctx->err);
        if (r < 0)
                return r == -ENXIO ? -EINVAL : -EIO;
        address_observe_remote(&scene, &ctx->deadline);
        r = remote_require(&scene, &ctx->err);
        if (r >= 0)
                r = permissions_prove(&scene, interface, &ctx->deadline, &ctx->err);
        return r >= 0 ? bootstrap_prove(&scene, &ctx->err) : r;
}
