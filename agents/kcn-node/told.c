/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/told.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agents/kcn-node/options.h"
#include "assignments.h"
#include "own.h"
#include "path.h"
#include "service/told.h"

static int file_check(const struct kcn_node *node, const char *path, struct ocf_error *err)
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
        return options_check_text(path, text, node->conf.data_dir, err);
}

/* systemd takes a pattern. */
static int pattern_check(const struct kcn_node *node, const char *pattern, struct ocf_error *err)
{
        OWN(globfree) glob_t found = {0};
        int r = 0;

        if (glob(pattern, 0, NULL, &found) != 0)
                return 0;
        for (size_t i = 0; r >= 0 && i < found.gl_pathc; i++)
                r = file_check(node, found.gl_pathv[i], err);
        return r;
}

/* The packaged script of the archive runs BIN/kcn; without BIN, the one beside itself. */
static int program_check(const struct kcnd_conf *conf, struct ocf_error *err)
{
        OWN_TEXT char *path = conf->bin ? text_format("%s/kcn", conf->bin) : NULL;
        struct stat found;

        if (!path || (access(path, X_OK) == 0 && stat(path, &found) == 0 && S_ISREG(found.st_mode)))
                return 0;
        return ocf_fail(err, -EINVAL,
                        "%s: BIN is '%s', but '%s' is no program that can be run: mend BIN, or "
                        "remove it",
                        conf->lines.path, conf->bin, path);
}

int kcn_check_told(struct kcn_node *node)
{
        OWN(unit_told_release) struct unit_told told = {0};
        const char *unit = node->params->unit;
        struct ocf_error *err = &node->ctx->err;
        OWN_TEXT char *command = text_format("ExecStart= of %s", unit);
        OWN_TEXT char *variable = text_format("Environment= of %s", unit);
        int r = unit_told_fetch(node->bus, unit, &node->ctx->deadline, &told, err);

        for (size_t i = 0; r >= 0 && i < told.commands.count; i++)
                r = options_check_text(command, told.commands.items[i], node->conf.data_dir, err);
        for (size_t i = 0; r >= 0 && i < told.variables.count; i++)
                r = kcnd_conf_check_variable(&node->conf, variable, told.variables.items[i], err);
        for (size_t i = 0; r >= 0 && i < told.files.count; i++)
                r = pattern_check(node, told.files.items[i], err);
        return r < 0 ? r : program_check(&node->conf, err);
}
