/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "own.h"
#include "quorum/votes.h"
#include "rpc/json_rpc.h"
#include "seat/client.h"
#include "text.h"

#define STATUS_MS 5000
#define VOTES_MS 2000

static json_t *height_json(bool known, uint64_t height)
{
        return known ? json_integer((json_int_t)height) : json_null();
}

/* NULL: corosync does not say. */
static json_t *votes_json(const struct quorum_votes *votes)
{
        if (!votes)
                return json_null();
        return json_pack("{s:b, s:i, s:i, s:i, s:b, s:b, s:b, s:b}", "quorate", (int)votes->quorate,
                         "present", (int)votes->present, "expected", (int)votes->expected, "needed",
                         (int)votes->needed, "two_node", (int)votes->two_node, "wait_for_all",
                         (int)votes->wait_for_all, "qdevice", (int)votes->qdevice, "qdevice_votes",
                         (int)votes->qdevice_votes);
}

static int print_json(const char *identity, const struct seat_view *view,
                      const struct quorum_votes *votes, struct ocf_error *err)
{
        OWN(own_json)
        json_t *root = json_pack(
                "{s:s, s:s, s:s, s:b, s:s, s:I, s:s, s:s, s:s, s:I, s:I, "
                "s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:I, s:s, s:o, s:o, s:o}",
                "identity", identity, "address", view->address, "authority", view->authority,
                "accept_risk", (int)view->accepted_risk, "held", tri_name(view->held), "epoch",
                (json_int_t)view->epoch, "fault", view->fault, "armed", tri_name(view->armed),
                "signer_unit", view->signer_unit, "signer_epoch", (json_int_t)view->signer_epoch,
                "signer_pid", (json_int_t)view->signer_pid, "lease", view->lease, "holder",
                view->holder, "holder_epoch", (json_int_t)view->holder_epoch, "age_ms",
                (json_int_t)view->age_ms, "seen_ms", (json_int_t)view->seen_ms, "kill_left_ms",
                (json_int_t)view->kill_left_ms, "takeover_left_ms",
                (json_int_t)view->takeover_left_ms, "gate", view->gate, "gate_left_ms",
                (json_int_t)view->gate_left_ms, "trouble", view->trouble, "floor",
                height_json(view->keeps_floor == TRI_YES, view->floor), "ended_at",
                height_json(view->ended, view->ended_at), "votes", votes_json(votes));

        if (!root || json_dumpf(root, stdout, JSON_INDENT(2)) < 0)
                return ocf_fail(err, -EIO, "cannot print the status");
        (void)putchar('\n');
        return 0;
}

static void print_lease(const struct seat_view *view)
{
        (void)printf("lease      %s; holder %s", view->lease,
                     *view->holder ? view->holder : "nobody");
        if (*view->holder)
                (void)printf(", epoch %" PRIu64, view->holder_epoch);
        if (text_equal(view->lease, "held"))
                (void)printf(", renewed %" PRId64 " ms ago; the signer has %" PRId64 " ms left",
                             view->age_ms, view->kill_left_ms);
        else if (*view->holder)
                (void)printf(", seen to be renewed %" PRId64 " ms ago; may be taken in %" PRId64
                             " ms",
                             view->seen_ms, view->takeover_left_ms);
        (void)printf("\ngate       %s", view->gate);
        if (text_equal(view->gate, "leased"))
                (void)printf(" for %" PRId64 " ms", view->gate_left_ms);
        if (text_equal(view->gate, "none"))
                (void)printf(": a frozen keeper could not keep the signer from signing on");
        (void)printf("\n");
        if (view->keeps_floor == TRI_YES)
                (void)printf("floor      %" PRIu64, view->floor);
        if (view->ended)
                (void)printf("; the signer before ended at %" PRIu64, view->ended_at);
        if (view->keeps_floor == TRI_YES)
                (void)printf("\n");
        if (*view->trouble)
                (void)printf("waits      %s\n", view->trouble);
}

static void print_text(const char *identity, const struct seat_view *view)
{
        (void)printf("identity   %s (%s)\n", identity, view->address);
        (void)printf("authority  %s%s\n", view->authority,
                     view->accepted_risk ? "; accept_risk=yes: nothing excludes a second signer"
                                         : "");
        if (view->held == TRI_YES)
                (void)printf("seat       held here, epoch %" PRIu64 "\n", view->epoch);
        else
                (void)printf("seat       not held here\n");
        if (*view->lease)
                print_lease(view);
        if (*view->fault)
                (void)printf("fault      %s\n", view->fault);
        if (view->signer_pid)
                (void)printf("signer     %s, process %d, epoch %" PRIu64 "\n", view->signer_unit,
                             (int)view->signer_pid, view->signer_epoch);
        else if (view->armed == TRI_YES)
                (void)printf("signer     %s, epoch %" PRIu64 ": no process of it is watched\n",
                             view->signer_unit, view->signer_epoch);
        else
                (void)printf("signer     none\n");
}

/* A machine whose cluster is stopped, or without one, still has a keeper. */
static void print_votes(const struct quorum_votes *votes, const struct ocf_error *why)
{
        OWN_TEXT char *text = votes ? quorum_votes_format(votes) : NULL;

        (void)printf("cluster    %s\n", text ? text : why->sentence);
}

int status_print(const char *identity, bool json, struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(STATUS_MS);
        struct quorum_votes counted;
        const struct quorum_votes *votes = NULL;
        struct deadline patience;
        struct ocf_error why = {0};
        struct seat_view view;
        int r = seat_status(identity, &deadline, &view, err);

        if (r < 0)
                return r;
        patience = deadline_in(VOTES_MS);
        if (quorum_votes_fetch(&patience, &counted, &why) >= 0)
                votes = &counted;
        if (json)
                return print_json(identity, &view, votes, err);
        print_text(identity, &view);
        print_votes(votes, &why);
        return 0;
}
