/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "ocf/log.h"
#include "own.h"
#include "seat/protocol.h"
#include "service/place.h"
#include "text.h"

/* The longest that systemd may take to tell where a unit runs. */
#define BUS_MS 2000

/* The longest that systemd may take to read a drop-in. */
#define PLACE_MS 5000

/* How long a signer stays mute for an agent that does not say: the timeout of kcn-node's demote. */
enum { MUTE_MS = 90000, MUTE_MAX_MS = 3600000 };

/* A failure that is injected much later could hit what Pacemaker has made of it since. */
enum { KILL_NEWS_MS = 30000 };

void keeper_place(const struct keeper *keeper)
{
        const struct deadline deadline = deadline_in(PLACE_MS);
        OWN_TEXT char *note =
                text_format("%s/%s/%s", SEAT_STATE_DIR, keeper->config.identity, SEAT_PLACE_NOTE);
        struct ocf_error err = {0};

        /* It was placed before, and now is no time to wait for systemd. */
        if (keeper->custody.held || keeper->signer.armed)
                return;
        if (place_again(note, &deadline, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

int keeper_load(struct keeper *keeper, struct ocf_error *err)
{
        custody_load(&keeper->custody, &keeper->config);
        signer_load(&keeper->signer, keeper->config.identity);
        keeper->informer = (struct informer){.pidfd = -1};
        if (keeper->custody.held)
                ocf_log_info("the seat is held here since before, epoch %" PRIu64,
                             keeper->custody.epoch);
        return seat_load(&keeper->seat, &keeper->config, &keeper->custody, &keeper->signer, err);
}

static int answer_status(struct keeper *keeper, const struct lines *request, struct lines *answer,
                         struct ocf_error *err)
{
        const struct custody *custody = &keeper->custody;
        const struct signer *signer = &keeper->signer;
        struct ocf_error fault = {0};

        (void)request;
        (void)err;
        (void)lines_put(answer, "identity", "%s", keeper->config.identity);
        (void)lines_put(answer, "address", "%s", keeper->config.address);
        (void)lines_put(answer, "authority", "%s", keeper_authority_name(keeper->config.authority));
        (void)lines_put(answer, "accept_risk", "%s", keeper->config.accept_risk ? "yes" : "no");
        (void)lines_put(answer, "held", "%s", custody->held ? "yes" : "no");
        (void)lines_put(answer, "epoch", "%" PRIu64, custody->epoch);
        if (custody->held && custody_check(custody, &fault) < 0)
                (void)lines_put(answer, "fault", "%s", fault.sentence);
        (void)lines_put(answer, "armed", "%s", signer->armed ? "yes" : "no");
        (void)lines_put(answer, "signer_unit", "%s", signer->unit);
        (void)lines_put(answer, "signer_epoch", "%" PRIu64, signer->epoch);
        (void)lines_put(answer, "signer_pid", "%d", (int)signer->pid);
        seat_describe(&keeper->seat, answer);
        return 0;
}

static int answer_acquire(struct keeper *keeper, const struct lines *request, struct lines *answer,
                          struct ocf_error *err)
{
        bool held = keeper->custody.held;
        char address[64];
        int r;

        if (!lines_get(request, "address", address, sizeof address))
                return ocf_fail(err, -EBADMSG, "acquire: the address is missing");
        r = keeper->seat.leased ? seat_acquire(&keeper->seat, address, err)
                                : custody_take(&keeper->custody, address, 0, err);
        if (r == -EAGAIN) {
                (void)lines_put(answer, "pending", "%s", err->sentence);
                return 0;
        }
        if (r < 0)
                return r;
        (void)lines_put(answer, "epoch", "%" PRIu64, keeper->custody.epoch);
        if (keeper->seat.leased)
                (void)lines_put(answer, "floor", "%" PRIu64, seat_floor(&keeper->seat));
        if (!held)
                ocf_log_info("seat taken, epoch %" PRIu64, keeper->custody.epoch);
        return 0;
}

/* Whatever is not told yet is not news any more. */
static void news_forget(struct keeper *keeper)
{
        informer_stop(&keeper->informer);
        keeper->killed = (struct signer){0};
}

static int answer_arm(struct keeper *keeper, const struct lines *request, struct lines *answer,
                      struct ocf_error *err)
{
        struct deadline deadline = deadline_in(BUS_MS);
        int r;

        if (!keeper->custody.held)
                return ocf_fail(err, -EPERM, "arm: this machine does not hold the seat");
        (void)lines_put(answer, "epoch", "%" PRIu64, keeper->custody.epoch);
        news_forget(keeper);
        seat_signer_begins(&keeper->seat);
        /* One that still runs would be forgotten, or taken for one of the new epoch. */
        r = signer_disarm(&keeper->signer, &deadline, err);
        return r < 0 ? r : signer_arm(&keeper->signer, request, keeper->custody.epoch, err);
}

/* From the agents of both roles: the highest block that the node here has. */
static int answer_height(struct keeper *keeper, const struct lines *request, struct lines *answer,
                         struct ocf_error *err)
{
        const uint64_t height = lines_get_u64(request, "height", UINT64_MAX);

        (void)answer;
        if (height == UINT64_MAX)
                return ocf_fail(err, -EBADMSG, "height: the height is missing");
        return seat_report_height(&keeper->seat, height, err);
}

static int answer_mute(struct keeper *keeper, const struct lines *request, struct lines *answer,
                       struct ocf_error *err)
{
        const uint64_t at_most_ms = lines_get_u64(request, "at_most_ms", MUTE_MS);

        (void)answer;
        news_forget(keeper);
        return seat_mute(&keeper->seat,
                         at_most_ms < MUTE_MAX_MS ? (int64_t)at_most_ms : MUTE_MAX_MS, err);
}

static int answer_end(struct keeper *keeper, const struct lines *request, struct lines *answer,
                      struct ocf_error *err)
{
        int r = answer_height(keeper, request, answer, err);

        if (r < 0)
                return r;
        return seat_report_end(&keeper->seat, lines_get_u64(request, "height", 0), err);
}

/* A signer that is not behind the gate would sign on when its keeper is frozen. Where a gate stands
 * it has to be behind it, whatever the policy: status would say of that gate that it holds. */
static int signer_check_gate(const struct keeper *keeper, struct ocf_error *err)
{
        const struct barrier *barrier = &keeper->seat.barrier;

        if (!keeper->seat.leased || barrier_covers(barrier, keeper->signer.cgroup) ||
            (barrier->policy != KEEPER_GATE_REQUIRED && barrier->gate.program < 0))
                return 0;
        return ocf_fail(err, -EPERM,
                        "%s runs in '%s', which is not behind the gate: give it Slice= so that it "
                        "runs below '%s'",
                        keeper->signer.unit, keeper->signer.cgroup, barrier->slice);
}

static int answer_watch(struct keeper *keeper, const struct lines *request, struct lines *answer,
                        struct ocf_error *err)
{
        int r = signer_watch(&keeper->signer, request, err);
        struct seat_news news;

        (void)answer;
        if (r < 0)
                return r;
        r = signer_check_gate(keeper, err);
        if (r < 0) {
                /* It has the key already, and its caller may die before it ends it. */
                (void)seat_lose(&keeper->seat, &news, NULL);
                return r;
        }
        ocf_log_info("signer %s runs as process %d, epoch %" PRIu64, keeper->signer.unit,
                     (int)keeper->signer.pid, keeper->signer.epoch);
        return 0;
}

static int answer_ease(struct keeper *keeper, const struct lines *request, struct lines *answer,
                       struct ocf_error *err)
{
        (void)request;
        (void)answer;
        news_forget(keeper);
        return signer_ease(&keeper->signer, err);
}

static int answer_disarm(struct keeper *keeper, const struct lines *request, struct lines *answer,
                         struct ocf_error *err)
{
        struct deadline deadline = deadline_in(BUS_MS);
        int r;

        (void)request;
        (void)answer;
        news_forget(keeper);
        r = signer_disarm(&keeper->signer, &deadline, err);
        if (r >= 0)
                seat_signer_gone(&keeper->seat);
        return r;
}

/* A signer that had to be killed here was not demoted before; Pacemaker still takes it for
 * promoted. */
static void tell_of_kill(struct keeper *keeper, const struct seat_news *seat_news)
{
        ocf_log_warning("signer %s was still there when the seat was lost: %s",
                        seat_news->killed.unit, seat_news->ended ? "killed" : "it does not end");
        keeper->killed = seat_news->killed;
        /* No control group: what runs there later is not the signer that was mended. */
        keeper->killed.cgroup[0] = '\0';
        keeper->killed_ms = clock_now_ms();
        keeper_inform(keeper);
}

static int answer_lose(struct keeper *keeper, const struct lines *request, struct lines *answer,
                       struct ocf_error *err)
{
        const bool was_held = keeper->custody.held;
        struct seat_news news;
        int r = seat_lose(&keeper->seat, &news, err);

        (void)request;
        (void)answer;
        if (was_held && r >= 0)
                ocf_log_info("seat given up");
        if (news.killed.armed && !news.killed.eased)
                tell_of_kill(keeper, &news);
        return r;
}

/* Could the seat be taken here? Changes nothing. */
static int answer_check(struct keeper *keeper, const struct lines *request, struct lines *answer,
                        struct ocf_error *err)
{
        (void)request;
        (void)answer;
        return custody_check_source(keeper->custody.config, err);
}

static const struct request_row {
        const char *name;
        int (*answer)(struct keeper *keeper, const struct lines *request, struct lines *answer,
                      struct ocf_error *err);
} requests[] = {
        {"status", answer_status}, {"acquire", answer_acquire}, {"arm", answer_arm},
        {"watch", answer_watch},   {"ease", answer_ease},       {"disarm", answer_disarm},
        {"lose", answer_lose},     {"height", answer_height},   {"check", answer_check},
        {"mute", answer_mute},     {"end", answer_end},
};

static const struct request_row *request_find(const struct lines *request)
{
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
                if (lines_is(request, "request", requests[i].name))
                        return &requests[i];
        return NULL;
}

/* "refused" is the caller's fault or the configuration's, "failed" is the machine's; "pending" may
 * come true when it is asked for again. */
static const char *result_name(int r)
{
        switch (-r) {
        case EINVAL:
        case EPERM:
        case EBADMSG:
        case EPROTONOSUPPORT:
                return "refused";
        case ETIMEDOUT:
                return "pending";
        default:
                return "failed";
        }
}

void keeper_answer(struct keeper *keeper, const struct lines *request, struct lines *ret_answer)
{
        const struct request_row *row = request_find(request);
        struct ocf_error err = {0};
        int r = seat_version_check(request, &err);

        if (r >= 0 && !row)
                r = ocf_fail(&err, -EBADMSG, "the request is not known");
        seat_answer(ret_answer, "ok", NULL);
        if (r >= 0)
                r = row->answer(keeper, request, ret_answer, &err);
        if (r >= 0)
                return;
        seat_answer(ret_answer, result_name(r), *err.sentence ? err.sentence : strerror(-r));
        ocf_log_warning("%s", *err.sentence ? err.sentence : strerror(-r));
}

/* The signer that Pacemaker has to be told about; NULL when there is none. */
static const struct signer *signer_in_news(const struct keeper *keeper)
{
        const struct signer *signer = &keeper->signer;

        if (!signer->armed || !signer->died)
                signer = &keeper->killed;
        if (signer == &keeper->killed && clock_now_ms() >= keeper->killed_ms + KILL_NEWS_MS)
                return NULL;
        return *signer->resource ? signer : NULL;
}

void keeper_inform(struct keeper *keeper)
{
        const struct signer *signer = signer_in_news(keeper);
        struct inform_news news = {0};
        struct ocf_error err = {0};

        if (!signer)
                return;
        news = (struct inform_news){
                .resource = signer->resource, .node = signer->node, .cgroup = signer->cgroup};
        if (informer_start(&keeper->informer, &news, &err) < 0)
                ocf_log_warning("cannot tell Pacemaker about %s: %s", signer->resource,
                                err.sentence);
}

void keeper_signer_ended(struct keeper *keeper)
{
        signer_ended(&keeper->signer);
        ocf_log_warning("signer %s has ended%s", keeper->signer.unit,
                        keeper->signer.eased ? " as planned" : "; telling Pacemaker");
        keeper_inform(keeper);
}

int keeper_informed(struct keeper *keeper)
{
        int r = informer_finish(&keeper->informer);

        if (r >= 0)
                keeper->killed = (struct signer){0};
        return r;
}

void keeper_seat_run(struct keeper *keeper)
{
        struct seat_news news;

        seat_run(&keeper->seat, &news);
        if (news.killed.armed)
                tell_of_kill(keeper, &news);
}
