/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Actions from their first look to their answer: a node, a chain and a clock in miniature. */
#include "chain/engine.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "chain/publish.h"
#include "ocf/notes.h"
#include "suite.h"

enum { LOOK_MS = 100, BLOCK_MS = 1000, EPOCH = 7, FIRST_BLOCK = 100 };

/* What happens; all times count from the beginning. */
struct story {
        int64_t timeout_ms, catch_up_s;
        int64_t start_ms;        /* what a node takes until it answers */
        int64_t settle_ms;       /* what a standby takes to have what it lacks */
        bool standby_hangs;      /* the first */
        int signers_hang;        /* so many, the first ones */
        bool misses_a_block;     /* a signer, until it is told to fetch */
        int64_t chain_stands;    /* from then on; 0: it goes on */
        int64_t keeper_silent;   /* the same */
        int lacking;             /* peers of a signer */
        enum ocf_rc rc;          /* what is expected */
        int standbys, signers;   /* begun by the promote */
        int64_t soonest, latest; /* it answers */
        const char *says;        /* with these words; NULL: nothing */
};

static const struct story *story;
static struct {
        int64_t now_ms;
        int64_t begun_ms;  /* this node */
        uint64_t begun_at; /* its block then */
        bool signs, fetched;
        int standbys, signers, monitor;
        bool others_in_sync;
        enum chain_score score;
        char answer[512];
} world;

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret_time);
int __real_clock_gettime(clockid_t clock, struct timespec *ret_time);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret_time)
{
        if (clock != CLOCK_BOOTTIME)
                return __real_clock_gettime(clock, ret_time);
        *ret_time = (struct timespec){.tv_sec = world.now_ms / 1000,
                                      .tv_nsec = world.now_ms % 1000 * 1000000};
        return 0;
}

enum ocf_rc ocf_answer(struct ocf_ctx *ctx, enum ocf_rc rc, const char *format, ...)
{
        va_list args;

        (void)ctx;
        va_start(args, format);
        (void)vsnprintf(world.answer, sizeof world.answer, format, args);
        va_end(args);
        return rc;
}

bool ocf_is_probe(const struct ocf_ctx *ctx)
{
        (void)ctx;
        return false;
}

void notes_read(const struct ocf_ctx *ctx, struct lines *ret_notes)
{
        (void)ctx;
        *ret_notes = (struct lines){0};
}

void notes_log_change(const struct ocf_ctx *ctx, const char *name, const char *sentence)
{
        (void)ctx, (void)name, (void)sentence;
}

int notes_set(const struct ocf_ctx *ctx, const char *name, const char *value, struct ocf_error *err)
{
        (void)ctx, (void)name, (void)value, (void)err;
        return 0;
}

void chain_publish_score(struct validator *validator, enum chain_score score)
{
        (void)validator;
        world.score = score;
}

void chain_publish_sync(struct validator *validator, const char *sync)
{
        (void)validator, (void)sync;
}

bool chain_others_in_sync(struct validator *validator)
{
        (void)validator;
        return world.others_in_sync;
}

static int64_t newest_ms(void)
{
        int64_t until = story->chain_stands && world.now_ms > story->chain_stands
                                ? story->chain_stands
                                : world.now_ms;

        return until / BLOCK_MS * BLOCK_MS;
}

static uint64_t chain_height(void)
{
        return FIRST_BLOCK + (uint64_t)(newest_ms() / BLOCK_MS);
}

static uint64_t node_height(void)
{
        bool hangs = world.signs ? world.signers <= story->signers_hang
                                 : story->standby_hangs && world.standbys == 0;

        if (hangs || (!world.signs && world.now_ms - world.begun_ms < story->settle_ms))
                return world.begun_at;
        if (world.signs && story->misses_a_block && !world.fetched)
                return world.begun_at;
        return chain_height();
}

static void observe(struct validator *validator, struct chain_facts *ret_facts)
{
        (void)validator;
        *ret_facts = (struct chain_facts){
                .running = TRI_YES,
                .answers = tri_from_bool(world.now_ms - world.begun_ms >= story->start_ms),
                .as_seat = tri_from_bool(world.signs),
                .height = node_height(),
                .head_age_s = (world.now_ms - newest_ms()) / 1000 +
                              (int64_t)(chain_height() - node_height()),
                .peers = 5,
                .seat_held = story->keeper_silent && world.now_ms >= story->keeper_silent
                                     ? TRI_UNKNOWN
                                     : TRI_YES,
                .seat_epoch = EPOCH,
                .floor_kept = TRI_NO,
                .signer_epoch = world.signs ? EPOCH : 0,
        };
}

static void observe_references(struct validator *validator, struct chain_facts *facts)
{
        (void)validator;
        facts->references = 1;
        facts->reference_height = chain_height();
        facts->reference_age_s = (world.now_ms - newest_ms()) / 1000;
}

static int node_begin(bool signs)
{
        world.begun_at = node_height();
        world.begun_ms = world.now_ms;
        world.signs = signs;
        world.fetched = false;
        *(signs ? &world.signers : &world.standbys) += 1;
        return 0;
}

static int become_signer(struct validator *validator)
{
        (void)validator;
        return node_begin(true);
}

static int become_standby(struct validator *validator, bool start)
{
        ck_assert(start);
        /* A standby in sync and a signer need the time that is left. */
        ck_assert_int_ge(deadline_left_ms(&validator->ctx->deadline), 20000);
        return node_begin(false);
}

static int reach_peers(struct validator *validator)
{
        (void)validator;
        return story->lacking;
}

static void fetch_blocks(struct validator *validator)
{
        (void)validator;
        world.fetched = true;
}

static void look_later(struct validator *validator)
{
        (void)validator;
        world.now_ms += LOOK_MS;
}

static const struct validator_driver driver = {
        .pace = {.peers = 5, .every_ms = 10000},
        .observe = observe,
        .observe_references = observe_references,
        .become_signer = become_signer,
        .become_standby = become_standby,
        .reach_peers = reach_peers,
        .fetch_blocks = fetch_blocks,
        .wait = look_later,
};

static const struct chain_limits limits = {
        .max_lag = 2, .max_head_age_s = 5, .missed_turns = 3, .halt_s = 15};

static const struct story stories[] = {
        /* all is well: it answers with the first block */
        {.timeout_ms = 60000,
         .catch_up_s = 10,
         .start_ms = 300,
         .rc = OCF_SUCCESS,
         .signers = 1,
         .soonest = 1000,
         .latest = 1100},
        /* a signer that hangs begins again as a standby, and is given all of its time anew */
        {.timeout_ms = 60000,
         .catch_up_s = 6,
         .start_ms = 300,
         .settle_ms = 3000,
         .signers_hang = 1,
         .rc = OCF_SUCCESS,
         .standbys = 1,
         .signers = 2,
         .soonest = 6000,
         .latest = 12000},
        /* each of them hangs: while a try has the time that it needs, and no longer */
        {.timeout_ms = 60000,
         .catch_up_s = 10,
         .start_ms = 300,
         .signers_hang = 99,
         .rc = OCF_ERR_GENERIC,
         .standbys = 5,
         .signers = 6,
         .soonest = 60000,
         .latest = 60000,
         .says = "not proved"},
        /* a standby that hangs begins again, once, although it stands at the same block then, and
         * has as long to catch up as the first had */
        {.timeout_ms = 60000,
         .catch_up_s = 6,
         .settle_ms = 3500,
         .standby_hangs = true,
         .rc = OCF_SUCCESS,
         .standbys = 1,
         .signers = 1,
         .soonest = 7500,
         .latest = 12000},
        /* too late to begin again */
        {.timeout_ms = 22000,
         .catch_up_s = 10,
         .standby_hangs = true,
         .rc = OCF_ERR_GENERIC,
         .soonest = 10000,
         .latest = 10000,
         .says = "not promoted: "},
        /* a block that no peer sends is fetched */
        {.timeout_ms = 60000,
         .catch_up_s = 10,
         .start_ms = 300,
         .misses_a_block = true,
         .rc = OCF_SUCCESS,
         .signers = 1,
         .soonest = 1400,
         .latest = 1700},
        /* a chain that stands has no block to wait for; one that comes to stand meanwhile does not
         * undo what was proved */
        {.timeout_ms = 60000,
         .catch_up_s = 10,
         .chain_stands = 1,
         .rc = OCF_SUCCESS,
         .signers = 1,
         .soonest = 1500,
         .latest = 1700},
        {.timeout_ms = 60000,
         .catch_up_s = 10,
         .start_ms = 4500,
         .chain_stands = 1,
         .lacking = 1,
         .rc = OCF_SUCCESS,
         .signers = 1,
         .soonest = 6000,
         .latest = 6200},
        /* but that the keeper still holds the seat is proved again at each look */
        {.timeout_ms = 30000,
         .catch_up_s = 10,
         .start_ms = 4500,
         .chain_stands = 1,
         .keeper_silent = 5100,
         .rc = OCF_ERR_GENERIC,
         .signers = 1,
         .soonest = 30000,
         .latest = 30000,
         .says = "keeper does not say"},
        /* peers that stay away are no reason to fail */
        {.timeout_ms = 60000,
         .catch_up_s = 10,
         .start_ms = 300,
         .lacking = 2,
         .rc = OCF_SUCCESS,
         .signers = 1,
         .soonest = 2300,
         .latest = 2700},
};

/* A signer 3 blocks and a minute behind a chain that goes on. */
static const struct monitor_story {
        int64_t takes_in_ms; /* the blocks that it lacks */
        bool cut_off;        /* no reference answers */
        bool others_in_sync;
        int64_t silent_ms; /* at 1000 it stops answering for so long */
        enum ocf_rc rc;
        int64_t soonest, latest;
} monitor_stories[] = {
        {.takes_in_ms = 0, .rc = OCF_RUNNING_PROMOTED, .latest = 0},
        {.takes_in_ms = 2500, .rc = OCF_RUNNING_PROMOTED, .soonest = 2500, .latest = 2600},
        {.takes_in_ms = 4900, .rc = OCF_RUNNING_PROMOTED, .soonest = 4900, .latest = 5000},
        {.takes_in_ms = 5200, .rc = OCF_FAILED_PROMOTED, .soonest = 5000, .latest = 5100},
        /* a moment of silence is no verdict */
        {.takes_in_ms = 4000,
         .silent_ms = 800,
         .rc = OCF_RUNNING_PROMOTED,
         .soonest = 4000,
         .latest = 4100},
        /* cut off, it fails when somebody else can sign */
        {.takes_in_ms = 99000,
         .cut_off = true,
         .others_in_sync = true,
         .rc = OCF_FAILED_PROMOTED,
         .soonest = 5000,
         .latest = 5100},
        {.takes_in_ms = 99000,
         .cut_off = true,
         .rc = OCF_RUNNING_PROMOTED,
         .soonest = 5000,
         .latest = 5100},
        {.takes_in_ms = 3000,
         .cut_off = true,
         .others_in_sync = true,
         .rc = OCF_RUNNING_PROMOTED,
         .soonest = 3000,
         .latest = 3100},
};

static void observe_standing_signer(struct validator *validator, struct chain_facts *ret_facts)
{
        observe(validator, ret_facts);
        if (world.now_ms < monitor_stories[world.monitor].takes_in_ms) {
                ret_facts->height = FIRST_BLOCK - 3;
                ret_facts->head_age_s = 60;
        }
        if (world.now_ms >= 1000 && world.now_ms < 1000 + monitor_stories[world.monitor].silent_ms)
                ret_facts->answers = TRI_NO;
}

static void observe_monitors_references(struct validator *validator, struct chain_facts *facts)
{
        if (!monitor_stories[world.monitor].cut_off)
                observe_references(validator, facts);
}

START_TEST(a_monitor_fails_a_signer_that_stands_while_the_chain_goes_on)
{
        static const struct story calm = {0};
        const struct monitor_story *monitor = &monitor_stories[_i];
        struct validator_driver watched = driver;
        struct ocf_ctx ctx = {0};
        struct validator validator = {.driver = &watched, .ctx = &ctx, .limits = limits};

        story = &calm;
        watched.observe = observe_standing_signer;
        watched.observe_references = observe_monitors_references;
        world.others_in_sync = monitor->others_in_sync;
        world.monitor = _i;
        world.begun_ms = -600000;
        world.signs = true;
        world.signers = 1;
        ctx.deadline = deadline_in(20000);
        ck_assert_int_eq(chain_monitor(&validator), monitor->rc);
        ck_assert_int_ge(world.now_ms, monitor->soonest);
        ck_assert_int_le(world.now_ms, monitor->latest);
}
END_TEST

START_TEST(a_promote_ends_as_its_story_says)
{
        struct ocf_ctx ctx = {0};
        struct validator validator = {
                .driver = &driver,
                .ctx = &ctx,
                .identity = "cell1",
                .limits = limits,
        };

        story = &stories[_i];
        world.begun_ms = -60000; /* it runs since long */
        world.begun_at = FIRST_BLOCK - (story->standby_hangs ? 10 : 0);
        ctx.deadline = deadline_in(story->timeout_ms);
        validator.catch_up_s = (uint64_t)story->catch_up_s;

        ck_assert_int_eq(chain_promote(&validator), story->rc);
        ck_assert_int_eq(world.standbys, story->standbys);
        ck_assert_int_eq(world.signers, story->signers);
        ck_assert_int_ge(world.now_ms, story->soonest);
        ck_assert_int_le(world.now_ms, story->latest);
        ck_assert_int_eq(world.score, story->rc == OCF_SUCCESS ? SCORE_SIGNER : SCORE_NONE);
        ck_assert(!story->says || strstr(world.answer, story->says));
}
END_TEST

SUITE_MAIN("chain/engine", TABLE(a_promote_ends_as_its_story_says, stories),
           TABLE(a_monitor_fails_a_signer_that_stands_while_the_chain_goes_on, monitor_stories))
