/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/seat.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "keeper/cutoff.h"
#include "keeper/resume.h"
#include "ocf/log.h"
#include "own.h"
#include "parse.h"
#include "path.h"
#include "process/proc.h"
#include "text.h"

enum { PROBE_MS = 2000, WALL_STEP_MS = 100 };

/* Longer than any agent's pause between two tries (nodekey: 50 ms), with a busy machine. */
enum { WISH_MS = 3000 };

static int64_t wall_offset_ms(void)
{
        return clock_wall_ms() - clock_now_ms();
}

static int lease_begin(struct seat *seat, const struct keeper_config *config, struct ocf_error *err)
{
        char boot[LEASE_BOOT_MAX + 2], node[LEASE_NODE_MAX + 1];
        int r = proc_boot_id(boot, sizeof boot, err);

        if (r < 0)
                return r;
        (void)gethostname(node, sizeof node);
        node[sizeof node - 1] = '\0';
        if (config->node)
                (void)snprintf(node, sizeof node, "%s", config->node);
        return lease_init(&seat->lease, &config->timers, node, boot, err);
}

int seat_load(struct seat *ret_seat, const struct keeper_config *config, struct custody *custody,
              struct signer *signer, struct ocf_error *err)
{
        OWN_TEXT char *dir = text_format("%s/%s", SEAT_STATE_DIR, config->identity);
        int r;

        *ret_seat = (struct seat){.custody = custody, .signer = signer};
        ret_seat->barrier.cgroup = -1;
        ret_seat->barrier.gate = GATE_NONE;
        if (config->authority == AUTHORITY_FENCING)
                return 0;
        r = path_make_dir(dir, err);
        if (r >= 0)
                r = lease_begin(ret_seat, config, err);
        if (r >= 0)
                r = floor_book_open(&ret_seat->floor, dir, err);
        if (r >= 0)
                r = authority_new(config, &ret_seat->authority, err);
        if (r < 0) {
                floor_book_close(&ret_seat->floor);
                return r;
        }
        ret_seat->leased = true;
        ret_seat->wall_ms = wall_offset_ms();
        ret_seat->note_path = text_format("%s/%s.lease", SEAT_SOCKET_DIR, config->identity);
        barrier_init(&ret_seat->barrier, config);
        barrier_raise(&ret_seat->barrier);
        resume_seat(ret_seat);
        return 0;
}

void seat_release(struct seat *seat)
{
        if (!seat->leased)
                return;
        authority_free(seat->authority);
        floor_book_close(&seat->floor);
        barrier_release(&seat->barrier);
        free(seat->note_path);
        *seat = (struct seat){0};
}

void seat_fds(const struct seat *seat, int ret_fds[static SEAT_FDS])
{
        ret_fds[0] = authority_fd(seat->authority);
        ret_fds[1] = floor_book_fd(&seat->floor);
}

static bool key_is_here(const struct seat *seat)
{
        return seat->signer->armed || seat->custody->held || seat->stray;
}

int seat_report_height(struct seat *seat, uint64_t height, struct ocf_error *err)
{
        int r = seat->leased ? ceiling_check(&seat->ceiling, height, clock_now_ms(), err) : 0;

        if (r < 0)
                return r;
        if (height > seat->height)
                seat->height = height;
        return 0;
}

static uint64_t height_seen(const struct seat *seat)
{
        return seat->height > seat->floor.height ? seat->height : seat->floor.height;
}

uint64_t seat_floor(const struct seat *seat)
{
        uint64_t floor = height_seen(seat);

        return seat->lease.record.floor > floor ? seat->lease.record.floor : floor;
}

int seat_mute(struct seat *seat, int64_t at_most_ms, struct ocf_error *err)
{
        const struct signer *signer = seat->signer;
        int64_t left_ms;

        if (!seat->leased || !signer->armed || !barrier_stands(&seat->barrier) ||
            !barrier_covers(&seat->barrier, signer->cgroup))
                return ocf_fail(err, -EPERM, "mute: no signer that is armed runs behind a gate");
        barrier_shut(&seat->barrier);
        if (!text_equal(barrier_state(&seat->barrier, &left_ms), "closed"))
                return ocf_fail(err, -EPERM, "mute: the gate is not shut");
        seat->muted = true;
        seat->mute_until_ms = clock_now_ms() + at_most_ms;
        return 0;
}

int seat_report_end(struct seat *seat, uint64_t height, struct ocf_error *err)
{
#ifdef MUTATION_M17
        (void)err;
#else
        if (!seat->muted || !seat->signer->armed)
                return ocf_fail(err, -EPERM, "end: the signer was not muted before");
#endif
        seat->end = (struct lease_end){.known = true, .height = height};
        seat->end_epoch = seat->signer->epoch;
        return 0;
}

void seat_signer_begins(struct seat *seat)
{
        const struct lease_end none = {0};

        ocf_error_clear(&seat->kill_fault);
        seat->muted = false;
        seat->end = none;
        lease_signer_begins(&seat->lease);
}

/* What a muted signer said after it had told its head still lies in its connections: they end
 * before the gate opens for anybody else. */
static bool mute_ends(struct seat *seat)
{
        if (seat->muted)
                seat->muted = seat->signer->armed || !barrier_sweep(&seat->barrier);
        return !seat->muted;
}

/* Nobody else knows where it ended as long as the seat is not given up: with that forgotten, a
 * signer that signs on is what it was before the mute. */
static void mute_expire(struct seat *seat)
{
        if (!seat->muted || !seat->wanted || !seat->signer->armed ||
            clock_now_ms() < seat->mute_until_ms)
                return;
#ifndef MUTATION_M18
        seat->end.known = false;
#endif
        seat->muted = false;
        ocf_log_warning("signer %s was mute for its end, which did not come: it may sign on",
                        seat->signer->unit);
}

void seat_signer_gone(struct seat *seat)
{
        if (seat->leased)
                (void)barrier_sweep(&seat->barrier);
        (void)mute_ends(seat);
}

static void signer_let_out(struct seat *seat, int64_t until_ms)
{
        if (mute_ends(seat))
                barrier_open_until(&seat->barrier, until_ms);
}

/* A seat that is held here without a key keeps it from those who would use it. */
static void wish_expire(struct seat *seat)
{
        if (!key_is_here(seat) && clock_now_ms() >= seat->asked_ms + WISH_MS)
                seat->wanted = false;
}

static struct lease_facts lease_observe(struct seat *seat)
{
        const int64_t skipped = wall_offset_ms() - seat->wall_ms;
        struct lease_facts facts = {
                .now_ms = clock_now_ms(),
                .skipped_ms = skipped > WALL_STEP_MS ? skipped : 0,
                .wanted = seat->wanted,
                .signer = key_is_here(seat) ? LEASE_SIGNER_RUNS : LEASE_SIGNER_NONE,
                .signer_epoch = seat->signer->armed ? seat->signer->epoch : seat->custody->epoch,
                .gate_stands = barrier_stands(&seat->barrier),
        };

        if (seat->end_epoch == seat->lease.epoch)
                facts.end = seat->end;
        /* One that is not on the disk holds the release back, not the lease. */
        facts.floor_kept = floor_book_keep(&seat->floor, seat->height, !seat->wanted);
        facts.height = height_seen(seat);
        if (getrandom(facts.fresh, sizeof facts.fresh, 0) != (ssize_t)sizeof facts.fresh)
                memset(facts.fresh, 0, sizeof facts.fresh);
        return facts;
}

/* What runs while no signer is armed is a standby: its connections are none of a signer's. */
static void signer_notice(struct seat *seat)
{
        struct ocf_error err = {0};

        if ((seat->signer->armed || seat->stray) && barrier_notice(&seat->barrier) &&
            seat->leased && resume_note(seat, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

static int signer_cut_off(struct seat *seat, struct seat_news *news, struct ocf_error *err)
{
        const struct cutoff cutoff = {.barrier = &seat->barrier,
                                      .custody = seat->custody,
                                      .signer = seat->signer,
                                      .stray = seat->stray};
        const bool again = *seat->kill_fault.sentence != '\0';
        const struct signer before = *seat->signer;
        struct ocf_error why = {0};
        bool found;
        int r;

        barrier_shut(&seat->barrier);
        signer_notice(seat);
        r = cutoff_make(&cutoff, again, &found, &why);
        if (found && !again)
                news->killed = before;
        news->ended = r >= 0;
        seat->stray = seat->stray && r < 0;
        if (again && news->ended)
                ocf_log_info("signer %s is gone", before.unit);
        seat->kill_fault = why;
        return r < 0 ? ocf_fail(err, r, "%s", why.sentence) : 0;
}

/* An answer that never came, for a request that was not sent. */
static void request_withdraw(struct seat *seat)
{
        const struct lease_answer none = {.result = LEASE_UNKNOWN};

        lease_answered(&seat->lease, &none, clock_now_ms());
}

/* A new tenure is noted before it is asked for: from then on no signer of an older one can be
 * started or adopted. */
static void lease_request_send(struct seat *seat)
{
        const struct authority_request request = {
                .kind = seat->verdict.request,
                .compare = seat->verdict.compare,
                .put = seat->verdict.put,
                .at_most_ms = seat->lease.timers.request_ms,
        };
        struct ocf_error err = {0};

        if (seat->verdict.store && (key_is_here(seat) || resume_note(seat, &err) < 0)) {
                ocf_log_warning("the seat is not asked for: %s",
                                *err.sentence ? err.sentence : "a signer is still here");
                request_withdraw(seat);
                return;
        }
        if (request.kind != LEASE_READ)
                seat->asked_wall_ms = wall_offset_ms();
        authority_ask(seat->authority, &request);
}

static void seat_take_answer(struct seat *seat)
{
        struct lease_answer answer;
        struct ocf_error error = {0};

        if (!authority_take(seat->authority, &answer, &error))
                return;
        if (*error.sentence && strcmp(error.sentence, seat->authority_error.sentence) != 0)
                ocf_log_warning("%s", error.sentence);
        seat->authority_error = error;
        if (answer.result == LEASE_GRANTED)
                seat->wall_ms = seat->asked_wall_ms;
        lease_answered(&seat->lease, &answer, clock_now_ms());
}

static void seat_act(struct seat *seat, struct seat_news *news)
{
        const struct lease_verdict *verdict = &seat->verdict;
        struct ocf_error err = {0};

        if (verdict->shut && (key_is_here(seat) || verdict->lost))
                barrier_shut(&seat->barrier);
        if (verdict->lost) {
                news->lost = true;
                seat->wanted = false;
                seat->end.known = false;
                ocf_log_warning("%s", verdict->why);
        }
        if ((verdict->kill || seat->stray) && key_is_here(seat)) {
                const bool again = *seat->kill_fault.sentence != '\0';

                seat->wanted = false;
                if (signer_cut_off(seat, news, &err) < 0 && !again)
                        ocf_log_warning("%s", err.sentence);
        }
        /* The gate is opened for a lease only when there is a key to sign with. */
        if (verdict->open && key_is_here(seat) && !seat->stray)
                signer_let_out(seat, verdict->open_until_ms);
        signer_notice(seat);
        if (!key_is_here(seat))
                (void)barrier_standby(&seat->barrier);
        if (verdict->request != LEASE_NOTHING)
                lease_request_send(seat);
}

void seat_run(struct seat *seat, struct seat_news *ret_news)
{
        struct lease_facts facts;

        *ret_news = (struct seat_news){0};
        if (!seat->leased)
                return;
        if (seat->barrier.gate.program < 0)
                barrier_raise(&seat->barrier);
        seat_take_answer(seat);
        wish_expire(seat);
        mute_expire(seat);
        ceiling_follow(&seat->ceiling, seat_floor(seat), seat->lease.view != LEASE_VIEW_NONE,
                       clock_now_ms());
        facts = lease_observe(seat);
        lease_step(&seat->lease, &facts, &seat->verdict);
        seat_act(seat, ret_news);
}

int64_t seat_wake_ms(const struct seat *seat)
{
        const int64_t left = seat->verdict.wake_ms - clock_now_ms();

        if (left < 1)
                return 1;
        return left < 1000 ? left : 1000;
}

/* The key goes in place behind a closed gate; the next run opens it. */
static int key_place(struct seat *seat, int64_t until_ms, const char *address,
                     struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(PROBE_MS);
        int r;

        if (seat->custody->held && seat->custody->epoch == seat->lease.epoch)
                return custody_take(seat->custody, address, seat->lease.epoch, err);
        if (key_is_here(seat))
                return ocf_fail(err, -EAGAIN, "the signer of an earlier epoch is still here");
        r = barrier_prove(&seat->barrier, &deadline, err);
        if (r >= 0)
                r = custody_take(seat->custody, address, seat->lease.epoch, err);
        if (r >= 0)
                signer_let_out(seat, until_ms);
        return r;
}

int seat_acquire(struct seat *seat, const char *address, struct ocf_error *err)
{
        struct lease_verdict verdict;
        struct lease_facts facts;

        if (seat->barrier.gate.program < 0 && seat->barrier.policy == KEEPER_GATE_REQUIRED)
                return ocf_fail(err, -EPERM, "the seat is refused without a gate: %s",
                                seat->barrier.fault.sentence);
        if (*seat->floor.fault.sentence)
                return ocf_fail(err, -EIO, "%s", seat->floor.fault.sentence);
        seat->wanted = true;
        seat->asked_ms = clock_now_ms();
        facts = lease_observe(seat);
        lease_judge(&seat->lease, &facts, &verdict);
        if (seat->lease.held && verdict.may_sign)
                return key_place(seat, verdict.open_until_ms, address, err);
        if (*seat->authority_error.sentence)
                return ocf_fail(err, -EAGAIN, "the seat is not granted yet: %s",
                                seat->authority_error.sentence);
        return ocf_fail(err, -EAGAIN, "the seat is not granted yet%s%s", *verdict.why ? ": " : "",
                        verdict.why);
}

int seat_lose(struct seat *seat, struct seat_news *ret_news, struct ocf_error *err)
{
        *ret_news = (struct seat_news){0};
        seat->wanted = false;
#ifdef MUTATION_M6
        if (seat->lease.held)
                return 0;
#endif
        return signer_cut_off(seat, ret_news, err);
}

/* A gate that was made after a signer had started elsewhere is none for it. */
static const char *gate_of_signer(const struct seat *seat, int64_t *ret_left_ms)
{
        const struct signer *signer = seat->signer;
        const char *state = barrier_state(&seat->barrier, ret_left_ms);

        if (!signer->armed || !*signer->cgroup || barrier_covers(&seat->barrier, signer->cgroup))
                return state;
        *ret_left_ms = 0;
        return "none";
}

void seat_describe(const struct seat *seat, struct lines *answer)
{
        const struct lease *lease = &seat->lease;
        const int64_t now_ms = clock_now_ms();
        int64_t left_ms;

        if (!seat->leased)
                return;
        (void)lines_put(answer, "lease", "%s",
                        lease->held    ? "held"
                        : seat->wanted ? "waiting"
                                       : "watching");
        if (seat->barrier.unit)
                (void)lines_put(answer, "slice", "%s", seat->barrier.unit);
        (void)lines_put(answer, "lease_epoch", "%" PRIu64, lease->epoch);
        if (lease->view != LEASE_VIEW_NONE && lease->exists) {
                (void)lines_put(answer, "holder", "%s",
                                lease->record.released ? "" : lease->record.owner);
                (void)lines_put(answer, "holder_epoch", "%" PRIu64, lease->record.epoch);
                (void)lines_put(answer, "revision", "%" PRIu64, lease->revision);
                (void)lines_put(answer, "seen_ms", "%" PRId64, now_ms - lease->seen_ms);
        }
        (void)lines_put(answer, "floor", "%" PRIu64, seat_floor(seat));
        if (lease->held && lease->before.known)
                (void)lines_put(answer, "ended_at", "%" PRIu64, lease->before.height);
        if (*seat->kill_fault.sentence && key_is_here(seat))
                (void)lines_put(answer, "signer_fault", "%s", seat->kill_fault.sentence);
        if (*seat->floor.fault.sentence)
                (void)lines_put(answer, "floor_fault", "%s", seat->floor.fault.sentence);
        if (lease->held) {
                (void)lines_put(answer, "age_ms", "%" PRId64, now_ms - lease->from_ms);
                (void)lines_put(answer, "kill_left_ms", "%" PRId64,
                                lease->from_ms + lease->timers.kill_ms - now_ms);
        } else if (lease->view != LEASE_VIEW_NONE) {
                (void)lines_put(
                        answer, "takeover_left_ms", "%" PRId64,
                        lease->exists && lease->record.released ? 0 : lease_wait_ms(lease, now_ms));
        }
        (void)lines_put(answer, "gate", "%s", gate_of_signer(seat, &left_ms));
        (void)lines_put(answer, "gate_left_ms", "%" PRId64, left_ms);
        if (*seat->barrier.fault.sentence)
                (void)lines_put(answer, "gate_fault", "%s", seat->barrier.fault.sentence);
        if (*seat->verdict.why)
                (void)lines_put(answer, "lease_why", "%s", seat->verdict.why);
        if (*seat->authority_error.sentence)
                (void)lines_put(answer, "authority_fault", "%s", seat->authority_error.sentence);
}
