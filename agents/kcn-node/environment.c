/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/environment.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "agents/kcn-node/options.h"
#include "assignments.h"
#include "own.h"
#include "path.h"
#include "service/environment.h"

static int file_check(const char *path, struct ocf_error *err)
{
        OWN_TEXT char *text = mem_zero(ASSIGNMENTS_FILE_MAX);
        size_t length;
        int r = path_read(path, text, ASSIGNMENTS_FILE_MAX, &length);

        if (r == -ENOENT)
                return 0;
        if (r < 0)
                return ocf_fail(err, -EINVAL,
                                "cannot read '%s', which the node's unit names as its "
                                "EnvironmentFile=: %s",
                                path, strerror(-r));
        return options_check_text(path, text, err);
}

/* systemd takes a pattern. */
static int pattern_check(const char *pattern, struct ocf_error *err)
{
        OWN(globfree) glob_t found = {0};
        int r = 0;

        if (glob(pattern, 0, NULL, &found) != 0)
                return 0;
        for (size_t i = 0; r >= 0 && i < found.gl_pathc; i++)
                r = file_check(found.gl_pathv[i], err);
        return r;
}

int kcn_check_environment(struct kcn_node *node)
{
        OWN(unit_environment_release) struct unit_environment environment = {0};
        const char *unit = node->params->unit;
        struct ocf_error *err = &node->ctx->err;
        OWN_TEXT char *whose = text_format("Environment= of %s", unit);
        int r = unit_environment_fetch(node->bus, unit, &node->ctx->deadline, &environment, err);

        for (size_t i = 0; r >= 0 && i < environment.variables.count; i++)
                r = kcnd_conf_check_variable(&node->conf, whose, environment.variables.items[i],
                                             err);
        for (size_t i = 0; r >= 0 && i < environment.files.count; i++)
                r = pattern_check(environment.files.items[i], err);
        return r;
}
