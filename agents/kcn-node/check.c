/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agents/kcn-node/static_nodes.h"
#include "agents/kcn-node/told.h"
#include "chain/reference.h"
#include "ocf/cluster.h"
#include "own.h"
#include "seat/protocol.h"
#include "service/manager.h"
#include "service/unit.h"

/* With less, a node ends within minutes, and its own words for that are a database's. */
#define SPACE_MIN_BYTES (16u << 20)

/* The host of an HTTP URL, NULL when there is none; the caller frees. */
static char *url_host(const char *url)
{
        const char *host = strstr(url, "://") + 3;
        const char *user = memchr(host, '@', strcspn(host, "/?#"));
        size_t length;

        host = user ? user + 1 : host;
        if (*host == '[')
                length = strcspn(++host, "]/?#");
        else
                length = strcspn(host, ":/?#");
        return length == 0 ? NULL : text_format("%.*s", (int)length, host);
}

/* This machine, whatever machine it is: a node that is asked there may be the one that asks. */
static bool is_loopback(const char *host)
{
        static const char *const names[] = {"localhost", "0.0.0.0", "0", "::", "::1"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (strcasecmp(host, names[i]) == 0)
                        return true;
        return text_starts(host, "127.");
}

static int reference_check(const char *url, struct ocf_error *err)
{
        const bool known = text_starts(url, "http://") || text_starts(url, "https://");
        OWN_TEXT char *host = known ? url_host(url) : NULL;

        if (!host)
                return ocf_fail(err, -EINVAL,
                                "parameter reference holds '%.80s', but must be URLs such as "
                                "http://192.0.2.9:8551",
                                url);
        if (is_loopback(host))
                return ocf_fail(err, -EINVAL,
                                "parameter reference holds '%.80s', but a node on this machine "
                                "proves nothing about it: write the URL of an independent node",
                                url);
        return 0;
}

static int references_check(const char *value, struct ocf_error *err)
{
        OWN(text_list_release) struct text_list references = {0};
        int r = 0;

        text_list_split(&references, value, " ,\t\n");
        if (references.count == 0)
                return ocf_fail(err, -EINVAL,
                                "parameter reference holds no URL, and without a reference no node "
                                "is promoted; write one such as http://192.0.2.9:8551");
        if (references.count > REFERENCES_MAX)
                return ocf_fail(err, -EINVAL,
                                "parameter reference holds %zu URLs, but at most %d are asked",
                                references.count, REFERENCES_MAX);
        for (size_t i = 0; r >= 0 && i < references.count; i++)
                r = reference_check(references.items[i], err);
        return r;
}

static int names_check(const struct kcn_params *has, struct ocf_error *err)
{
        char unit[UNIT_NAME_SIZE];

        if (unit_full_name(has->unit, unit, NULL) < 0 ||
            !text_equal(strrchr(unit, '.'), ".service"))
                return ocf_fail(err, -EINVAL,
                                "parameter unit is '%.80s', but must be the name of a service such "
                                "as kcnd.service",
                                has->unit);
        if (has->config[0] != '/')
                return ocf_fail(err, -EINVAL,
                                "parameter config is '%.80s', but must be an absolute path such as "
                                "/etc/kcnd/conf/kcnd.conf",
                                has->config);
        return 0;
}

int kcn_check_params(const void *params, struct ocf_error *err)
{
        const struct kcn_params *has = params;
        OWN(text_list_release) struct text_list pn = {0};
        int r = seat_identity_check(has->identity, err);

        text_list_split(&pn, has->pn, " ,\t\n");
        if (r >= 0)
                r = names_check(has, err);
        if (r >= 0)
                r = static_nodes_check_urls(&pn, err);
        return r < 0 ? r : references_check(has->reference, err);
}

/* A unit that comes with the boot, or again by itself, starts a signer behind Pacemaker's back. */
static int unit_check(struct kcn_node *node)
{
        const char *name = node->params->unit;
        struct ocf_error *err = &node->ctx->err;
        struct unit_facts unit;
        int r = unit_observe(node->bus, name, &node->ctx->deadline, &unit, err);

        if (r < 0)
                return r;
        if (unit.load != UNIT_LOADED)
                return ocf_fail(err, -EINVAL, "there is no usable unit %s on this node: %s", name,
                                unit.load == UNIT_MASKED ? "it is masked"
                                                         : "install the node's package, or set "
                                                           "the parameter unit");
        if (unit.wanted || strcmp(unit.file_state, "enabled") == 0)
                return ocf_fail(err, -EINVAL,
                                "%s is enabled, so that it starts at boot, before the cluster "
                                "decides: 'systemctl disable %s'",
                                name, name);
        if (*unit.restart && strcmp(unit.restart, "no") != 0)
                return ocf_fail(err, -EINVAL,
                                "%s has Restart=%s, so that systemd starts it behind Pacemaker's "
                                "back: set Restart=no ('systemctl edit %s')",
                                name, unit.restart, name);
        /* kcn that cannot read its key makes itself a new one (node/config.go NodeKey). */
        if (*unit.user && strcmp(unit.user, "root") != 0 && strcmp(unit.user, "0") != 0)
                return ocf_fail(err, -EINVAL,
                                "%s has User=%s, but the seat's files are root's alone: set "
                                "User=root ('systemctl edit %s') and give root the DATA_DIR",
                                name, unit.user, name);
        return 0;
}

static int space_check(struct kcn_node *node)
{
        struct statvfs at;
        uint64_t left;

        if (statvfs(node->layout.chaindata, &at) < 0)
                return 0;
        left = (uint64_t)at.f_bavail * at.f_frsize;
        if (left >= SPACE_MIN_BYTES)
                return 0;
        return ocf_fail(&node->ctx->err, -ENOSPC,
                        "no space left for '%s': %" PRIu64 " KiB, and a node that cannot write "
                        "its chain ends: make room in DATA_DIR's file system",
                        node->layout.chaindata, left / 1024);
}

static int data_dir_check(struct kcn_node *node)
{
        int r;

        if (access(node->layout.chaindata, R_OK | X_OK) < 0)
                return ocf_fail(&node->ctx->err, -EINVAL,
                                "'%s' cannot be used (%s): DATA_DIR in %s must be the directory of "
                                "an initialised node",
                                node->layout.chaindata, strerror(errno), node->params->config);
        r = layout_check(&node->layout, &node->ctx->err);
        if (r >= 0)
                r = static_nodes_check(node->layout.static_nodes, &node->ctx->err);
        return r < 0 ? r : space_check(node);
}

int kcn_check_before_start(struct kcn_node *node)
{
        int r = unit_check(node);

        if (r >= 0)
                r = kcn_check_told(node);
        return r < 0 ? r : data_dir_check(node);
}

int kcn_compare_nodes(struct kcn_node *node)
{
        struct ocf_ctx *ctx = node->ctx;
        OWN_TEXT char *ours = kcnd_conf_digest(&node->conf);
        OWN_TEXT char *name = text_format("kcnd_conf-%s", node->params->identity);
        OWN(text_list_release) struct text_list all = {0};

        if (!ctx->env.in_cluster)
                return 0;
        if (cluster_publish_attribute(ctx, name, ours, NULL) < 0 ||
            cluster_attributes(name, &all, &ctx->deadline, NULL) < 0)
                return 0; /* nothing can be said */
        for (size_t i = 0; i < all.count; i++) {
                char *theirs = strchr(all.items[i], '=');
                OWN_TEXT char *differences = kcnd_conf_differences(ours, theirs + 1);

                *theirs = '\0';
                if (!differences)
                        continue;
                return ocf_answer(ctx, 1, "%s differs from node %s's, but must be the same: %s",
                                  node->params->config, all.items[i], differences);
        }
        return 0;
}

static int own_key_check(struct kcn_node *node)
{
        struct seat_view view;
        int r = seat_status(node->params->identity, &node->ctx->deadline, &view, &node->ctx->err);

        return r < 0 ? r : layout_check_own(&node->layout, view.address, &node->ctx->err);
}

int kcn_check_host(struct ocf_ctx *ctx)
{
        OWN(kcn_node_release) struct kcn_node node;
        int r = kcn_node_open(&node, ctx, false);

        if (r >= 0)
                r = kcn_check_before_start(&node);
        if (r >= 0)
                r = own_key_check(&node);
        if (r >= 0 && kcn_compare_nodes(&node) > 0)
                r = -EINVAL;
        return r;
}
