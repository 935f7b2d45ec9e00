/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/ipc.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "text.h"

/* The parser asks for bytes; this is what it asks. */
struct incoming {
        int fd;
        const struct deadline *deadline;
        size_t total;
        int r;
};

static int ipc_connect(const char *path, struct ocf_error *err)
{
        OWN_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        struct sockaddr_un address = {.sun_family = AF_UNIX};

        if (fd < 0)
                return ocf_fail(err, -errno, "cannot make a socket: %s", strerror(errno));
        if (strlen(path) >= sizeof address.sun_path)
                return ocf_fail(err, -ENAMETOOLONG, "the socket's path '%s' is too long", path);
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                return ocf_fail(err, -errno, "the node does not listen at '%s': %s", path,
                                strerror(errno));
        return fd_take(&fd);
}

static int ipc_wait_writable(int fd, const struct deadline *deadline, struct ocf_error *err)
{
        struct pollfd wait = {.fd = fd, .events = POLLOUT};

        if (deadline_passed(deadline))
                return ocf_fail(err, -ETIMEDOUT, "the node takes no request");
        (void)poll(&wait, 1, deadline_left_ms(deadline));
        return 0;
}

static int ipc_send(int fd, const char *text, const struct deadline *deadline,
                    struct ocf_error *err)
{
        size_t left = strlen(text);
        int r = 0;

        while (left && r >= 0) {
                ssize_t n = send(fd, text, left, MSG_NOSIGNAL);

                if (n > 0) {
                        text += n;
                        left -= (size_t)n;
                } else if (n < 0 && errno == EAGAIN) {
                        r = ipc_wait_writable(fd, deadline, err);
                } else if (n < 0 && errno != EINTR) {
                        r = ocf_fail(err, -errno, "the node takes no request: %s", strerror(errno));
                }
        }
        return r;
}

/* For json_load_callback: (size_t)-1 ends with an error, which stands in `r`. */
static size_t ipc_receive(void *buffer, size_t size, void *data)
{
        struct incoming *incoming = data;

        for (;;) {
                ssize_t n = recv(incoming->fd, buffer, size, 0);

                if (n > 0 && incoming->total + (size_t)n <= RPC_REPLY_MAX) {
                        incoming->total += (size_t)n;
                        return (size_t)n;
                }
                if (n >= 0) {
                        incoming->r = n == 0 ? -EPIPE : -EMSGSIZE;
                        return n == 0 ? 0 : (size_t)-1;
                }
                if (errno != EAGAIN && errno != EINTR) {
                        incoming->r = -errno;
                        return (size_t)-1;
                }
                if (!clock_wait_fd(incoming->deadline, incoming->fd,
                                   deadline_left_ms(incoming->deadline))) {
                        incoming->r = -ETIMEDOUT;
                        return (size_t)-1;
                }
        }
}

static int receive_refuse(const struct incoming *incoming, json_error_t *where,
                          struct ocf_error *err)
{
        switch (incoming->r) {
        case -ETIMEDOUT:
                return ocf_fail(err, -ETIMEDOUT, "the node did not answer in time");
        case -EMSGSIZE:
                return ocf_fail(err, -EMSGSIZE, "the node's reply is longer than %zu bytes",
                                RPC_REPLY_MAX);
        case -EPIPE:
                return ocf_fail(err, -EPROTO, "the node ended the connection within its reply");
        case 0:
                text_tame(where->text);
                return ocf_fail(err, -EPROTO, "the node's reply is no JSON: %.100s", where->text);
        default:
                return ocf_fail(err, incoming->r, "cannot read the node's reply: %s",
                                strerror(-incoming->r));
        }
}

int ipc_call(const char *path, struct rpc_call *calls, size_t count,
             const struct deadline *deadline, struct ocf_error *err)
{
        OWN_TEXT char *request = rpc_request_text(calls, count);
        OWN_FD int fd = ipc_connect(path, err);
        struct incoming incoming = {.fd = fd, .deadline = deadline};
        OWN_JSON json_t *reply = NULL;
        json_error_t where;
        int r;

        if (fd < 0)
                return fd;
        r = ipc_send(fd, request, deadline, err);
        if (r < 0)
                return r;
        reply = json_load_callback(ipc_receive, &incoming,
                                   JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &where);
        if (!reply)
                return receive_refuse(&incoming, &where, err);
        return rpc_reply_take(reply, calls, count, err);
}
