/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "own.h"

static int keeper_silent(const char *identity, struct ocf_error *err)
{
        return ocf_fail(err, -ETIMEDOUT,
                        "the keeper of '%s' did not answer in time: see 'journalctl -u "
                        "validator-keeper@%s'",
                        identity, identity);
}

/* A keeper that is just being started by its socket unit accepts later; its backlog holds us
 * meanwhile. One that hangs has a full backlog sooner or later, and connect waits for as long as
 * the send timeout says: for ever, by default. */
static int keeper_connect(const char *identity, const struct deadline *deadline,
                          struct ocf_error *err)
{
        int left_ms = deadline_left_ms(deadline);
        struct timeval left = {.tv_sec = left_ms / 1000, .tv_usec = left_ms % 1000 * 1000 + 1};
        OWN_FD int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        struct sockaddr_un address = {.sun_family = AF_UNIX};

        if (fd < 0)
                return ocf_fail(err, -errno, "cannot make a socket: %s", strerror(errno));
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.sock", SEAT_SOCKET_DIR,
                       identity);
        if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &left, sizeof left) < 0)
                return ocf_fail(err, -errno, "cannot bound a socket's time: %s", strerror(errno));
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
                return fd_take(&fd);
        if (errno == EAGAIN)
                return keeper_silent(identity, err);
        if (errno == EACCES)
                return ocf_fail(err, -EACCES, "the keeper of '%s' answers root alone: use sudo",
                                identity);
        return ocf_fail(err, -EHOSTDOWN,
                        "the keeper of '%s' does not listen at '%s' (%s): start it with "
                        "'systemctl enable --now validator-keeper@%s.socket'",
                        identity, address.sun_path, strerror(errno), identity);
}

static int keeper_receive(int fd, const char *identity, struct lines *ret_answer,
                          const struct deadline *deadline, struct ocf_error *err)
{
        char bytes[LINES_MAX];
        ssize_t n;

        if (!clock_wait_fd(deadline, fd, deadline_left_ms(deadline)))
                return keeper_silent(identity, err);
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n <= 0)
                return ocf_fail(err, -EHOSTDOWN,
                                "the keeper of '%s' ended while it was asked: see 'journalctl -u "
                                "validator-keeper@%s'",
                                identity, identity);
        if (lines_parse(ret_answer, bytes, (size_t)n) < 0)
                return ocf_fail(err, -EPROTO, "the keeper of '%s' answered with no message",
                                identity);
        return seat_version_check(ret_answer, err);
}

static int answer_result(const struct lines *answer, struct ocf_error *err)
{
        char reason[480];

        if (lines_is(answer, "result", "ok"))
                return 0;
        (void)lines_get(answer, "reason", reason, sizeof reason);
        if (lines_is(answer, "result", "pending"))
                return ocf_fail(err, -EAGAIN, "%s", *reason ? reason : "it is not done yet");
        return ocf_fail(err, lines_is(answer, "result", "refused") ? -EPERM : -EIO, "%s",
                        *reason ? reason : "the keeper gave no reason");
}

int seat_ask(const char *identity, const struct lines *request, struct lines *ret_answer,
             const struct deadline *deadline, struct ocf_error *err)
{
        OWN_FD int fd = -1;
        int r = seat_identity_check(identity, err);

        if (r < 0)
                return r;
        r = fd = keeper_connect(identity, deadline, err);
        if (r < 0)
                return r;
        if (send(fd, request->text, request->length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
                return ocf_fail(err, -EHOSTDOWN, "cannot ask the keeper of '%s': %s", identity,
                                strerror(errno));
        r = keeper_receive(fd, identity, ret_answer, deadline, err);
        return r < 0 ? r : answer_result(ret_answer, err);
}

static enum tri answer_tri(const struct lines *answer, const char *name)
{
        if (lines_is(answer, name, "yes"))
                return TRI_YES;
        return lines_is(answer, name, "no") ? TRI_NO : TRI_UNKNOWN;
}

/* The first of these that the keeper has something to say about. */
static void answer_trouble(const struct lines *answer, char *ret_text, size_t size)
{
        static const char *const names[] = {"signer_fault", "authority_fault", "gate_fault",
                                            "floor_fault", "lease_why"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (lines_get(answer, names[i], ret_text, size) && *ret_text)
                        return;
}

static void answer_lease(const struct lines *answer, struct seat_view *view)
{
        (void)lines_get(answer, "lease", view->lease, sizeof view->lease);
        (void)lines_get(answer, "holder", view->holder, sizeof view->holder);
        (void)lines_get(answer, "gate", view->gate, sizeof view->gate);
        (void)lines_get(answer, "slice", view->slice, sizeof view->slice);
        view->holder_epoch = lines_get_u64(answer, "holder_epoch", 0);
        view->seen_ms = (int64_t)lines_get_u64(answer, "seen_ms", 0);
        view->kill_left_ms = (int64_t)lines_get_u64(answer, "kill_left_ms", 0);
        view->takeover_left_ms = (int64_t)lines_get_u64(answer, "takeover_left_ms", 0);
        view->age_ms = (int64_t)lines_get_u64(answer, "age_ms", 0);
        view->gate_left_ms = (int64_t)lines_get_u64(answer, "gate_left_ms", 0);
        view->floor = lines_get_u64(answer, "floor", UINT64_MAX);
        view->ended_at = lines_get_u64(answer, "ended_at", UINT64_MAX);
        view->ended = view->ended_at != UINT64_MAX;
        if (view->floor != UINT64_MAX)
                view->keeps_floor = TRI_YES;
        else
                view->keeps_floor = *view->lease ? TRI_UNKNOWN : TRI_NO;
        answer_trouble(answer, view->trouble, sizeof view->trouble);
}

void seat_view_parse(const struct lines *answer, struct seat_view *ret_view)
{
        *ret_view = (struct seat_view){0};
        ret_view->held = answer_tri(answer, "held");
        ret_view->armed = answer_tri(answer, "armed");
        ret_view->epoch = lines_get_u64(answer, "epoch", 0);
        ret_view->signer_epoch = lines_get_u64(answer, "signer_epoch", 0);
        ret_view->signer_pid = (pid_t)lines_get_u64(answer, "signer_pid", 0);
        ret_view->accepted_risk = lines_is(answer, "accept_risk", "yes");
        (void)lines_get(answer, "address", ret_view->address, sizeof ret_view->address);
        (void)lines_get(answer, "authority", ret_view->authority, sizeof ret_view->authority);
        (void)lines_get(answer, "fault", ret_view->fault, sizeof ret_view->fault);
        (void)lines_get(answer, "signer_unit", ret_view->signer_unit, sizeof ret_view->signer_unit);
        answer_lease(answer, ret_view);
}

int seat_status(const char *identity, const struct deadline *deadline, struct seat_view *ret_view,
                struct ocf_error *err)
{
        struct lines request, answer;
        int r;

        *ret_view = (struct seat_view){0};
        seat_request(&request, "status");
        r = seat_ask(identity, &request, &answer, deadline, err);
        if (r >= 0)
                seat_view_parse(&answer, ret_view);
        return r < 0 ? r : 0;
}

int seat_tell(const char *identity, const char *request, const struct deadline *deadline,
              struct ocf_error *err)
{
        struct lines question, answer;

        seat_request(&question, request);
        return seat_ask(identity, &question, &answer, deadline, err);
}
