/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <qb/qbloop.h>
#include <systemd/sd-daemon.h>

#include "clock.h"
#include "ocf/log.h"
#include "own.h"
#include "seat/protocol.h"

#define INFORM_AGAIN_MS 1000
#define LEASED_WATCHDOG_US 5000000

enum { CALLERS_MAX = 16 };

/* Who is connected and has not asked yet. */
struct caller {
        int fd; /* -1: nobody */
        uint64_t number;
};

struct server {
        struct keeper *keeper;
        qb_loop_t *loop;
        int socket;
        struct caller callers[CALLERS_MAX];
        uint64_t callers_seen;
        int signer_fd;   /* the pidfd that the loop watches now; -1: none */
        int informer_fd; /* the same */
        qb_loop_timer_handle inform_timer;
        int seat_timer; /* a timerfd: libqb's own timers spin through their last millisecond */
        uint64_t watchdog_ns; /* 0: systemd asks for none */
};

static int32_t on_signer_end(int32_t fd, int32_t revents, void *data);
static int32_t on_informer_end(int32_t fd, int32_t revents, void *data);

/* The descriptors of signer and informer come and go with the requests; the loop follows. */
static void watches_follow(struct server *server)
{
        int signer_fd = server->keeper->signer.pidfd;
        int informer_fd = server->keeper->informer.pidfd;

        if (server->signer_fd != signer_fd) {
                if (server->signer_fd >= 0)
                        (void)qb_loop_poll_del(server->loop, server->signer_fd);
                if (signer_fd >= 0)
                        (void)qb_loop_poll_add(server->loop, QB_LOOP_HIGH, signer_fd, POLLIN,
                                               server, on_signer_end);
                server->signer_fd = signer_fd;
        }
        if (server->informer_fd != informer_fd) {
                if (server->informer_fd >= 0)
                        (void)qb_loop_poll_del(server->loop, server->informer_fd);
                if (informer_fd >= 0)
                        (void)qb_loop_poll_add(server->loop, QB_LOOP_MED, informer_fd, POLLIN,
                                               server, on_informer_end);
                server->informer_fd = informer_fd;
        }
}

/* Takes a descriptor out of the loop before its owner closes it: the number may be used again at
 * once. */
static void watch_forget(struct server *server, int *fd)
{
        if (*fd >= 0)
                (void)qb_loop_poll_del(server->loop, *fd);
        *fd = -1;
}

static int32_t on_signer_end(int32_t fd, int32_t revents, void *data)
{
        struct server *server = data;

        (void)fd;
        (void)revents;
        watch_forget(server, &server->signer_fd);
        watch_forget(server, &server->informer_fd);
        keeper_signer_ended(server->keeper);
        watches_follow(server);
        return 0;
}

static void on_inform_again(void *data)
{
        struct server *server = data;

        server->inform_timer = 0;
        watch_forget(server, &server->informer_fd);
        keeper_inform(server->keeper);
        watches_follow(server);
}

static int32_t on_informer_end(int32_t fd, int32_t revents, void *data)
{
        struct server *server = data;

        (void)fd;
        (void)revents;
        watch_forget(server, &server->informer_fd);
        if (keeper_informed(server->keeper) < 0 && !server->inform_timer)
                (void)qb_loop_timer_add(server->loop, QB_LOOP_MED,
                                        INFORM_AGAIN_MS * QB_TIME_NS_IN_MSEC, server,
                                        on_inform_again, &server->inform_timer);
        watches_follow(server);
        return 0;
}

static void seat_follow(struct server *server);

/* Whatever happened, the lease has to be looked at: an answer of the authority, a wish, the time.
 */
static void seat_go_on(struct server *server)
{
        if (!server->keeper->seat.leased)
                return;
        watch_forget(server, &server->signer_fd);
        watch_forget(server, &server->informer_fd);
        keeper_seat_run(server->keeper);
        watches_follow(server);
        seat_follow(server);
}

static int32_t on_seat_time(int32_t fd, int32_t revents, void *data)
{
        uint64_t times;

        (void)revents;
        (void)!read(fd, &times, sizeof times);
        seat_go_on(data);
        return 0;
}

static int32_t on_seat_answer(int32_t fd, int32_t revents, void *data)
{
        (void)fd;
        (void)revents;
        seat_go_on(data);
        return 0;
}

static void seat_follow(struct server *server)
{
        const int64_t left_ms = seat_wake_ms(&server->keeper->seat);
        const struct itimerspec at = {
                .it_value = {.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000}};

        (void)timerfd_settime(server->seat_timer, 0, &at, NULL);
}

static bool peer_is_root(int fd)
{
        struct ucred peer;
        socklen_t size = sizeof peer;

        return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0;
}

static bool request_receive(int fd, struct lines *ret_request)
{
        char bytes[LINES_MAX];
        ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC);

        if (n <= 0 || (size_t)n > sizeof bytes)
                return false;
        return lines_parse(ret_request, bytes, (size_t)n) == 0;
}

/* One request, on a connection of its own. */
static void caller_answer(struct server *server, int fd)
{
        struct lines request, answer;
        /* Read in any case: closing with bytes unread would take the answer with it. */
        const bool received = request_receive(fd, &request);

        if (!peer_is_root(fd)) {
                seat_answer(&answer, "refused", "only root may ask a keeper");
        } else if (!received) {
                seat_answer(&answer, "refused", "the request is no message");
        } else {
                /* A request may close what the loop still watches. */
                watch_forget(server, &server->signer_fd);
                watch_forget(server, &server->informer_fd);
                keeper_answer(server->keeper, &request, &answer);
                watches_follow(server);
        }
        /* First of all: the seat's next step may take its time. */
        (void)send(fd, answer.text, answer.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        seat_go_on(server);
}

static void caller_leave(struct server *server, struct caller *caller)
{
        if (caller->fd >= 0)
                (void)qb_loop_poll_del(server->loop, caller->fd);
        own_close(&caller->fd);
        caller->fd = -1;
}

/* A free place, or that of who came first. */
static struct caller *caller_place(struct server *server)
{
        struct caller *place = &server->callers[0];

        for (size_t i = 0; i < CALLERS_MAX; i++) {
                struct caller *caller = &server->callers[i];

                if (caller->fd < 0)
                        return caller;
                if (caller->number < place->number)
                        place = caller;
        }
        return place;
}

static int32_t on_caller(int32_t fd, int32_t revents, void *data)
{
        struct server *server = data;

        (void)revents;
        for (size_t i = 0; i < CALLERS_MAX; i++) {
                if (server->callers[i].fd != fd)
                        continue;
                caller_answer(server, fd);
                caller_leave(server, &server->callers[i]);
                break;
        }
        return 0;
}

/* On a busy machine an agent may be kept from saying what it connected for: nobody waits for it. Of
 * too many silent ones, the one that came first has to leave. */
static int32_t on_connection(int32_t listening, int32_t revents, void *data)
{
        struct server *server = data;
        struct caller *place = caller_place(server);
        int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);

        (void)revents;
        if (fd < 0)
                return 0;
        caller_leave(server, place);
        *place = (struct caller){.fd = fd, .number = ++server->callers_seen};
        (void)qb_loop_poll_add(server->loop, QB_LOOP_MED, fd, POLLIN, server, on_caller);
        return 0;
}

static int32_t on_stop(int32_t number, void *data)
{
        struct server *server = data;

        (void)number;
        qb_loop_stop(server->loop);
        return 0;
}

static void on_watchdog(void *data)
{
        struct server *server = data;

        (void)sd_notify(0, "WATCHDOG=1");
        (void)qb_loop_timer_add(server->loop, QB_LOOP_HIGH, server->watchdog_ns, server,
                                on_watchdog, NULL);
}

/* What lies at the address may go only when nobody listens there: systemd does for a keeper that it
 * has not started yet, and whoever connects after that would wait for nobody. */
static int socket_left_over(const struct sockaddr_un *address, const char *identity,
                            struct ocf_error *err)
{
        OWN_FD int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        if (fd < 0)
                return ocf_fail(err, -errno, "cannot make a socket: %s", strerror(errno));
        if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 &&
            (errno == ECONNREFUSED || errno == ENOENT))
                return 0;
        return ocf_fail(err, -EADDRINUSE,
                        "somebody listens at '%s' for the keeper of '%s', systemd most likely: "
                        "start it with 'systemctl start validator-keeper@%s.service', or stop "
                        "validator-keeper@%s.socket first",
                        address->sun_path, identity, identity, identity);
}

/* By hand, without systemd's socket unit. */
static int socket_bind(const char *identity, struct ocf_error *err)
{
        OWN_FD int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        int r;

        if (fd < 0)
                return ocf_fail(err, -errno, "cannot make a socket: %s", strerror(errno));
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.sock", SEAT_SOCKET_DIR,
                       identity);
        r = socket_left_over(&address, identity, err);
        if (r < 0)
                return r;
        (void)unlink(address.sun_path);
        if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
            chmod(address.sun_path, 0600) < 0 || listen(fd, 16) < 0)
                return ocf_fail(err, -errno, "cannot listen at '%s': %s", address.sun_path,
                                strerror(errno));
        return fd_take(&fd);
}

static int socket_open(const char *identity, struct ocf_error *err)
{
        int passed = sd_listen_fds(1);

        if (passed > 1)
                return ocf_fail(err, -EINVAL, "systemd passed %d sockets, but must pass one",
                                passed);
        if (passed == 1)
                return SD_LISTEN_FDS_START;
        return socket_bind(identity, err);
}

static void server_begin(struct server *server)
{
        uint64_t watchdog_us = 0;

        (void)qb_loop_poll_add(server->loop, QB_LOOP_MED, server->socket, POLLIN, server,
                               on_connection);
        (void)qb_loop_signal_add(server->loop, QB_LOOP_HIGH, SIGTERM, server, on_stop, NULL);
        (void)qb_loop_signal_add(server->loop, QB_LOOP_HIGH, SIGINT, server, on_stop, NULL);
        if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
                /* A keeper that stands still leaves a mute signer behind: with a lease, its end is
                 * what the other side's Pacemaker waits for. */
                if (server->keeper->seat.leased && watchdog_us > LEASED_WATCHDOG_US) {
                        watchdog_us = LEASED_WATCHDOG_US;
                        (void)sd_notifyf(0, "WATCHDOG_USEC=%d", LEASED_WATCHDOG_US);
                }
                server->watchdog_ns = watchdog_us * 1000 / 3;
                on_watchdog(server);
        }
        keeper_inform(server->keeper); /* a signer that died while no keeper was there */
        watches_follow(server);
        if (server->keeper->seat.leased) {
                int fds[SEAT_FDS];

                seat_fds(&server->keeper->seat, fds);
                for (size_t i = 0; i < SEAT_FDS; i++)
                        (void)qb_loop_poll_add(server->loop, QB_LOOP_HIGH, fds[i], POLLIN, server,
                                               on_seat_answer);
                (void)qb_loop_poll_add(server->loop, QB_LOOP_HIGH, server->seat_timer, POLLIN,
                                       server, on_seat_time);
        }
        seat_go_on(server);
        (void)sd_notify(0, "READY=1");
}

int server_run(struct keeper *keeper, struct ocf_error *err)
{
        struct server server = {.keeper = keeper, .signer_fd = -1, .informer_fd = -1};
        OWN_FD int timer = -1;
        OWN_FD int fd = socket_open(keeper->config.identity, err);
        int r = fd;

        if (r < 0)
                return r;
        r = keeper_load(keeper, err);
        if (r < 0)
                return r;
        keeper_place(keeper);
        if (keeper->seat.leased) {
                clock_hurry();
                r = timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
                if (r < 0)
                        return ocf_fail(err, -errno, "cannot make a timer: %s", strerror(errno));
        }
        server.seat_timer = timer;
        server.socket = fd;
        for (size_t i = 0; i < CALLERS_MAX; i++)
                server.callers[i].fd = -1;
        server.loop = qb_loop_create();
        server_begin(&server);
        qb_loop_run(server.loop);
        (void)sd_notify(0, "STOPPING=1");
        for (size_t i = 0; i < CALLERS_MAX; i++)
                caller_leave(&server, &server.callers[i]);
        qb_loop_destroy(server.loop);
        informer_stop(&keeper->informer);
        seat_release(&keeper->seat);
        return 0;
}
