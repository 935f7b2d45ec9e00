/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/param.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "parse.h"
#include "text.h"

static const char *param_environment(const struct ocf_param *param)
{
        OWN_TEXT char *name = text_format("OCF_RESKEY_%s", param->name);
        const char *value = getenv(name);

        return value && *value ? value : NULL;
}

static char *choices_text(const char *const *choices)
{
        char *all = text_copy(choices[0]);

        for (size_t i = 1; choices[i]; i++) {
                char *longer = text_format("%s, %s", all, choices[i]);

                free(all);
                all = longer;
        }
        return all;
}

static int param_choose(const struct ocf_param *param, const char *value, int *ret_index,
                        struct ocf_error *err)
{
        for (int i = 0; param->choices[i]; i++)
                if (strcmp(param->choices[i], value) == 0) {
                        *ret_index = i;
                        return 0;
                }

        OWN_TEXT char *allowed = choices_text(param->choices);

        return ocf_fail(err, -EINVAL, "parameter %s is '%s', but must be one of: %s", param->name,
                        value, allowed);
}

/* "between 1 and 60 seconds", "at least 1" */
static char *range_text(const struct ocf_param *param)
{
        const char *unit = param->type == OCF_SECONDS ? " seconds" : "";

        if (!param->max)
                return text_format("at least %" PRIu64 "%s", param->min, unit);
        return text_format("between %" PRIu64 " and %" PRIu64 "%s", param->min, param->max, unit);
}

static int param_number(const struct ocf_param *param, const char *value, uint64_t *ret_number,
                        struct ocf_error *err)
{
        uint64_t number;
        int r = param->type == OCF_SECONDS ? parse_seconds(value, &number)
                                           : parse_u64(value, &number);

        if (r < 0)
                return ocf_fail(err, -EINVAL, "parameter %s is '%s', but must be a number%s",
                                param->name, value,
                                param->type == OCF_SECONDS ? " of seconds, for example 5 or 5s"
                                                           : "");
        if (number < param->min || (param->max && number > param->max)) {
                OWN_TEXT char *range = range_text(param);

                return ocf_fail(err, -EINVAL, "parameter %s is '%s', but must be %s", param->name,
                                value, range);
        }
        *ret_number = number;
        return 0;
}

static int param_store(const struct ocf_param *param, const char *value, void *field,
                       struct ocf_error *err)
{
        switch (param->type) {
        case OCF_STRING:
                *(const char **)field = value;
                return 0;
        case OCF_BOOLEAN:
                if (parse_bool(value, field) < 0)
                        return ocf_fail(err, -EINVAL, "parameter %s is '%s', but must be yes or no",
                                        param->name, value);
                return 0;
        case OCF_SELECT:
                return param_choose(param, value, field, err);
        case OCF_INTEGER:
        case OCF_SECONDS:
                return param_number(param, value, field, err);
        }
        return -EINVAL;
}

static int param_load(const struct ocf_param *param, void *field, bool lenient,
                      struct ocf_error *err)
{
        const char *value = param_environment(param);
        int r = 0;

        if (value)
                r = param_store(param, value, field, err);
        else if (param->required)
                r = ocf_fail(err, -EINVAL, "parameter %s is missing: %s", param->name,
                             param->brief);
        if (param->def && (!value || (lenient && r < 0)))
                r = param_store(param, param->def, field, err);
        return lenient ? 0 : r;
}

int ocf_params_load(const struct ocf_param *params, void *ret_params, bool lenient,
                    struct ocf_error *err)
{
        for (const struct ocf_param *param = params; param->name; param++) {
                int r = param_load(param, (char *)ret_params + param->into, lenient, err);

                if (r < 0)
                        return r;
        }
        return 0;
}
