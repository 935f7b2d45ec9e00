/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/manual.h"

#include <inttypes.h>
#include <string.h>

#include "config.h"
#include "ocf/agent.h"

/* Text for roff: no line begins with a control character, a minus is a minus, an empty line begins
 * a new paragraph. */
static void roff(const char *text)
{
        bool line_begins = true;

        for (; *text; text++) {
                if (text[0] == '\n' && text[1] == '\n') {
                        (void)fputs("\n.PP\n", stdout);
                        text++;
                        line_begins = true;
                        continue;
                }
                if (line_begins && (*text == '.' || *text == '\''))
                        (void)fputs("\\&", stdout);
                if (*text == '-' || *text == '\\')
                        (void)fputs(*text == '-' ? "\\" : "\\e", stdout);
                if (*text != '\\')
                        (void)putchar(*text);
                line_begins = *text == '\n';
        }
}

static void heading(const char *title)
{
        (void)printf(".SH \"%s\"\n", title);
}

static void show_range(const struct ocf_param *param)
{
        const char *unit = param->type == OCF_SECONDS ? " seconds" : "";

        if (param->max)
                (void)printf("from %" PRIu64 " to %" PRIu64 "%s", param->min, param->max, unit);
        else
                (void)printf("at least %" PRIu64 "%s", param->min, unit);
}

static void show_parameter(const struct ocf_param *param)
{
        static const char *const types[] = {[OCF_STRING] = "text",
                                            [OCF_INTEGER] = "number",
                                            [OCF_SECONDS] = "time",
                                            [OCF_BOOLEAN] = "yes or no",
                                            [OCF_SELECT] = "one of"};

        (void)printf(".TP\n.B ");
        roff(param->name);
        (void)printf("\n(%s", types[param->type]);
        for (size_t i = 0; param->type == OCF_SELECT && param->choices[i]; i++)
                (void)printf("%s \\fB%s\\fR", i ? "," : "", param->choices[i]);
        if (param->type == OCF_INTEGER || param->type == OCF_SECONDS) {
                (void)fputs(" ", stdout);
                show_range(param);
        }
        if (param->required)
                (void)fputs("; required", stdout);
        if (param->def) {
                (void)fputs("; default \\fB", stdout);
                roff(param->def);
                (void)fputs("\\fR", stdout);
        }
        (void)fputs(param->reloadable ? "; a change needs no restart)\n.br\n" : ")\n.br\n", stdout);
        roff(param->help);
        (void)putchar('\n');
}

static void show_actions(const struct ocf_agent *agent)
{
        for (const struct ocf_action *action = agent->actions; action->name; action++) {
                (void)fputs(".TP\n.B ", stdout);
                roff(action->name);
                if (action->role)
                        (void)printf(" (%s)", action->role);
                (void)printf("\ntimeout %" PRIu64 " s", action->timeout_s);
                if (action->interval_s)
                        (void)printf(", interval %" PRIu64 " s", action->interval_s);
                (void)putchar('\n');
        }
        (void)fputs(".TP\n.B validate\\-all\nchecks the parameters; with OCF_CHECK_LEVEL=10 also "
                    "whether this host fits\n.TP\n.B meta\\-data\nprints the OCF 1.1 meta\\-data\n",
                    stdout);
}

int ocf_manual_print(const struct ocf_agent *agent)
{
        (void)printf(".TH \"OCF_VALIDATOR_%s\" 7 \"\" \"validator\\-agents %s\" \"OCF resource "
                     "agents\"\n",
                     agent->name, PACKAGE_VERSION);
        heading("NAME");
        (void)fputs("ocf_validator_", stdout);
        roff(agent->name);
        (void)fputs(" \\- ", stdout);
        roff(agent->brief);
        (void)putchar('\n');
        heading("DESCRIPTION");
        roff(agent->help);
        (void)putchar('\n');
        heading("PARAMETERS");
        for (const struct ocf_param *param = agent->params; param->name; param++)
                show_parameter(param);
        heading("ACTIONS");
        show_actions(agent);
        if (agent->example) {
                heading("EXAMPLE CRM SHELL");
                (void)fputs(".nf\n", stdout);
                roff(agent->example);
                (void)fputs("\n.fi\n", stdout);
        }
        return ferror(stdout) ? OCF_ERR_GENERIC : OCF_SUCCESS;
}

int ocf_usage_print(const struct ocf_agent *agent, FILE *out)
{
        (void)fprintf(out, "usage: %s ACTION, parameters in the environment as OCF_RESKEY_name\n",
                      agent->name);
        for (const struct ocf_action *action = agent->actions; action->name; action++)
                if (action == agent->actions || strcmp(action->name, action[-1].name) != 0)
                        (void)fprintf(out, "  %s\n", action->name);
        (void)fputs("  validate-all\n  meta-data\n", out);
        return OCF_SUCCESS;
}
