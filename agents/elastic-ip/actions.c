/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/actions.h"

#include <errno.h>

#include "agents/elastic-ip/judge.h"
#include "agents/elastic-ip/observe.h"
#include "agents/elastic-ip/remote.h"
#include "ocf/log.h"
#include "own.h"
#include "text.h"

#define API_LEVEL 10
#define BACKGROUND_MS 5000 /* most time of a look at the API that nothing depends on */
#define SECOND_LOOK_MS 1000
#define PAUSE_FIRST_MS 100
#define PAUSE_MOST_MS 1000
#define ASK_AGAIN_MS 2000
#define PATIENCE_MS 10000     /* for witnesses that disagree in a stop */
#define LOOK_MS 12000         /* of one look at the API in a start or stop */
#define GIVEN_UP_LOOK_MS 3000 /* the same when the way there may have gone with the address */

static void scene_of(struct ocf_ctx *ctx, struct address_scene *ret_scene, bool lenient)
{
        address_scene_open(ret_scene, ctx->params, ctx->env.instance, lenient);
}

/* The sentence for what is not known: who has the address, and why nobody says. */
static enum ocf_rc answer_unknown(struct ocf_ctx *ctx, const struct address_scene *scene,
                                  enum ocf_rc rc, const char *what)
{
        const char *why = ocf_error_set(&scene->remote_error) ? scene->remote_error.sentence
                                                              : scene->local_error.sentence;

        return ocf_answer(ctx, rc, "%s '%s': %s", what, scene->params->elastic_ip, why);
}

static bool api_is_due(const struct address_scene *scene)
{
        int64_t every_ms = (int64_t)scene->params->api_interval_s * 1000;

        return every_ms && clock_now_ms() - scene->record.api_tried_ms >= every_ms;
}

/* The API says that the address is gone and the metadata that it is here: one of them is late. */
static bool witnesses_disagree(const struct address_facts *facts)
{
        return facts->local == LOCAL_HERE &&
               (facts->remote == REMOTE_FREE || facts->remote == REMOTE_OTHER ||
                facts->remote == REMOTE_MISPLACED || facts->remote == REMOTE_NO_ADDRESS);
}

static void monitor_observe(struct ocf_ctx *ctx, struct address_scene *scene, bool api_wanted)
{
        struct deadline half = deadline_cap(&ctx->deadline, deadline_left_ms(&ctx->deadline) / 2);
        struct deadline background = deadline_cap(&half, BACKGROUND_MS);
        bool needed = api_wanted;

        address_observe_local(scene, &half);
        needed = needed || address_needs_api(scene->facts.local);
        if (!needed && !api_is_due(scene))
                return;
        address_observe_remote(scene, needed ? &half : &background);
        if (!witnesses_disagree(&scene->facts))
                return;
        (void)clock_wait_fd(&ctx->deadline, -1, SECOND_LOOK_MS);
        address_observe_local(scene, &ctx->deadline);
        address_observe_remote(scene, &ctx->deadline);
}

enum ocf_rc address_monitor(struct ocf_ctx *ctx)
{
        const struct address_params *params = ctx->params;
        struct address_monitor_rules rules = {
                .probe = ocf_is_probe(ctx),
                .api_wanted = ctx->env.check_level >= API_LEVEL,
                .grace_ms = (int64_t)params->api_grace_s * 1000,
        };
        OWN(address_scene_release) struct address_scene scene = {0};
        struct ocf_error judged = {0};
        enum ocf_rc rc;

        if (!params->elastic_ip || !params->allocation_id)
                return ocf_answer(ctx, OCF_NOT_RUNNING, "no address is configured");
        scene_of(ctx, &scene, false);
        monitor_observe(ctx, &scene, rules.api_wanted);
        scene.facts.proof_age_ms = clock_now_ms() - (rules.api_wanted ? scene.record.api_proved_ms
                                                                      : scene.record.proved_ms);
        rc = address_judge_monitor(&scene.facts, &rules, &judged);
        address_scene_remember(&scene);
        if (rc == OCF_SUCCESS && ocf_error_set(&scene.remote_error))
                ocf_log_warning("%s stays as it was last known: %s", params->elastic_ip,
                                scene.remote_error.sentence);
        if (rc == OCF_ERR_GENERIC && ocf_error_set(&scene.remote_error))
                return answer_unknown(ctx, &scene, rc, "it is not known who has");
        return ocf_answer(ctx, rc, "%s", judged.sentence);
}

static int associate(struct address_scene *scene, const char *interface,
                     const struct deadline *deadline)
{
        struct address_change change = {.interface = interface};

        address_reach_remember(scene);
        /* Noted before, so that a stop after a kill knows that it may still come true. */
        scene->record.memory = scene->facts.memory = MEMORY_PENDING;
        (void)address_remember(scene->resource, scene->params->allocation_id, &scene->record, NULL);
        ocf_error_clear(&scene->remote_error);
        return scene->api->change(scene, &change, deadline, &scene->remote_error);
}

static int disassociate(struct address_scene *scene, const struct deadline *deadline)
{
        struct address_change change = {0};
        int r;

        ocf_error_clear(&scene->remote_error);
        r = scene->api->change(scene, &change, deadline, &scene->remote_error);
        /* Gone already: that association, the only one that was ours, is no more. */
        return r < 0 && text_equal(scene->aws.fault.code, "InvalidAssociationID.NotFound") ? 0 : r;
}

/* Half of what is left, so that there is time for the other witness. */
static struct deadline look_deadline(const struct ocf_ctx *ctx)
{
        int half_ms = deadline_left_ms(&ctx->deadline) / 2;

        return deadline_cap(&ctx->deadline, half_ms < LOOK_MS ? half_ms : LOOK_MS);
}

static void look_pause(struct ocf_ctx *ctx, int *pause_ms)
{
        (void)clock_wait_fd(&ctx->deadline, -1, *pause_ms);
        if (*pause_ms < PAUSE_MOST_MS)
                *pause_ms *= 2;
}

/* A change that failed. What was refused for good is said at once; after anything else, who has the
 * address is looked up before it is tried again. */
static bool failure_is_final(const struct address_scene *scene, int r)
{
        return r == -EACCES || (scene->aws.fault.kind == AWS_FAULT_NOT_FOUND) ||
               (scene->aws.fault.kind == AWS_FAULT_UNKNOWN && scene->aws.fault.http_status == 400);
}

static enum ocf_rc failure_code(int r)
{
        return r == -EACCES ? OCF_ERR_PERM : OCF_ERR_ARGS;
}

static enum ocf_rc start_fail(struct ocf_ctx *ctx, const struct address_scene *scene,
                              enum ocf_rc rc)
{
        if (ocf_error_set(&scene->remote_error))
                return ocf_answer(ctx, rc, "'%s' cannot be taken over: %s",
                                  scene->params->elastic_ip, scene->remote_error.sentence);
        if (scene->facts.remote == REMOTE_HERE)
                return ocf_answer(ctx, rc,
                                  "'%s' is associated, but this instance's metadata does not show "
                                  "it in time: %s",
                                  scene->params->elastic_ip,
                                  ocf_error_set(&scene->local_error) ? scene->local_error.sentence
                                                                     : "it has no such address");
        return ocf_answer(ctx, rc, "'%s' was asked for, but EC2 does not show it here in time",
                          scene->params->elastic_ip);
}

/* Makes the change, or waits before it is made again. Returns false when the start is over. */
static bool start_change(struct ocf_ctx *ctx, struct address_scene *scene, const char *interface,
                         struct address_progress *progress, enum ocf_rc *ret_rc)
{
        int r = associate(scene, interface, &ctx->deadline);

        progress->asked = r >= 0;
        if (r < 0 && failure_is_final(scene, r)) {
                *ret_rc = failure_code(r);
                return false;
        }
        if (r < 0)
                (void)clock_wait_fd(&ctx->deadline, -1, ASK_AGAIN_MS);
        return true;
}

static enum ocf_rc start_loop(struct ocf_ctx *ctx, struct address_scene *scene,
                              const char *interface)
{
        struct address_progress progress = {0};
        int pause_ms = PAUSE_FIRST_MS;
        enum ocf_rc rc = OCF_ERR_GENERIC;

        do {
                struct deadline look = look_deadline(ctx);
                struct ocf_error judged = {0};
                enum address_step step;

                address_observe_remote(scene, &look);
                if (scene->facts.remote == REMOTE_HERE)
                        address_observe_local(scene, &look);
                step = address_judge_start(&scene->facts, &progress, &rc, &judged);
                if (step == STEP_DONE) {
                        address_scene_remember(scene);
                        return OCF_SUCCESS;
                }
                if (step == STEP_FAIL && ocf_error_set(&judged))
                        return ocf_answer(ctx, rc, "%s", judged.sentence);
                if (step == STEP_FAIL || (step == STEP_ASSOCIATE &&
                                          !start_change(ctx, scene, interface, &progress, &rc)))
                        return start_fail(ctx, scene, rc);
                if (step == STEP_WAIT)
                        look_pause(ctx, &pause_ms);
        } while (!deadline_passed(&ctx->deadline));
        return start_fail(ctx, scene, OCF_ERR_GENERIC);
}

enum ocf_rc address_start(struct ocf_ctx *ctx)
{
        const struct address_params *params = ctx->params;
        OWN(address_scene_release) struct address_scene scene = {0};
        char interface[64];
        int r;

        if (params->awscli)
                ocf_log_debug("parameter awscli is not needed: no program is run");
        scene_of(ctx, &scene, false);
        if (address_api_load(&scene.api, &ctx->err) < 0)
                return OCF_ERR_INSTALLED;
        r = address_target_find(&scene, &ctx->deadline, interface, &ctx->err);
        if (r < 0)
                return r == -ENXIO ? OCF_ERR_ARGS : OCF_ERR_GENERIC;
        return start_loop(ctx, &scene, interface);
}

/* What is said of a stop for which EC2's word was not enough. */
static void stop_done(struct address_scene *scene)
{
        if (scene->facts.remote == REMOTE_NO_ADDRESS)
                ocf_log_warning("%s: nothing to give up: %s", scene->params->elastic_ip,
                                scene->remote_error.sentence);
        else if (ocf_error_set(&scene->remote_error))
                ocf_log_warning("%s: stopped, as this instance's metadata shows: %s",
                                scene->params->elastic_ip, scene->remote_error.sentence);
        scene->record.memory = scene->facts.memory = MEMORY_NOT_OURS;
        scene->facts.local = LOCAL_ABSENT;
        address_scene_remember(scene);
}

static enum ocf_rc stop_loop(struct ocf_ctx *ctx, struct address_scene *scene)
{
        struct address_progress progress = {0};
        struct deadline patience = deadline_cap(&ctx->deadline, PATIENCE_MS);
        int pause_ms = PAUSE_FIRST_MS;
        bool tried = false;

        patience = deadline_cap(&patience, deadline_left_ms(&ctx->deadline) / 2);
        do {
                struct deadline look = look_deadline(ctx);
                enum address_step step;

                look = tried ? deadline_cap(&look, GIVEN_UP_LOOK_MS) : look;
                address_observe_remote(scene, &look);
                address_observe_local(scene, &ctx->deadline);
                progress.patient = !progress.asked && !deadline_passed(&patience);
                step = address_judge_stop(&scene->facts, &progress);
                if (step == STEP_DONE) {
                        stop_done(scene);
                        return OCF_SUCCESS;
                }
                tried = tried || step == STEP_DISASSOCIATE;
                if (step == STEP_DISASSOCIATE)
                        progress.asked = disassociate(scene, &ctx->deadline) >= 0;
                else
                        look_pause(ctx, &pause_ms);
        } while (!deadline_passed(&ctx->deadline));
        if (!ocf_error_set(&scene->remote_error))
                return ocf_answer(ctx, OCF_ERR_GENERIC,
                                  "'%s' was given up, but EC2 still shows it here",
                                  scene->params->elastic_ip);
        return answer_unknown(ctx, scene, OCF_ERR_GENERIC,
                              "it is not proved that this node gave up");
}

enum ocf_rc address_stop(struct ocf_ctx *ctx)
{
        const struct address_params *params = ctx->params;
        OWN(address_scene_release) struct address_scene scene = {0};

        if (!params->elastic_ip || !params->allocation_id) {
                ocf_log_info("nothing to stop: no address is configured");
                return OCF_SUCCESS;
        }
        scene_of(ctx, &scene, true);
        return stop_loop(ctx, &scene);
}

enum ocf_rc address_reload(struct ocf_ctx *ctx)
{
        (void)ctx;
        return OCF_SUCCESS; /* every action reads its parameters anew */
}
