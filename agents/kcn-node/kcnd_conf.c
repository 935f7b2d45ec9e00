/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/kcnd_conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agents/kcn-node/options.h"
#include "own.h"
#include "text.h"

static int value_get(const struct kcnd_conf *conf, const char *name, const char **ret_value,
                     struct ocf_error *err)
{
        int r = assignments_get(&conf->lines, name, ret_value, err);

        if (r >= 0 && !*ret_value)
                *ret_value = "";
        return r;
}

static int values_get(struct kcnd_conf *conf, struct ocf_error *err)
{
        const struct {
                const char *name;
                const char **value;
        } rows[] = {
                {"DATA_DIR", &conf->data_dir},
                {"LOG_DIR", &conf->log_dir},
                {"REWARDBASE", &conf->rewardbase},
                {"NETWORK", &conf->network},
                {"NETWORK_ID", &conf->network_id},
                {"PORT", &conf->port},
                {"SUBPORT", &conf->subport},
                {"MULTICHANNEL", &conf->multichannel},
                {"RPC_PORT", &conf->rpc_port},
                {"AUTO_RESTART", &conf->auto_restart},
                {"AUTO_RESTART_NODE", &conf->auto_restart_node},
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                int r = value_get(conf, rows[i].name, rows[i].value, err);

                if (r < 0)
                        return r;
        }
        return assignments_get(&conf->lines, "BIN", &conf->bin, err);
}

int kcnd_conf_read(struct kcnd_conf *ret_conf, const char *path, struct ocf_error *err)
{
        int r;

        *ret_conf = (struct kcnd_conf){0};
        r = assignments_read(&ret_conf->lines, path, err);
        if (r >= 0)
                r = values_get(ret_conf, err);
        if (r < 0)
                return r;
        if (ret_conf->data_dir[0] != '/')
                return ocf_fail(err, -EINVAL, "%s: DATA_DIR is '%s', but must be an absolute path",
                                path, ret_conf->data_dir);
        return 0;
}

void kcnd_conf_release(struct kcnd_conf *conf)
{
        assignments_release(&conf->lines);
}

/* No number that the script could take for 1, nor a name, whose value it would take. */
static bool is_plainly_off(const char *value)
{
        const size_t length = strlen(value);

        return length == 0 || (strspn(value, "0123456789") == length && length < 10 &&
                               (*value != '0' || length == 1) && strcmp(value, "1") != 0);
}

/* The script compares a switch by [[ … -eq 1 ]], which works out sums, names and octal numbers. */
static int switch_check(const char *where, const char *name, const char *value,
                        struct ocf_error *err)
{
        if (is_plainly_off(value))
                return 0;
        if (strcmp(value, "1") != 0)
                return ocf_fail(err, -EINVAL,
                                "%s: %s='%s' is worked out by the kcnd script, and what comes to 1 "
                                "lets kcn come back behind Pacemaker's back; write %s=0",
                                where, name, value, name);
        return ocf_fail(err, -EINVAL,
                        "%s: %s=1 lets kcn come back behind Pacemaker's back; write %s=0", where,
                        name, name);
}

/* The script hands DATA_DIR on as words: kcn takes the first for its data directory. */
static int blank_check(const struct kcnd_conf *conf, struct ocf_error *err)
{
        if (!strpbrk(conf->data_dir, " \t"))
                return 0;
        return ocf_fail(err, -EINVAL,
                        "%s: DATA_DIR is '%s', but the kcnd script splits it at the blank, so that "
                        "kcn would use another directory; give it a path without one",
                        conf->lines.path, conf->data_dir);
}

/* The script runs $BIN/kcn, as words too. */
static int bin_check(const struct kcnd_conf *conf, struct ocf_error *err)
{
        if (!conf->bin || (conf->bin[0] == '/' && !strpbrk(conf->bin, " \t")))
                return 0;
        return ocf_fail(
                err, -EINVAL,
                "%s: BIN is '%s', but must be the absolute path of kcn's directory, without "
                "a blank",
                conf->lines.path, conf->bin);
}

/* Every value: which of them become options is the script's own affair, from release to release. */
static int values_check(const struct kcnd_conf *conf, struct ocf_error *err)
{
        for (size_t i = 0; i < conf->lines.count; i++) {
                const char *name = conf->lines.items[i].name;
                OWN_TEXT char *whose = text_format("%s: %s", conf->lines.path, name);
                const char *value;
                int r = assignments_get(&conf->lines, name, &value, err);

                if (r >= 0)
                        r = options_check(whose, value, err);
                if (r >= 0)
                        r = options_check_variable(conf->lines.path, name, err);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* IFS is where a shell splits what it hands on. */
static int splitting_check(const struct kcnd_conf *conf, struct ocf_error *err)
{
        const char *value = NULL;
        int r = assignments_get(&conf->lines, "IFS", &value, err);

        if (r < 0 || !value)
                return r;
        return ocf_fail(err, -EINVAL,
                        "%s: IFS changes how the kcnd script splits options, so that they cannot "
                        "be judged; remove it",
                        conf->lines.path);
}

int kcnd_conf_check(const struct kcnd_conf *conf, struct ocf_error *err)
{
        int r = switch_check(conf->lines.path, "AUTO_RESTART", conf->auto_restart, err);

        if (r >= 0)
                r = switch_check(conf->lines.path, "AUTO_RESTART_NODE", conf->auto_restart_node,
                                 err);
        if (r >= 0)
                r = blank_check(conf, err);
        if (r >= 0)
                r = bin_check(conf, err);
        if (r >= 0)
                r = splitting_check(conf, err);
        return r < 0 ? r : values_check(conf, err);
}

/* A variable of the environment that the script would take for one of kcnd.conf's. */
static int inherited_check(const struct kcnd_conf *conf, const char *whose, const char *variable,
                           struct ocf_error *err)
{
        const size_t length = strcspn(variable, "=");
        OWN_TEXT char *name = text_format("%.*s", (int)length, variable);
        OWN_TEXT char *holder = text_format("%s: %s", whose, name);
        const char *value = NULL;

        if (variable[length] == '\0' || assignments_get(&conf->lines, name, &value, NULL) < 0 ||
            value)
                return 0;
        value = variable + length + 1;
        if (text_equal(name, "AUTO_RESTART") || text_equal(name, "AUTO_RESTART_NODE"))
                return switch_check(whose, name, value, err);
        return options_check(holder, value, err);
}

int kcnd_conf_check_variable(const struct kcnd_conf *conf, const char *whose, const char *variable,
                             struct ocf_error *err)
{
        int r = options_check_variable(whose, variable, err);

        return r < 0 ? r : inherited_check(conf, whose, variable, err);
}

char *kcnd_conf_digest(const struct kcnd_conf *conf)
{
        return text_format("REWARDBASE=%s NETWORK=%s NETWORK_ID=%s PORT=%s SUBPORT=%s "
                           "MULTICHANNEL=%s RPC_PORT=%s",
                           conf->rewardbase, conf->network, conf->network_id, conf->port,
                           conf->subport, conf->multichannel, conf->rpc_port);
}

/* The item of `list` that begins with the same NAME= as `item`; NULL: the other node's release does
 * not tell it. */
static const char *item_find(const struct text_list *list, const char *item)
{
        size_t length = strcspn(item, "=") + 1;

        for (size_t i = 0; i < list->count; i++)
                if (strncmp(list->items[i], item, length) == 0)
                        return list->items[i];
        return NULL;
}

/* The case of an address is a checksum, which may be left out. */
static bool is_same(const char *item, const char *other)
{
        return text_starts(item, "REWARDBASE=") ? strcasecmp(item, other) == 0
                                                : strcmp(item, other) == 0;
}

char *kcnd_conf_differences(const char *here, const char *there)
{
        OWN(text_list_release) struct text_list ours = {0};
        OWN(text_list_release) struct text_list theirs = {0};
        char *all = NULL;

        text_list_split(&ours, here, " ");
        text_list_split(&theirs, there, " ");
        for (size_t i = 0; i < ours.count; i++) {
                const char *other = item_find(&theirs, ours.items[i]);
                char *longer;

                if (!other || is_same(ours.items[i], other))
                        continue;
                longer = text_format("%s%s%s here, %s there", all ? all : "", all ? "; " : "",
                                     ours.items[i], other);
                free(all);
                all = longer;
        }
        return all;
}
