/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quorum/votes.h"

#include <corosync/votequorum.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own.h"
#include "text.h"

/* Node 0 is the one that is asked. */
static cs_error_t info_fetch(struct votequorum_info *ret_info)
{
        votequorum_handle_t handle;
        cs_error_t result = votequorum_initialize(&handle, NULL);

        if (result != CS_OK)
                return result;
        result = votequorum_getinfo(handle, 0, ret_info);
        (void)votequorum_finalize(handle);
        return result;
}

/* The child: the answer is the whole struct, or nothing. */
static void info_tell(int out)
{
        struct votequorum_info info = {0};

        if (info_fetch(&info) != CS_OK || write(out, &info, sizeof info) != (ssize_t)sizeof info)
                _exit(1);
        _exit(0);
}

static void child_end(pid_t child)
{
        (void)kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
}

/* A pipe hands on so few bytes at once (pipe(7), PIPE_BUF). */
static int info_ask(const struct deadline *deadline, struct votequorum_info *ret_info)
{
        struct votequorum_info info;
        OWN_FD int out = -1;
        OWN_FD int in = -1;
        ssize_t length = -1;
        int ends[2];
        pid_t child;

        if (pipe2(ends, O_CLOEXEC) < 0)
                return -errno;
        in = ends[0];
        out = ends[1];
        child = fork();
        if (child == 0)
                info_tell(out);
        if (child < 0)
                return -errno;
        (void)close(fd_take(&out));
        if (clock_wait_fd(deadline, in, deadline_left_ms(deadline)))
                length = read(in, &info, sizeof info);
        child_end(child);
        if (length != (ssize_t)sizeof info)
                return length < 0 ? -ETIMEDOUT : -EHOSTDOWN;
        *ret_info = info;
        return 0;
}

int quorum_votes_fetch(const struct deadline *deadline, struct quorum_votes *ret_votes,
                       struct ocf_error *err)
{
        struct votequorum_info info = {0};
        int r = info_ask(deadline, &info);

        if (r == -ETIMEDOUT)
                return ocf_fail(err, r, "corosync is silent");
        if (r < 0)
                return ocf_fail(err, r, "no corosync with votequorum answers here");
        *ret_votes = (struct quorum_votes){
                .quorate = info.flags & VOTEQUORUM_INFO_QUORATE,
                .present = info.total_votes,
                .expected = info.highest_expected,
                .needed = info.quorum,
                .two_node = info.flags & VOTEQUORUM_INFO_TWONODE,
                .wait_for_all = info.flags & VOTEQUORUM_INFO_WAIT_FOR_ALL,
                .qdevice = info.flags & VOTEQUORUM_INFO_QDEVICE_REGISTERED,
                .qdevice_votes = (info.flags & VOTEQUORUM_INFO_QDEVICE_ALIVE) &&
                                 (info.flags & VOTEQUORUM_INFO_QDEVICE_CAST_VOTE),
        };
        return 0;
}

char *quorum_votes_format(const struct quorum_votes *votes)
{
        const bool waits =
                !votes->quorate && votes->wait_for_all && votes->present >= votes->needed;
        const char *third = "";

        if (votes->qdevice)
                third = votes->qdevice_votes ? ", the qdevice's among them"
                                             : ", and none of the qdevice";
        return text_format("%s, %u of %u votes%s%s%s", votes->quorate ? "quorate" : "NOT quorate",
                           votes->present, votes->expected, third,
                           votes->two_node ? "; two_node: one is enough" : "",
                           waits ? "; waits until it has seen every node once (wait_for_all)" : "");
}
