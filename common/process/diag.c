/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "own.h"

enum { DIAG_REPLY_SIZE = 32768 };

struct diag_request {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
        struct rtattr filter;
        struct inet_diag_bc_op op;
        uint64_t cgroup;
} __attribute__((packed, aligned(4)));

struct socket_sweep {
        const struct diag_look *look;
        int netlink;
        int destroyer;
        size_t count;
};

static int diag_open(int *ret_netlink)
{
        const struct timeval patience = {.tv_sec = 2};
        int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

        if (netlink < 0)
                return -errno;
        (void)setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        *ret_netlink = netlink;
        return 0;
}

/* Asks for the TCP sockets of one family made in one cgroup. */
static int diag_ask(const struct socket_sweep *sweep, uint8_t family, uint64_t cgroup)
{
        struct diag_request request = {
                .head = {.nlmsg_len = sizeof request,
                         .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                         .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                .body = {.sdiag_family = family,
                         .sdiag_protocol = IPPROTO_TCP,
                         .idiag_ext = sweep->look->wanted ? 1 << (INET_DIAG_INFO - 1) : 0,
                         .idiag_states = sweep->look->states},
                .filter = {.rta_type = INET_DIAG_REQ_BYTECODE,
                           .rta_len = sizeof request.filter + sizeof request.op +
                                      sizeof request.cgroup},
                /* The jump on "no" leads one past the end, which means: refuse. */
                .op = {.code = INET_DIAG_BC_CGROUP_COND,
                       .yes = sizeof request.op + sizeof request.cgroup,
                       .no = sizeof request.op + sizeof request.cgroup + 4},
                .cgroup = cgroup,
        };

        return send(sweep->netlink, &request, sizeof request, 0) < 0 ? -errno : 0;
}

/* Ends one socket. That it is gone already is as good. */
static int socket_destroy(int destroyer, const struct inet_diag_msg *found)
{
        struct {
                struct nlmsghdr head;
                struct inet_diag_req_v2 body;
        } request = {
                .head = {.nlmsg_len = sizeof request,
                         .nlmsg_type = SOCK_DESTROY,
                         .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
                .body = {.sdiag_family = found->idiag_family,
                         .sdiag_protocol = IPPROTO_TCP,
                         .id = found->id},
        };
        struct {
                struct nlmsghdr head;
                struct nlmsgerr body;
                char rest[256];
        } answer;

        if (send(destroyer, &request, sizeof request, 0) < 0 ||
            recv(destroyer, &answer, sizeof answer, 0) < 0)
                return -errno;
        if (answer.head.nlmsg_type != NLMSG_ERROR || answer.body.error == -ENOENT)
                return 0;
        return answer.body.error;
}

/* The socket's numbers, which an older kernel may give fewer of. */
static const struct tcp_info *info_find(struct nlmsghdr *message, struct tcp_info *ret_info)
{
        struct inet_diag_msg *found = NLMSG_DATA(message);
        struct rtattr *at = (struct rtattr *)(found + 1);
        size_t length = NLMSG_PAYLOAD(message, sizeof *found);

        for (; RTA_OK(at, length); at = RTA_NEXT(at, length)) {
                size_t size = RTA_PAYLOAD(at);

                if (at->rta_type != INET_DIAG_INFO)
                        continue;
                *ret_info = (struct tcp_info){0};
                memcpy(ret_info, RTA_DATA(at), size < sizeof *ret_info ? size : sizeof *ret_info);
                return ret_info;
        }
        return NULL;
}

static int socket_judge(struct socket_sweep *sweep, struct nlmsghdr *message)
{
        const struct diag_look *look = sweep->look;
        const struct inet_diag_msg *found = NLMSG_DATA(message);
        struct tcp_info info;

        if (look->wanted && !look->wanted(found, info_find(message, &info), look->data))
                return 0;
        sweep->count++;
        return look->destroy ? socket_destroy(sweep->destroyer, found) : 0;
}

/* One datagram of the answer. Returns 1 when it was the last. */
static int sweep_message(struct socket_sweep *sweep, void *buffer, size_t length)
{
        struct nlmsghdr *at = buffer;

        for (; NLMSG_OK(at, length); at = NLMSG_NEXT(at, length)) {
                int r;

                if (at->nlmsg_type == NLMSG_DONE)
                        return 1;
                if (at->nlmsg_type == NLMSG_ERROR)
                        return ((struct nlmsgerr *)NLMSG_DATA(at))->error;
                if (at->nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
                        return -EPROTO;
                r = socket_judge(sweep, at);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int sweep_cgroup(struct socket_sweep *sweep, uint8_t family, uint64_t cgroup)
{
        char buffer[DIAG_REPLY_SIZE] __attribute__((aligned(8)));
        int r = diag_ask(sweep, family, cgroup);

        while (r == 0) {
                ssize_t length = recv(sweep->netlink, buffer, sizeof buffer, 0);

                if (length < 0)
                        return -errno;
                r = sweep_message(sweep, buffer, (size_t)length);
        }
        return r < 0 ? r : 0;
}

int diag_sockets(const struct diag_look *look, const uint64_t *cgroups, size_t count,
                 size_t *ret_found)
{
        const uint8_t families[] = {AF_INET, AF_INET6};
        OWN_FD int netlink = -1;
        OWN_FD int destroyer = -1;
        struct socket_sweep sweep;
        int r = diag_open(&netlink);

        if (r == 0)
                r = diag_open(&destroyer);
        sweep = (struct socket_sweep){.look = look, .netlink = netlink, .destroyer = destroyer};
        for (size_t i = 0; r == 0 && i < count; i++)
                for (size_t f = 0; r == 0 && f < sizeof families; f++)
                        r = sweep_cgroup(&sweep, families[f], cgroups[i]);
        if (r == -EINVAL || r == -ENOENT || r == -EPROTONOSUPPORT)
                return -EOPNOTSUPP;
        if (r < 0)
                return r;
        *ret_found = sweep.count;
        return 0;
}
