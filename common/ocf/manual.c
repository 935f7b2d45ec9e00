/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/manual.h"

#include <inttypes.h>
#include <string.h>

#include "ocf/agent.h"
#include "own.h"
#include "roff.h"
#include "text.h"

static void show_range(const struct ocf_param *param)
{
        const char *unit = param->type == OCF_SECONDS ? " seconds" : "";

        if (param->max)
                (void)printf(", %" PRIu64 " to %" PRIu64 "%s", param->min, param->max, unit);
        else if (param->min)
                (void)printf(", at least %" PRIu64 "%s", param->min, unit);
}

void ocf_manual_params(const struct ocf_param *params)
{
        static const char *const types[] = {[OCF_STRING] = "text",
                                            [OCF_INTEGER] = "number",
                                            [OCF_SECONDS] = "time",
                                            [OCF_BOOLEAN] = "yes or no",
                                            [OCF_SELECT] = "one of"};

        for (const struct ocf_param *param = params; param->name; param++) {
                (void)fputs(".TP\n", stdout);
                roff_bold(param->name);
                (void)printf(" (%s", types[param->type]);
                for (size_t i = 0; param->type == OCF_SELECT && param->choices[i]; i++) {
                        (void)fputs(i ? ", " : " ", stdout);
                        roff_bold(param->choices[i]);
                }
                if (param->type == OCF_INTEGER || param->type == OCF_SECONDS)
                        show_range(param);
                if (param->required)
                        (void)fputs("; required", stdout);
                if (param->def) {
                        (void)fputs("; default ", stdout);
                        roff_bold(param->def);
                }
                (void)fputs(param->reloadable ? "; a change needs no restart)\n" : ")\n", stdout);
                roff_text(param->help);
        }
}

static void show_actions(const struct ocf_agent *agent)
{
        for (const struct ocf_action *action = agent->actions; action->name; action++) {
                OWN_TEXT char *term = action->role
                                              ? text_format("%s (%s)", action->name, action->role)
                                              : text_copy(action->name);
                OWN_TEXT char *times =
                        action->interval_s
                                ? text_format("timeout %" PRIu64 " s, interval %" PRIu64 " s",
                                              action->timeout_s, action->interval_s)
                                : text_format("timeout %" PRIu64 " s", action->timeout_s);

                roff_item(term, times);
        }
        roff_item("validate-all", "checks the parameters; with OCF_CHECK_LEVEL=10 also whether "
                                  "this host fits");
        roff_item("meta-data", "prints the OCF 1.1 meta-data");
}

int ocf_manual_print(const struct ocf_agent *agent)
{
        OWN_TEXT char *name = text_format("ocf_validator_%s", agent->name);

        roff_title(name, 7, "OCF resource agents");
        roff_name(name, agent->brief);
        roff_heading("DESCRIPTION");
        roff_text(agent->help);
        roff_heading("PARAMETERS");
        ocf_manual_params(agent->params);
        roff_heading("ACTIONS");
        show_actions(agent);
        if (agent->example) {
                roff_heading("EXAMPLE CRM SHELL");
                roff_lines(agent->example);
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
