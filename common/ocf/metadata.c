/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/metadata.h"

#include <inttypes.h>
#include <stdio.h>

#include "ocf/agent.h"
#include <config.h>

/* Written by hand: libxml2 and the ICU behind it cost every action of every agent 0.9 ms of CPU to
 * load, for the one action that prints XML (docs/benchmarks.md). */

static void put_escaped(const char *text)
{
        for (; *text; text++)
                switch (*text) {
                case '&':
                        (void)fputs("&amp;", stdout);
                        break;
                case '<':
                        (void)fputs("&lt;", stdout);
                        break;
                case '>':
                        (void)fputs("&gt;", stdout);
                        break;
                case '"':
                        (void)fputs("&quot;", stdout);
                        break;
                default:
                        (void)putchar(*text);
                }
}

static void attribute(const char *name, const char *value)
{
        (void)printf(" %s=\"", name);
        put_escaped(value);
        (void)putchar('"');
}

static void description(const char *element, const char *text)
{
        (void)printf("<%s lang=\"en\">", element);
        put_escaped(text);
        (void)printf("</%s>\n", element);
}

static const char *type_name(enum ocf_type type)
{
        switch (type) {
        case OCF_INTEGER:
                return "integer";
        case OCF_BOOLEAN:
                return "boolean";
        case OCF_SELECT:
                return "select";
        case OCF_STRING:
        case OCF_SECONDS: /* 5s is allowed, and OCF 1.1 has no type for a time */
                break;
        }
        return "string";
}

static void show_content(const struct ocf_param *param)
{
        (void)fputs("<content", stdout);
        attribute("type", type_name(param->type));
        if (param->def)
                attribute("default", param->def);
        (void)putchar('>');
        for (size_t i = 0; param->type == OCF_SELECT && param->choices[i]; i++) {
                (void)fputs("<option", stdout);
                attribute("value", param->choices[i]);
                (void)fputs("/>", stdout);
        }
        (void)fputs("</content>\n", stdout);
}

static void show_param(const struct ocf_param *param)
{
        (void)fputs("<parameter", stdout);
        attribute("name", param->name);
        if (param->unique_group)
                attribute("unique-group", param->unique_group);
        if (param->required)
                attribute("required", "1");
        if (param->reloadable)
                attribute("reloadable", "1");
        (void)fputs(">\n", stdout);
        description("longdesc", param->help);
        description("shortdesc", param->brief);
        show_content(param);
        (void)fputs("</parameter>\n", stdout);
}

static void show_action(const struct ocf_action *action)
{
        (void)fputs("<action", stdout);
        attribute("name", action->name);
        if (action->role)
                attribute("role", action->role);
        (void)printf(" timeout=\"%" PRIu64 "s\"", action->timeout_s);
        if (action->interval_s)
                (void)printf(" interval=\"%" PRIu64 "s\"", action->interval_s);
        if (action->depth || action->interval_s)
                (void)printf(" depth=\"%" PRIu64 "\"", action->depth);
        (void)fputs("/>\n", stdout);
}

int ocf_metadata_print(const struct ocf_agent *agent)
{
        static const struct ocf_action own[] = {
                {.name = "meta-data", .timeout_s = 5},
                {.name = "validate-all", .timeout_s = 20},
        };

        (void)fputs("<?xml version=\"1.0\"?>\n<resource-agent", stdout);
        attribute("name", agent->name);
        attribute("version", PACKAGE_VERSION);
        (void)fputs(">\n<version>1.1</version>\n", stdout);
        description("longdesc", agent->help);
        description("shortdesc", agent->brief);
        (void)fputs("<parameters>\n", stdout);
        for (const struct ocf_param *param = agent->params; param->name; param++)
                show_param(param);
        (void)fputs("</parameters>\n<actions>\n", stdout);
        for (const struct ocf_action *action = agent->actions; action->name; action++)
                show_action(action);
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
                show_action(&own[i]);
        (void)fputs("</actions>\n</resource-agent>\n", stdout);
        return fflush(stdout) == 0 ? OCF_SUCCESS : OCF_ERR_GENERIC;
}
