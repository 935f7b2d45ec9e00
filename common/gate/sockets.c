/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/sockets.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "own.h"

enum { DIAG_REPLY_SIZE = 32768 };

/* All: every state but TIME_WAIT (6), which holds no data, and LISTEN (10) included. Closed:
 * FIN_WAIT1, FIN_WAIT2, LAST_ACK and CLOSING, which no process can use any more. */
static const uint32_t states_wanted[] = {
        [SOCKETS_ALL] = 0xfff & ~(1 << 6),
        [SOCKETS_CLOSED] = 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11,
};

struct diag_request {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
        struct rtattr filter;
        struct inet_diag_bc_op op;
        uint64_t cgroup;
} __attribute__((packed, aligned(4)));

/* What is done to each socket found. */
struct socket_sweep {
        int netlink;
        uint32_t states;
        int destroyer; /* -1: only count */
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
                         .idiag_states = sweep->states},
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

/* One datagram of the answer. Returns 1 when it was the last. */
static int sweep_message(struct socket_sweep *sweep, void *buffer, size_t length)
{
        struct nlmsghdr *at = buffer;

        for (; NLMSG_OK(at, length); at = NLMSG_NEXT(at, length)) {
                int r = 0;

                if (at->nlmsg_type == NLMSG_DONE)
                        return 1;
                if (at->nlmsg_type == NLMSG_ERROR)
                        return ((struct nlmsgerr *)NLMSG_DATA(at))->error;
                if (at->nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
                        return -EPROTO;
                sweep->count++;
                if (sweep->destroyer >= 0)
                        r = socket_destroy(sweep->destroyer, NLMSG_DATA(at));
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

static int sweep_all(struct socket_sweep *sweep, const uint64_t *cgroups, size_t count)
{
        const uint8_t families[] = {AF_INET, AF_INET6};

        sweep->count = 0;
        for (size_t i = 0; i < count; i++)
                for (size_t f = 0; f < sizeof families; f++) {
                        int r = sweep_cgroup(sweep, families[f], cgroups[i]);

                        if (r < 0)
                                return r;
                }
        return 0;
}

int sockets_destroy(const uint64_t *cgroups, size_t count, enum sockets_which which,
                    size_t *ret_left, struct ocf_error *err)
{
        OWN_FD int netlink = -1;
        OWN_FD int destroyer = -1;
        struct socket_sweep sweep;
        int r = diag_open(&netlink);

        if (r == 0)
                r = diag_open(&destroyer);
        sweep = (struct socket_sweep){
                .netlink = netlink, .states = states_wanted[which], .destroyer = destroyer};
        if (r == 0)
                r = sweep_all(&sweep, cgroups, count);
        sweep.destroyer = -1;
        if (r == 0)
                r = sweep_all(&sweep, cgroups, count);
        if (r == -EINVAL || r == -ENOENT || r == -EOPNOTSUPP || r == -EPROTONOSUPPORT)
                return ocf_fail(err, -EOPNOTSUPP,
                                "cannot end the old signer's connections: this kernel lacks "
                                "INET_DIAG_DESTROY or the cgroup filter of Linux 5.9");
        if (r < 0)
                return ocf_fail(err, r, "cannot end the old signer's connections: %s",
                                strerror(-r));
        *ret_left = sweep.count;
        return 0;
}
