/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/machine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

static const struct lease_timers lan = {200, 250, 800, 1500, 2000, 10};

static const struct {
        struct lease_timers timers;
        int r;
        const char *part;
} times[] = {
        {{200, 250, 800, 1500, 2000, 10}, 0, ""},
        {{500, 1000, 2500, 3000, 4500, 10}, 0, ""},
        {{1000, 2000, 5000, 6000, 9000, 10}, 0, ""},
        {{200, 400, 800, 1200, 2000, 0}, 0, ""},
        /* 1500 * 0.7 = 800 * 1.3 + 10: just safe; one more percent is not. */
        {{200, 400, 800, 1200, 1500, 30}, 0, ""},
        {{200, 400, 800, 1200, 1500, 31}, -EINVAL, "two machines could sign"},
        {{200, 400, 800, 801, 977, 10}, -EINVAL, "two machines could sign"},
        {{200, 400, 800, 801, 979, 10}, 0, ""},
        {{200, 400, 2000, 2000, 2000, 10}, -EINVAL, "between gate"},
        {{200, 400, 800, 700, 2000, 10}, -EINVAL, "between gate"},
        {{200, 400, 800, 2000, 2000, 10}, -EINVAL, "between gate"},
        {{200, 400, 500, 1200, 2000, 10}, -EINVAL, "three times"},
        {{200, 100, 800, 1200, 2000, 10}, -EINVAL, "at least renew"},
        {{0, 400, 800, 1200, 2000, 10}, -EINVAL, "above 0"},
        {{-1, 400, 800, 1200, 2000, 10}, -EINVAL, "above 0"},
        {{200, 400, 800, 1200, INT64_MAX, 10}, -EINVAL, "at most an hour"},
        {{200, 400, 800, 1200, 2000, 51}, -EINVAL, "rho"},
        {{200, 400, 800, 1200, 2000, -1}, -EINVAL, "rho"},
};

START_TEST(times_that_could_let_two_sign_are_refused_with_a_sentence)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(lease_timers_check(&times[_i].timers, &err), times[_i].r);
        ck_assert_msg(strstr(err.sentence, times[_i].part) != NULL, "%s", err.sentence);
}
END_TEST

START_TEST(every_profile_passes_the_check_and_another_word_is_refused)
{
        const char *names[] = {"lan", "cloud", "wan"};
        struct ocf_error err = {0};
        struct lease_timers timers;

        for (size_t i = 0; i < 3; i++) {
                ck_assert_int_eq(lease_timers_profile(names[i], &timers, NULL), 0);
                ck_assert_int_eq(lease_timers_check(&timers, NULL), 0);
        }
        ck_assert_int_eq(lease_timers_profile("moon", &timers, &err), -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.sentence, "'moon'"));
}
END_TEST

static struct lease_record record_of(const char *owner, uint8_t incarnation, uint64_t epoch)
{
        struct lease_record record = {.epoch = epoch, .takeover_ms = 2000, .boot = "b-1"};

        (void)snprintf(record.owner, sizeof record.owner, "%s", owner);
        memset(record.incarnation, incarnation, sizeof record.incarnation);
        return record;
}

static const bool released_or_not[] = {false, true};

START_TEST(a_record_is_read_back_as_it_was_written)
{
        struct lease_record record = record_of("node-1.example", 0xa5, UINT64_MAX - 1), back;
        struct ocf_error err = {0};
        struct lines lines;

        record.floor = UINT64_MAX;
        record.end = (struct lease_end){.known = true, .height = 41};
        record.released = released_or_not[_i];
        lease_record_format(&record, &lines);
        ck_assert_msg(lease_record_parse(&lines, &back, &err) == 0, "%s", err.sentence);
        ck_assert_str_eq(back.owner, record.owner);
        ck_assert_str_eq(back.boot, record.boot);
        ck_assert_mem_eq(back.incarnation, record.incarnation, sizeof back.incarnation);
        ck_assert_uint_eq(back.epoch, record.epoch);
        ck_assert_uint_eq(back.floor, record.floor);
        ck_assert_int_eq(back.takeover_ms, 2000);
        ck_assert_int_eq(back.released, record.released);
        /* Under a holder its signer may sign on. */
        ck_assert_int_eq(back.end.known, record.released);
        ck_assert_uint_eq(back.end.height, record.released ? 41 : 0);
}
END_TEST

static const struct {
        const char *text;
        int r;
        bool known;
} ends[] = {
        {"", 0, false}, /* by a keeper that knows nothing of it */
        {"ended_at=7\n", 0, true},
        {"ended_at=\n", -EBADMSG, false},
        {"ended_at=-7\n", -EBADMSG, false},
        {"ended_at=18446744073709551616\n", -EBADMSG, false},
};

START_TEST(a_record_need_not_say_where_the_signer_ended)
{
        struct lease_record record = record_of("a", 1, 5);
        struct lines lines, whole;

        record.released = true;
        lease_record_format(&record, &lines);
        (void)snprintf(lines.text + lines.length, sizeof lines.text - lines.length, "%s",
                       ends[_i].text);
        ck_assert_int_eq(lines_parse(&whole, lines.text, strlen(lines.text)), 0);
        ck_assert_int_eq(lease_record_parse(&whole, &record, NULL), ends[_i].r);
        if (ends[_i].r == 0)
                ck_assert_int_eq(record.end.known, ends[_i].known);
}
END_TEST

#define RECORD_TAIL \
        "boot=b\nincarnation=000102030405060708090a0b0c0d0e0f\nepoch=1\nfloor=2\ntakeover_ms=3\n"

static const struct {
        const char *text;
        int r;
} records[] = {
        {"version=1\nstate=held\nowner=a\n" RECORD_TAIL, 0},
        {"version=1\nstate=held\nowner=a\nlater=x\n" RECORD_TAIL, 0},
        {"version=2\nstate=held\nowner=a\n" RECORD_TAIL, -EPROTONOSUPPORT},
        {"version=0\nstate=held\nowner=a\n" RECORD_TAIL, -EPROTONOSUPPORT},
        {"state=held\nowner=a\n" RECORD_TAIL, -EBADMSG},
        {"version=1\nstate=free\nowner=a\n" RECORD_TAIL, -EBADMSG},
        {"version=1\nowner=a\n" RECORD_TAIL, -EBADMSG},
        {"version=1\nstate=held\n" RECORD_TAIL, -EBADMSG},
        {"version=1\nstate=held\nowner=\n" RECORD_TAIL, -EBADMSG},
        {"version=1\nstate=held\nowner=a b\n" RECORD_TAIL, -EBADMSG},
        {"version=1\nstate=held\nowner=a\nboot=b\nincarnation=00\nepoch=1\nfloor=2\n"
         "takeover_ms=3\n",
         -EBADMSG},
        {"version=1\nstate=held\nowner=a\nboot=b\nincarnation=000102030405060708090a0b0c0d0e0f\n"
         "epoch=-1\nfloor=2\ntakeover_ms=3\n",
         -EBADMSG},
        {"version=1\nstate=held\nowner=a\nboot=b\nincarnation=000102030405060708090a0b0c0d0e0f\n"
         "epoch=18446744073709551615\nfloor=2\ntakeover_ms=3\n",
         -EBADMSG},
        {"version=1\nstate=held\nowner=a\nboot=b\nincarnation=000102030405060708090a0b0c0d0e0f\n"
         "epoch=1\nfloor=2\ntakeover_ms=3600001\n",
         -EBADMSG},
        {"", -EBADMSG},
};

START_TEST(a_record_is_read_whole_or_refused)
{
        struct lease_record record = {.epoch = 77};
        struct ocf_error err = {0};
        struct lines lines;

        ck_assert_int_eq(lines_parse(&lines, records[_i].text, strlen(records[_i].text)), 0);
        ck_assert_int_eq(lease_record_parse(&lines, &record, &err), records[_i].r);
        if (records[_i].r < 0)
                ck_assert_uint_eq(record.epoch, 77);
        ck_assert_int_eq(err.sentence[0] != '\0', records[_i].r < 0);
}
END_TEST

/* Everything on which a verdict can depend, by the index of a mixed-radix number. */
enum {
        HELD = 2,
        VIEW = 3,
        RECORD = 7, /* none, ours, foreign, released, other incarnation, other boot, other epoch */
        AGE = 4,    /* fresh, gate shut, killed, never */
        SEEN = 3,   /* just now, our wait over but not the holder's, both over */
        WANTED = 2,
        SIGNER = 3,
        EPOCH = 2,
        STANDS = 2,
        KEPT = 2,
        ASKING = 2,
        SKIPPED = 2,
        ASKED = 2, /* the last request: just now, long ago */
        CASES = HELD * VIEW * RECORD * AGE * SEEN * WANTED * SIGNER * EPOCH * STANDS * KEPT *
                ASKING * SKIPPED * ASKED
};

static const int64_t now = 1000000;

struct judged {
        struct lease lease;
        struct lease_facts facts;
        struct lease_verdict verdict;
        int64_t age, gate_age;
        bool mine, known, waited;
};

static int take(int *index, int radix)
{
        int digit = *index % radix;

        *index /= radix;
        return digit;
}

static struct lease_record record_kind(int kind)
{
        struct lease_record record = record_of("me", 1, 5);

        record.end = (struct lease_end){.known = true, .height = 55};
        switch (kind) {
        case 2:
                record = record_of("other", 2, 6);
                record.takeover_ms = 4500;
                break;
        case 3:
                record.released = true;
                break;
        case 4:
                memset(record.incarnation, 9, sizeof record.incarnation);
                break;
        case 5:
                (void)snprintf(record.boot, sizeof record.boot, "b-2");
                break;
        case 6:
                record.epoch = 4;
                break;
        default:
                break;
        }
        return record;
}

static void case_build(int index, struct judged *c)
{
        const int64_t ages[] = {100, 900, 1300, now - INT64_MIN / 2};
        const int64_t seen[] = {10, 2100, 4600};
        struct lease *lease = &c->lease;
        int kind;

        memset(c, 0, sizeof *c);
        ck_assert_int_eq(lease_init(lease, &lan, "me", "b-1", NULL), 0);
        memset(lease->incarnation, 1, sizeof lease->incarnation);
        lease->epoch = 5;
        lease->held = take(&index, HELD);
        lease->view = (enum lease_view)take(&index, VIEW);
        kind = take(&index, RECORD);
        lease->exists = kind != 0;
        lease->revision = lease->exists ? 42 : 0;
        if (kind != 0)
                lease->record = record_kind(kind);
        c->age = ages[take(&index, AGE)];
        lease->from_ms = now - c->age;
        lease->seen_ms = now - seen[take(&index, SEEN)];
        c->facts.now_ms = now;
        c->facts.wanted = take(&index, WANTED);
        c->facts.signer = (enum lease_presence)take(&index, SIGNER);
        c->facts.signer_epoch = take(&index, EPOCH) ? 5 : 4;
        c->facts.gate_stands = take(&index, STANDS);
        c->facts.floor_kept = take(&index, KEPT);
        c->facts.height = 1000;
        c->facts.end = (struct lease_end){.known = true, .height = 99};
        lease->asking = take(&index, ASKING) ? LEASE_RENEW : LEASE_NOTHING;
        c->facts.skipped_ms = take(&index, SKIPPED) ? 800 : 0;
        lease->asked_ms = lease->swapped_ms = take(&index, ASKED) ? now - 500 : now - 1;
        memset(c->facts.fresh, 7, sizeof c->facts.fresh);
        c->gate_age = c->age + c->facts.skipped_ms;
        c->known = lease->view == LEASE_VIEW_KNOWN;
        c->mine = kind == 1;
        c->waited = now - lease->seen_ms >= (kind == 2 ? 4500 : 2000);
        lease_judge(lease, &c->facts, &c->verdict);
}

static void assert_gate(const struct judged *c)
{
        const struct lease_verdict *v = &c->verdict;
        const bool other_epoch = c->facts.signer != LEASE_SIGNER_NONE && c->facts.signer_epoch != 5;

        ck_assert(!(v->open && v->shut));
        /* What only the other clock saw, the kernel's deadline does not know. */
        if (c->lease.held && c->facts.wanted && c->age < 800 && c->gate_age >= 800)
                ck_assert(v->shut);
        ck_assert(!v->may_sign || v->open);
        ck_assert(!v->kill || v->shut);
        if (!v->open)
                return;
        ck_assert(c->lease.held && c->facts.wanted && c->facts.gate_stands && c->gate_age < 800);
        ck_assert(!c->known || c->mine);
        ck_assert(!other_epoch);
        ck_assert_int_eq(v->open_until_ms, now - c->gate_age + 800);
}

static void assert_loss(const struct judged *c)
{
        const struct lease_verdict *v = &c->verdict;
        const bool has_to =
                (c->known && !c->mine) || !c->facts.gate_stands || c->age >= lan.kill_ms;

        ck_assert_int_eq(v->lost, c->lease.held && has_to);
        if (v->lost)
                ck_assert(v->kill && v->shut && v->why[0] && v->request == LEASE_NOTHING);
        /* What cannot be proved to be ours is killed as soon as that is known. */
        if (!c->lease.held && c->known && !c->mine && c->facts.signer != LEASE_SIGNER_NONE)
                ck_assert(v->kill);
        if (!c->lease.held && c->facts.signer == LEASE_SIGNER_UNKNOWN)
                ck_assert(v->kill);
        if (c->facts.signer == LEASE_SIGNER_NONE && !v->lost)
                ck_assert(!v->kill);
}

static void assert_swap(const struct judged *c)
{
        const struct lease_verdict *v = &c->verdict;
        const bool none = c->facts.signer == LEASE_SIGNER_NONE;

        ck_assert(v->request == LEASE_NOTHING || c->lease.asking == LEASE_NOTHING);
        /* Only a release tells where the signer ended, and never another tenure's end. */
        ck_assert_int_eq(v->put.end.known, v->request == LEASE_RELEASE);
        ck_assert_uint_eq(v->put.end.height, v->request == LEASE_RELEASE ? 99 : 0);
        switch (v->request) {
        case LEASE_NOTHING:
        case LEASE_READ:
                return;
        case LEASE_TAKE:
                ck_assert(!c->lease.held && c->facts.wanted && c->known);
                ck_assert(c->mine || c->lease.record.released || c->waited);
                ck_assert(c->mine || none);
                ck_assert_int_eq(v->store, !c->mine);
                ck_assert_uint_eq(v->put.epoch, c->mine ? 5 : c->lease.record.epoch > 5 ? 7 : 6);
                ck_assert_int_eq(v->put.incarnation[0], c->mine ? 1 : 7);
                break;
        case LEASE_RENEW:
                ck_assert(c->lease.held && c->facts.wanted && c->known && c->mine);
                ck_assert(!v->store && v->put.epoch == 5);
                break;
        case LEASE_RELEASE:
                ck_assert(!c->facts.wanted && c->known && c->mine && none);
                ck_assert(c->facts.floor_kept && v->shut);
                break;
        }
        ck_assert_uint_eq(v->compare, c->lease.exists ? 42 : 0);
        ck_assert_int_eq(v->put.released, v->request == LEASE_RELEASE);
        ck_assert_uint_eq(v->put.floor, 1000);
        ck_assert_str_eq(v->put.owner, "me");
        ck_assert_int_eq(v->put.takeover_ms, 2000);
}

/* Who can act, acts; who cannot says why. */
static void assert_progress(const struct judged *c)
{
        const struct lease_verdict *v = &c->verdict;
        const bool idle = c->lease.asking == LEASE_NOTHING && c->lease.asked_ms == now - 500;

        ck_assert_int_gt(v->wake_ms, now);
        if (c->lease.asking == LEASE_NOTHING && v->request == LEASE_NOTHING)
                ck_assert_int_le(v->wake_ms, now + 4500);
        if (idle && !v->lost && (!v->kill || !c->facts.wanted))
                ck_assert_int_ne(v->request, LEASE_NOTHING);
        if (c->facts.wanted && !v->may_sign && !v->shut && v->request == LEASE_NOTHING && idle)
                ck_assert(v->why[0]);
}

START_TEST(every_combination_of_facts_is_judged_safely)
{
        int verdicts[LEASE_RELEASE + 1] = {0}, opened = 0, lost = 0;

        for (int i = 0; i < CASES; i++) {
                struct judged c;

                case_build(i, &c);
                assert_gate(&c);
                assert_loss(&c);
                assert_swap(&c);
                assert_progress(&c);
                verdicts[c.verdict.request]++;
                opened += c.verdict.open;
                lost += c.verdict.lost;
        }
        for (int i = 0; i <= LEASE_RELEASE; i++)
                ck_assert_int_gt(verdicts[i], 0);
        ck_assert_int_gt(opened, 0);
        ck_assert_int_gt(lost, 0);
        printf("%d combinations judged\n", (int)CASES);
}
END_TEST

static void lease_begin(struct lease *lease)
{
        ck_assert_int_eq(lease_init(lease, &lan, "me", "b-1", NULL), 0);
        lease->asking = LEASE_READ;
        lease_answered(lease,
                       &(struct lease_answer){.result = LEASE_SHOWN,
                                              .exists = true,
                                              .revision = 42,
                                              .record = record_of("other", 2, 6)},
                       now);
}

START_TEST(only_a_new_revision_starts_the_wait_anew)
{
        struct lease_answer same = {.result = LEASE_SHOWN, .exists = true, .revision = 42};
        struct lease lease;

        lease_begin(&lease);
        same.record = record_of("other", 2, 6);
        lease.asking = LEASE_READ;
        lease_answered(&lease, &same, now + 1500);
        ck_assert_int_eq(lease_wait_ms(&lease, now + 1500), 500);
        same.revision = 43;
        lease.asking = LEASE_READ;
        lease_answered(&lease, &same, now + 1900);
        ck_assert_int_eq(lease_wait_ms(&lease, now + 1900), 2000);
}
END_TEST

START_TEST(a_record_that_was_deleted_is_waited_for)
{
        struct lease_answer gone = {.result = LEASE_SHOWN};
        struct lease lease;

        lease_begin(&lease);
        lease.record.takeover_ms = 9000;
        lease.asking = LEASE_READ;
        lease_answered(&lease, &gone, now + 100);
        ck_assert_int_eq(lease_wait_ms(&lease, now + 100), 9000);
}
END_TEST

START_TEST(the_lease_counts_from_the_send)
{
        struct lease_facts facts = {.now_ms = now + 5000, .wanted = true, .gate_stands = true};
        struct lease_verdict verdict;
        struct lease lease;

        lease_begin(&lease);
        facts.fresh[0] = 1;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_TAKE);
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_GRANTED, .revision = 50},
                       now + 5300);
        facts.now_ms = now + 5300;
        lease_step(&lease, &facts, &verdict);
        ck_assert(verdict.open && verdict.may_sign);
        ck_assert_int_eq(verdict.open_until_ms, now + 5000 + 800);
}
END_TEST

static const struct {
        bool exists, released, known; /* of the record that is taken over */
        bool before;
} befores[] = {
        {true, true, true, true},
        {true, true, false, false},
        {true, false, true, false},
        {false, true, true, false},
};

START_TEST(where_the_signer_before_ended_is_known_of_a_release_alone)
{
        struct lease_facts facts = {.now_ms = now + 5000, .wanted = true, .gate_stands = true};
        struct lease_verdict verdict;
        struct lease lease;

        lease_begin(&lease);
        lease.exists = befores[_i].exists;
        lease.record.released = befores[_i].released;
        lease.record.end = (struct lease_end){.known = befores[_i].known, .height = 70};
        facts.fresh[0] = 1;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_TAKE);
        ck_assert(!lease.before.known);
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_GRANTED, .revision = 50},
                       now + 5001);
        ck_assert_int_eq(lease.before.known, befores[_i].before);
        facts.now_ms = now + 5300;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_RENEW);
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_GRANTED, .revision = 51},
                       now + 5301);
        ck_assert_int_eq(lease.before.known, befores[_i].before);
        lease_signer_begins(&lease);
        ck_assert(!lease.before.known);
}
END_TEST

/* What the record before said was executed unseen: an end that was told to an earlier tenure is not
 * this one's, and a promote that believed it would let the same height be signed twice. */
static const enum lease_result unanswered[] = {LEASE_SHOWN, LEASE_REFUSED};

START_TEST(what_a_take_without_an_answer_replaced_is_not_known)
{
        struct lease_facts facts = {.now_ms = now + 5000, .wanted = true, .gate_stands = true};
        struct lease_answer shown = {.exists = true, .revision = 50};
        struct lease_verdict verdict;
        struct lease lease;

        lease_begin(&lease);
        lease.before = (struct lease_end){.known = true, .height = 100};
        facts.fresh[0] = 1;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_TAKE);
        shown.record = verdict.put;
        if (unanswered[_i] == LEASE_SHOWN) {
                lease_answered(&lease, &(struct lease_answer){.result = LEASE_UNKNOWN}, now + 5400);
                facts.now_ms = now + 5400;
                lease_step(&lease, &facts, &verdict);
                ck_assert_int_eq(verdict.request, LEASE_READ);
        }
        shown.result = unanswered[_i];
        lease_answered(&lease, &shown, now + 5401);
        facts.now_ms = now + 5800;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_TAKE);
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_GRANTED, .revision = 51},
                       now + 5801);
        ck_assert(lease.held && !lease.before.known);
}
END_TEST

START_TEST(an_unknown_renewal_is_read_back_and_does_not_lengthen_the_lease)
{
        struct lease_facts facts = {.now_ms = now + 5000, .wanted = true, .gate_stands = true};
        struct lease_answer shown = {.result = LEASE_SHOWN, .exists = true, .revision = 51};
        struct lease_verdict verdict;
        struct lease lease;

        lease_begin(&lease);
        facts.fresh[0] = 1;
        lease_step(&lease, &facts, &verdict);
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_GRANTED, .revision = 50},
                       now + 5001);
        facts.now_ms = now + 5200;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_RENEW);
        shown.record = verdict.put;
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_UNKNOWN}, now + 5600);
        facts.now_ms = now + 5600;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_READ);
        lease_answered(&lease, &shown, now + 5601);
        facts.now_ms = now + 5601;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_RENEW);
        ck_assert_uint_eq(verdict.compare, 51);
        ck_assert_int_eq(verdict.open_until_ms, now + 5800);
}
END_TEST

/* A release that is on its way can still be executed: the gate stays shut until a swap has won. */
START_TEST(who_wants_the_seat_back_after_a_release_was_sent_has_to_win_a_swap)
{
        struct lease_facts facts = {.now_ms = now + 5000, .wanted = true, .gate_stands = true};
        struct lease_verdict verdict;
        struct lease lease;

        lease_begin(&lease);
        facts.fresh[0] = 1;
        lease_step(&lease, &facts, &verdict);
        lease_answered(&lease, &(struct lease_answer){.result = LEASE_GRANTED, .revision = 50},
                       now + 5001);
        facts.wanted = false;
        facts.floor_kept = true;
        lease_step(&lease, &facts, &verdict);
        ck_assert_int_eq(verdict.request, LEASE_RELEASE);
        facts.wanted = true;
        facts.now_ms = now + 5010;
        lease_step(&lease, &facts, &verdict);
        ck_assert(!verdict.open && !verdict.may_sign);
}
END_TEST

SUITE_MAIN("lease", TABLE(times_that_could_let_two_sign_are_refused_with_a_sentence, times),
           TEST(every_profile_passes_the_check_and_another_word_is_refused),
           TABLE(a_record_is_read_back_as_it_was_written, released_or_not),
           TABLE(a_record_is_read_whole_or_refused, records),
           TABLE(a_record_need_not_say_where_the_signer_ended, ends),
           TABLE(where_the_signer_before_ended_is_known_of_a_release_alone, befores),
           TABLE(what_a_take_without_an_answer_replaced_is_not_known, unanswered),
           TEST(every_combination_of_facts_is_judged_safely),
           TEST(only_a_new_revision_starts_the_wait_anew),
           TEST(a_record_that_was_deleted_is_waited_for), TEST(the_lease_counts_from_the_send),
           TEST(an_unknown_renewal_is_read_back_and_does_not_lengthen_the_lease),
           TEST(who_wants_the_seat_back_after_a_release_was_sent_has_to_win_a_swap))
