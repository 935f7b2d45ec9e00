/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* The mutations are for the tests alone, which build this file once with each and have to fail. */
static int64_t lease_gate_ms(const struct lease *lease)
{
#ifdef MUTATION_M7
        return lease->timers.takeover_ms;
#else
        return lease->timers.gate_ms;
#endif
}

static int64_t lease_kill_ms(const struct lease *lease)
{
#ifdef MUTATION_M7
        return lease->timers.takeover_ms;
#else
        return lease->timers.kill_ms;
#endif
}

int lease_init(struct lease *lease, const struct lease_timers *timers, const char *owner,
               const char *boot, struct ocf_error *err)
{
        int r = lease_timers_check(timers, err);

        if (r < 0)
                return r;
        if (!lease_name_fits(owner, LEASE_NODE_MAX) || !lease_name_fits(boot, LEASE_BOOT_MAX))
                return ocf_fail(err, -EINVAL,
                                "the node's name '%s' cannot stand in the seat's record: letters, "
                                "digits, '.', '_' and '-', at most %d",
                                owner, LEASE_NODE_MAX);
        *lease = (struct lease){.timers = *timers, .from_ms = INT64_MIN / 2};
        lease->asked_ms = INT64_MIN / 2;
        lease->swapped_ms = INT64_MIN / 2;
        (void)snprintf(lease->owner, sizeof lease->owner, "%s", owner);
        (void)snprintf(lease->boot, sizeof lease->boot, "%s", boot);
        return 0;
}

void lease_resume(struct lease *lease, const uint8_t incarnation[static LEASE_INCARNATION_SIZE],
                  uint64_t epoch, int64_t gate_until_ms)
{
        memcpy(lease->incarnation, incarnation, LEASE_INCARNATION_SIZE);
        lease->epoch = epoch;
        if (gate_until_ms > 0)
                lease->from_ms = gate_until_ms - lease_gate_ms(lease);
}

int64_t lease_gate_cut(const struct lease *lease, int64_t gate_until_ms, int64_t now_ms)
{
#ifdef MUTATION_M19
        (void)lease;
        (void)now_ms;
        return gate_until_ms;
#else
        const int64_t most_ms = now_ms + lease_gate_ms(lease);

        return gate_until_ms < most_ms ? gate_until_ms : most_ms;
#endif
}

void lease_signer_begins(struct lease *lease)
{
        lease->before = (struct lease_end){0};
}

bool lease_is_mine(const struct lease *lease)
{
        const uint8_t none[LEASE_INCARNATION_SIZE] = {0};
        const struct lease_record *record = &lease->record;

        return lease->exists && !record->released && text_equal(record->owner, lease->owner) &&
               text_equal(record->boot, lease->boot) && record->epoch == lease->epoch &&
               memcmp(record->incarnation, none, sizeof none) != 0 &&
               memcmp(record->incarnation, lease->incarnation, sizeof none) == 0;
}

int64_t lease_wait_ms(const struct lease *lease, int64_t now_ms)
{
#ifdef MUTATION_M4
        (void)lease;
        (void)now_ms;
        return 0;
#else
        int64_t wait = lease->timers.takeover_ms;

        /* The holder's times may be another profile's. */
        if (lease->record.takeover_ms > wait)
                wait = lease->record.takeover_ms;
        wait = lease->seen_ms + wait - now_ms;
        return wait > 0 ? wait : 0;
#endif
}

static int64_t lease_age(const struct lease *lease, const struct lease_facts *facts)
{
        return facts->now_ms - lease->from_ms;
}

/* Time that only another clock saw passing, as after a pause or when somebody sets the wall clock,
 * shuts the gate until the next renewal; it is no reason to kill. */
static int64_t gate_age(const struct lease *lease, const struct lease_facts *facts)
{
        return lease_age(lease, facts) + (facts->skipped_ms > 0 ? facts->skipped_ms : 0);
}

/* What our own record is to be: of this tenure, or of a new one. */
static void record_next(const struct lease *lease, const struct lease_facts *facts, bool anew,
                        struct lease_record *ret_record)
{
        struct lease_record next = {.epoch = lease->epoch, .floor = facts->height};

        memcpy(next.incarnation, lease->incarnation, sizeof next.incarnation);
        if (anew) {
                next.epoch =
                        lease->epoch > lease->record.epoch ? lease->epoch : lease->record.epoch;
                next.epoch++;
                memcpy(next.incarnation, facts->fresh, sizeof next.incarnation);
        }
        memcpy(next.owner, lease->owner, sizeof next.owner);
        memcpy(next.boot, lease->boot, sizeof next.boot);
        if (lease->record.floor > next.floor)
                next.floor = lease->record.floor;
        next.takeover_ms = lease->timers.takeover_ms;
#ifdef MUTATION_M16
        next.end = lease->record.end;
#endif
        *ret_record = next;
}

/* One request at a time. */
static void request_put(const struct lease *lease, const struct lease_facts *facts,
                        enum lease_request request, struct lease_verdict *verdict)
{
        if (lease->asking != LEASE_NOTHING)
                return;
        verdict->request = request;
        verdict->compare = lease->exists ? lease->revision : 0;
        if (request == LEASE_READ)
                return;
        verdict->store = request == LEASE_TAKE && !lease_is_mine(lease);
        record_next(lease, facts, verdict->store, &verdict->put);
        verdict->put.released = request == LEASE_RELEASE;
        if (verdict->put.released && facts->end.known)
                verdict->put.end = facts->end;
}

static bool request_due(const struct lease *lease, int64_t now_ms)
{
        return now_ms >= lease->asked_ms + lease->timers.renew_ms;
}

/* A read between two renewals does not put the second off. */
static int64_t renewal_at_ms(const struct lease *lease)
{
        return lease->swapped_ms + lease->timers.renew_ms;
}

/* Gives the seat up in order: gate, signer, floor, record. */
static void judge_leaving(const struct lease *lease, const struct lease_facts *facts,
                          struct lease_verdict *verdict)
{
#ifndef MUTATION_M6
        verdict->shut = true;
        verdict->kill = facts->signer != LEASE_SIGNER_NONE;
#endif
        if (verdict->kill) {
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the seat is given up when the signer is gone");
        } else if (!facts->floor_kept) {
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the seat is not given up before its floor is on the disk");
        } else if (lease->view == LEASE_VIEW_KNOWN) {
                request_put(lease, facts, LEASE_RELEASE, verdict);
                return;
        }
        /* Meanwhile another machine may take it. */
        if (request_due(lease, facts->now_ms))
                request_put(lease, facts, LEASE_READ, verdict);
}

/* Why a holder holds no more; false when it does. */
static bool judge_loss(const struct lease *lease, const struct lease_facts *facts,
                       struct lease_verdict *verdict)
{
        if (lease->view == LEASE_VIEW_KNOWN && !lease_is_mine(lease))
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the seat was lost: '%s' has it since epoch '%" PRIu64 "'",
                               lease->exists ? lease->record.owner : "nobody",
                               lease->exists ? lease->record.epoch : 0);
        else if (!facts->gate_stands)
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the seat was lost: the gate was taken away");
#ifndef MUTATION_M3
        else if (lease_age(lease, facts) >= lease_kill_ms(lease))
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the seat was lost: the authority did not renew it for '%" PRId64
                               "' ms",
                               lease_age(lease, facts));
#endif
        else
                return false;
        verdict->lost = true;
        verdict->shut = true;
        verdict->kill = true;
        return true;
}

static void judge_gate(const struct lease *lease, const struct lease_facts *facts,
                       struct lease_verdict *verdict)
{
        const int64_t age = gate_age(lease, facts);
        const int64_t gate = lease_gate_ms(lease);

#if defined(MUTATION_M2)
        verdict->open = age < gate;
        verdict->shut = age >= gate;
        verdict->open_until_ms = INT64_MAX;
        verdict->may_sign = verdict->open;
#elif defined(MUTATION_M3)
        (void)age;
        verdict->open = true;
        verdict->open_until_ms = facts->now_ms + gate;
        verdict->may_sign = true;
#else
        if (age >= gate) {
                (void)snprintf(verdict->why, sizeof verdict->why,
                               "the gate is shut: the authority has not renewed the seat for "
                               "'%" PRId64 "' ms",
                               age);
                /* The kernel, which knows of one clock alone, would leave it open. */
                verdict->shut = facts->skipped_ms > 0;
                return;
        }
        verdict->open = true;
        verdict->open_until_ms = facts->now_ms - age + gate;
        verdict->may_sign = true;
#endif
}

static void judge_holder(const struct lease *lease, const struct lease_facts *facts,
                         struct lease_verdict *verdict)
{
        if (judge_loss(lease, facts, verdict))
                return;
        if (!facts->wanted) {
                judge_leaving(lease, facts, verdict);
                return;
        }
        judge_gate(lease, facts, verdict);
        /* A signer that was started under another epoch is none of this lease. */
        if (facts->signer != LEASE_SIGNER_NONE && facts->signer_epoch != lease->epoch) {
                verdict->open = false;
                verdict->may_sign = false;
                verdict->shut = true;
                verdict->kill = true;
        }
        if (lease->view == LEASE_VIEW_KNOWN && facts->now_ms >= renewal_at_ms(lease))
                request_put(lease, facts, LEASE_RENEW, verdict);
        else if (lease->view != LEASE_VIEW_KNOWN && request_due(lease, facts->now_ms))
                request_put(lease, facts, LEASE_READ, verdict);
}

/* A signer that is here while we hold nothing: kept only as long as it can still be proved ours. */
static void judge_stray(const struct lease *lease, const struct lease_facts *facts,
                        struct lease_verdict *verdict)
{
        const bool matches = facts->signer == LEASE_SIGNER_RUNS && facts->wanted &&
                             facts->gate_stands && facts->signer_epoch == lease->epoch;
        const bool in_time = lease_age(lease, facts) < lease_kill_ms(lease);

        if (facts->signer == LEASE_SIGNER_NONE)
                return;
        if (matches && in_time && (lease->view != LEASE_VIEW_KNOWN || lease_is_mine(lease)))
                return;
        verdict->shut = true;
        verdict->kill = true;
        (void)snprintf(verdict->why, sizeof verdict->why,
                       "a signer is killed that does not belong to a lease of this machine");
}

static void judge_taker(const struct lease *lease, const struct lease_facts *facts,
                        struct lease_verdict *verdict)
{
        const bool is_free = lease->exists && lease->record.released;
        const bool mine = lease_is_mine(lease);
        const int64_t wait = lease_wait_ms(lease, facts->now_ms);

        if (!mine && facts->signer != LEASE_SIGNER_NONE) {
                verdict->wake_ms = facts->now_ms + lease->timers.renew_ms;
                return;
        }
        if (mine || is_free || wait == 0) {
                request_put(lease, facts, LEASE_TAKE, verdict);
                return;
        }
        verdict->wake_ms = facts->now_ms + wait;
        (void)snprintf(verdict->why, sizeof verdict->why,
                       "%s%s%s the seat and has '%" PRId64 "' ms left to renew it",
                       lease->exists ? "'" : "somebody whose record is gone may hold",
                       lease->exists ? lease->record.owner : "", lease->exists ? "' holds" : "",
                       wait);
        if (request_due(lease, facts->now_ms))
                request_put(lease, facts, LEASE_READ, verdict);
}

static void judge_observer(const struct lease *lease, const struct lease_facts *facts,
                           struct lease_verdict *verdict)
{
        judge_stray(lease, facts, verdict);
        if (lease->view != LEASE_VIEW_KNOWN) {
                if (request_due(lease, facts->now_ms))
                        request_put(lease, facts, LEASE_READ, verdict);
                if (!verdict->why[0])
                        (void)snprintf(verdict->why, sizeof verdict->why,
                                       "the authority has not answered yet");
        } else if (facts->wanted) {
                judge_taker(lease, facts, verdict);
        } else if (lease_is_mine(lease)) {
                judge_leaving(lease, facts, verdict);
        } else if (request_due(lease, facts->now_ms)) {
                request_put(lease, facts, LEASE_READ, verdict);
        }
}

static int64_t earlier(int64_t a, int64_t b)
{
        return a < b ? a : b;
}

void lease_judge(const struct lease *lease, const struct lease_facts *facts,
                 struct lease_verdict *ret_verdict)
{
        int64_t next = lease->asked_ms + lease->timers.renew_ms;

        *ret_verdict = (struct lease_verdict){.wake_ms = INT64_MAX};
        if (lease->held)
                judge_holder(lease, facts, ret_verdict);
        else
                judge_observer(lease, facts, ret_verdict);
        if (lease->held)
                ret_verdict->wake_ms =
                        earlier(ret_verdict->wake_ms, lease->from_ms + lease_kill_ms(lease));
        if (lease->held && lease->view == LEASE_VIEW_KNOWN)
                next = renewal_at_ms(lease);
        if (lease->asking == LEASE_NOTHING && ret_verdict->request == LEASE_NOTHING)
                ret_verdict->wake_ms = earlier(ret_verdict->wake_ms, next);
        if (ret_verdict->wake_ms <= facts->now_ms)
                ret_verdict->wake_ms = facts->now_ms + 1;
}

void lease_step(struct lease *lease, const struct lease_facts *facts,
                struct lease_verdict *ret_verdict)
{
        lease_judge(lease, facts, ret_verdict);
        /* A release may be executed at any time from now on: whoever wants the seat again has to
         * win a swap first, which makes the release void. */
        if (ret_verdict->lost || ret_verdict->request == LEASE_RELEASE)
                lease->held = false;
        if (ret_verdict->request == LEASE_NOTHING)
                return;
        lease->asking = ret_verdict->request;
        lease->asked_ms = facts->now_ms;
        if (lease->asking != LEASE_READ)
                lease->swapped_ms = facts->now_ms;
        lease->put = ret_verdict->put;
        if (ret_verdict->store) {
                memcpy(lease->incarnation, ret_verdict->put.incarnation, sizeof lease->incarnation);
                lease->epoch = ret_verdict->put.epoch;
                /* Of a swap without an answer nobody learns what it replaced: what was known of an
                 * earlier tenure must not stand for it. */
                lease->before = (struct lease_end){0};
        }
}

/* What a new tenure took over; the record that it replaced is the one that it compared. */
static void before_note(struct lease *lease)
{
        const struct lease_end none = {0};

        if (lease->put.epoch == lease->record.epoch)
                return;
#ifdef MUTATION_M16
        lease->before = lease->record.end;
        (void)none;
#else
        lease->before = lease->exists && lease->record.released ? lease->record.end : none;
#endif
}

static void answer_granted(struct lease *lease, uint64_t revision, int64_t now_ms)
{
        before_note(lease);
        lease->view = LEASE_VIEW_KNOWN;
        lease->exists = true;
        lease->revision = revision;
        lease->record = lease->put;
        lease->seen_ms = now_ms;
        lease->held = !lease->put.released;
        if (!lease->held)
                return;
#ifdef MUTATION_M1
        lease->from_ms = now_ms;
#else
        lease->from_ms = lease->asked_ms;
#endif
}

/* A revision that is new to us starts the wait anew. */
static void answer_shown(struct lease *lease, const struct lease_answer *answer, int64_t now_ms)
{
        const bool same = lease->view != LEASE_VIEW_NONE && answer->exists == lease->exists &&
                          answer->revision == lease->revision;

        lease->view = LEASE_VIEW_KNOWN;
        if (same)
                return;
        lease->exists = answer->exists;
        lease->revision = answer->revision;
        lease->seen_ms = now_ms;
        /* Of a record that is gone, its holder's times still count. */
        if (answer->exists)
                lease->record = answer->record;
}

void lease_answered(struct lease *lease, const struct lease_answer *answer, int64_t now_ms)
{
        const enum lease_request asked = lease->asking;

        lease->asking = LEASE_NOTHING;
        switch (answer->result) {
        case LEASE_GRANTED:
                answer_granted(lease, answer->revision, now_ms);
                break;
        case LEASE_REFUSED:
        case LEASE_SHOWN:
                answer_shown(lease, answer, now_ms);
                break;
        case LEASE_UNKNOWN:
                if (asked != LEASE_READ && lease->view == LEASE_VIEW_KNOWN)
                        lease->view = LEASE_VIEW_UNSURE;
                break;
        }
}
