/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/stalled.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "agents/kcn-node/static_nodes.h"
#include "own.h"
#include "parse.h"
#include "process/cgroup.h"
#include "process/diag.h"

#define ESTABLISHED 1 /* the kernel's TCP_ESTABLISHED */

/* What the other side takes to read the message and answer it, beside the way there and back. */
#define ANSWER_US (300 * 1000)

#define CGROUPS_MAX 16

/* An address, a port and what stands between and around them. */
#define REMOTE_SIZE (INET6_ADDRSTRLEN + 16)

/* "ADDRESS:PORT" or "[ADDRESS]:PORT" behind the key, before the query. */
static bool remote_read(const char *url, char ret_address[static REMOTE_SIZE], uint64_t *ret_port)
{
        char text[REMOTE_SIZE];
        const char *at = url + STATIC_NODES_KEY_AT + STATIC_NODES_KEY_DIGITS + 1;
        bool bracket;
        char *colon;

        if (static_nodes_check_url(url, NULL) < 0)
                return false;
        (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "?/"), at);
        colon = strrchr(text, ':');
        if (!colon || parse_u64(colon + 1, ret_port) < 0)
                return false;
        *colon = '\0';
        bracket = *text == '[' && colon[-1] == ']';
        if (bracket)
                colon[-1] = '\0';
        (void)snprintf(ret_address, REMOTE_SIZE, "%s", text + bracket);
        return true;
}

bool stalled_is_to(const struct inet_diag_msg *found, const char *url)
{
        char address[REMOTE_SIZE];
        uint8_t wanted[sizeof found->id.idiag_dst] = {0};
        int family = found->idiag_family;
        uint64_t port;

        return remote_read(url, address, &port) && port == ntohs(found->id.idiag_dport) &&
               inet_pton(family, address, wanted) == 1 &&
               memcmp(wanted, found->id.idiag_dst, family == AF_INET ? 4 : 16) == 0;
}

static bool is_stalled(const struct inet_diag_msg *found, const struct tcp_info *info,
                       const void *data)
{
        const struct text_list *urls = data;

        if (!info || info->tcpi_bytes_received != 1 ||
            (uint64_t)info->tcpi_last_data_recv * 1000 < ANSWER_US + 2 * (uint64_t)info->tcpi_rtt)
                return false;
        for (size_t i = 0; i < urls->count; i++)
                if (stalled_is_to(found, urls->items[i]))
                        return true;
        return false;
}

int stalled_end(const char *control_group, const struct text_list *urls, struct ocf_error *err)
{
        const struct diag_look look = {
                .states = 1 << ESTABLISHED, .wanted = is_stalled, .data = urls, .destroy = true};
        uint64_t ids[CGROUPS_MAX];
        OWN_FD int cgroup = -1;
        size_t count = 0, ended = 0;
        int r = cgroup_open(control_group, &cgroup, err);

        if (r >= 0)
                r = cgroup_ids(cgroup, ids, CGROUPS_MAX, &count, err);
        if (r < 0)
                return r;
        r = diag_sockets(&look, ids, count, &ended);
        if (r < 0)
                return ocf_fail(err, r, "cannot end connections that kcn let stall: %s",
                                strerror(-r));
        return (int)ended;
}
