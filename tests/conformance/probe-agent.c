/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An agent for testing the frame: a parameter of each type, an action of each kind, and a service
 * that is nothing but a file with its state in it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ocf/agent.h"
#include "path.h"
#include "text.h"

struct probe_params {
        const char *state;
        const char *note;
        uint64_t count;
        uint64_t hold_s;
        bool healthy;
        int mode;
};

static const char *const modes[] = {"full", "fast", NULL};

static const struct ocf_param params[] = {
        {.name = "state",
         .type = OCF_STRING,
         .required = true,
         .unique_group = "state",
         .into = OCF_INTO(struct probe_params, state),
         .brief = "state file",
         .help = "File that stands for the service.\n\nIts content is the role; \\backslash, -dash "
                 "and\n.dot belong to the manual."},
        {.name = "note",
         .type = OCF_STRING,
         .reloadable = true,
         .into = OCF_INTO(struct probe_params, note),
         .brief = "a text <&>",
         .help = "'Quoted' & <bracketed>: the XML must hold it."},
        {.name = "count",
         .type = OCF_INTEGER,
         .def = "3",
         .min = 1,
         .max = 100,
         .into = OCF_INTO(struct probe_params, count),
         .brief = "a number, not 13",
         .help = "Any number but 13."},
        {.name = "hold",
         .type = OCF_SECONDS,
         .def = "0",
         .into = OCF_INTO(struct probe_params, hold_s),
         .brief = "a time",
         .help = "How long start and promote take; they give up at their deadline."},
        {.name = "healthy",
         .type = OCF_BOOLEAN,
         .def = "yes",
         .into = OCF_INTO(struct probe_params, healthy),
         .brief = "yes or no",
         .help = "With no, monitor answers degraded."},
        {.name = "mode",
         .type = OCF_SELECT,
         .def = "full",
         .choices = modes,
         .into = OCF_INTO(struct probe_params, mode),
         .brief = "one of two",
         .help = "Which of the two."},
        {0},
};

static enum ocf_rc state_write(struct ocf_ctx *ctx, const char *role)
{
        const struct probe_params *probe = ctx->params;

        return ocf_rc_from(path_replace(probe->state, role, strlen(role), false, &ctx->err));
}

static enum ocf_rc probe_monitor(struct ocf_ctx *ctx)
{
        const struct probe_params *probe = ctx->params;
        char role[16];
        int r = probe->state ? path_read(probe->state, role, sizeof role, NULL) : -ENOENT;
        bool promoted = r == 0 && text_equal(role, "promoted");

        if (r == -ENOENT)
                return OCF_NOT_RUNNING;
        if (r < 0)
                return ocf_answer(ctx, OCF_ERR_GENERIC, "cannot read '%s': %s", probe->state,
                                  strerror(-r));
        if (!probe->healthy)
                return ocf_answer(ctx, promoted ? OCF_DEGRADED_PROMOTED : OCF_DEGRADED,
                                  "not healthy, as asked");
        return promoted ? OCF_RUNNING_PROMOTED : OCF_SUCCESS;
}

/* Whether there is time left then. */
static bool held(const struct ocf_ctx *ctx)
{
        const struct probe_params *probe = ctx->params;

        (void)clock_wait_fd(&ctx->deadline, -1, (int)(probe->hold_s * 1000));
        return !deadline_passed(&ctx->deadline);
}

static enum ocf_rc probe_start(struct ocf_ctx *ctx)
{
        if (!held(ctx))
                return ocf_answer(ctx, OCF_ERR_GENERIC, "the service did not start in time");
        return state_write(ctx, "unpromoted");
}

static enum ocf_rc probe_stop(struct ocf_ctx *ctx)
{
        const struct probe_params *probe = ctx->params;

        if (probe->state && unlink(probe->state) < 0 && errno != ENOENT)
                return ocf_answer(ctx, OCF_ERR_GENERIC, "cannot remove '%s': %s", probe->state,
                                  strerror(errno));
        return OCF_SUCCESS;
}

static enum ocf_rc probe_promote(struct ocf_ctx *ctx)
{
        if (!held(ctx))
                return ocf_answer(ctx, OCF_ERR_GENERIC, "the service was not promoted in time");
        return probe_monitor(ctx) == OCF_NOT_RUNNING ? OCF_NOT_RUNNING
                                                     : state_write(ctx, "promoted");
}

static enum ocf_rc probe_demote(struct ocf_ctx *ctx)
{
        return probe_monitor(ctx) == OCF_NOT_RUNNING ? OCF_NOT_RUNNING
                                                     : state_write(ctx, "unpromoted");
}

static enum ocf_rc probe_reload(struct ocf_ctx *ctx)
{
        (void)ctx;
        return OCF_SUCCESS;
}

static int probe_check(const void *data, struct ocf_error *err)
{
        const struct probe_params *probe = data;

        if (probe->count == 13)
                return ocf_fail(err, -EINVAL, "parameter count is '%" PRIu64 "', which is unlucky",
                                probe->count);
        return 0;
}

static int probe_check_host(struct ocf_ctx *ctx)
{
        const struct probe_params *probe = ctx->params;
        struct stat st;

        if (stat(probe->state, &st) < 0 && errno != ENOENT)
                return ocf_fail(&ctx->err, -errno, "cannot look at '%s': %s", probe->state,
                                strerror(errno));
        return 0;
}

static const struct ocf_action actions[] = {
        {.name = "start", .timeout_s = 20, .strict = OCF_STRICT, .run = probe_start},
        {.name = "stop", .timeout_s = 20, .strict = OCF_LENIENT, .run = probe_stop},
        {.name = "monitor",
         .role = "Promoted",
         .timeout_s = 20,
         .interval_s = 9,
         .strict = OCF_LENIENT_PROBE,
         .run = probe_monitor},
        {.name = "monitor",
         .role = "Unpromoted",
         .timeout_s = 20,
         .interval_s = 10,
         .strict = OCF_LENIENT_PROBE,
         .run = probe_monitor},
        {.name = "promote", .timeout_s = 20, .strict = OCF_STRICT, .run = probe_promote},
        {.name = "demote", .timeout_s = 20, .strict = OCF_LENIENT, .run = probe_demote},
        {.name = "reload-agent", .timeout_s = 20, .strict = OCF_STRICT, .run = probe_reload},
        {0},
};

static const struct ocf_agent probe_agent = {
        .name = "probe-agent",
        .brief = "tests the frame of the agents",
        .help = "Not installed: it stands for every agent in the conformance tests.",
        .example = "primitive probe ocf:validator:probe-agent params state=/run/probe",
        .params = params,
        .actions = actions,
        .params_size = sizeof(struct probe_params),
        .check = probe_check,
        .check_host = probe_check_host,
};

OCF_AGENT_MAIN(probe_agent)
