/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/param.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "parse.h"
#include "text.h"

/* One row and the text that it got, for the sentence of a bad one. */
struct setting {
        const struct ocf_param *param;
        const char *word;
        const char *value;
};

static const char *environment_find(const void *data, const char *param)
{
        OWN_TEXT char *name = text_format("OCF_RESKEY_%s", param);

        (void)data;
        return getenv(name);
}

static int setting_refuse(const struct setting *setting, const char *allowed, struct ocf_error *err)
{
        return ocf_fail(err, -EINVAL, "%s %s is '%s', but must be %s", setting->word,
                        setting->param->name, setting->value, allowed);
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

static int setting_choose(const struct setting *setting, int *ret_index, struct ocf_error *err)
{
        const char *const *choices = setting->param->choices;

        for (int i = 0; choices[i]; i++)
                if (strcmp(choices[i], setting->value) == 0) {
                        *ret_index = i;
                        return 0;
                }

        OWN_TEXT char *all = choices_text(choices);
        OWN_TEXT char *allowed = text_format("one of: %s", all);

        return setting_refuse(setting, allowed, err);
}

/* "between 1 and 60 seconds", "at least 1" */
static char *range_text(const struct ocf_param *param)
{
        const char *unit = param->type == OCF_SECONDS ? " seconds" : "";

        if (!param->max)
                return text_format("at least %" PRIu64 "%s", param->min, unit);
        return text_format("between %" PRIu64 " and %" PRIu64 "%s", param->min, param->max, unit);
}

static int setting_number(const struct setting *setting, uint64_t *ret_number,
                          struct ocf_error *err)
{
        const struct ocf_param *param = setting->param;
        bool seconds = param->type == OCF_SECONDS;
        uint64_t number;
        int r = seconds ? parse_seconds(setting->value, &number)
                        : parse_u64(setting->value, &number);

        if (r < 0)
                return setting_refuse(
                        setting, seconds ? "a number of seconds, for example 5 or 5s" : "a number",
                        err);
        if (number < param->min || (param->max && number > param->max)) {
                OWN_TEXT char *range = range_text(param);

                return setting_refuse(setting, range, err);
        }
        *ret_number = number;
        return 0;
}

static int setting_store(const struct setting *setting, void *field, struct ocf_error *err)
{
        switch (setting->param->type) {
        case OCF_STRING:
                *(const char **)field = setting->value;
                return 0;
        case OCF_BOOLEAN:
                return parse_bool(setting->value, field) < 0
                               ? setting_refuse(setting, "yes or no", err)
                               : 0;
        case OCF_SELECT:
                return setting_choose(setting, field, err);
        case OCF_INTEGER:
        case OCF_SECONDS:
                return setting_number(setting, field, err);
        }
        return -EINVAL;
}

static int param_load(const struct ocf_param *param, const struct ocf_source *source, void *field,
                      struct ocf_error *err)
{
        struct setting setting = {.param = param,
                                  .word = source->word,
                                  .value = source->find(source->data, param->name)};

        if (setting.value && *setting.value)
                return setting_store(&setting, field, err);
        if (param->required)
                return ocf_fail(err, -EINVAL, "%s %s is missing: %s", source->word, param->name,
                                param->brief);
        return 0;
}

static void param_default(const struct ocf_param *param, void *field)
{
        struct setting setting = {.param = param, .word = "default", .value = param->def};

        if (param->def)
                (void)setting_store(&setting, field, NULL);
}

/* Every field gets its default first, so that a value which is refused leaves a usable one behind.
 */
static int params_load(const struct ocf_param *params, const struct ocf_source *source,
                       void *ret_params, struct ocf_error *err)
{
        int first = 0;

        for (const struct ocf_param *param = params; param->name; param++) {
                void *field = (char *)ret_params + param->into;
                int r;

                param_default(param, field);
                r = param_load(param, source, field, err);
                if (first == 0)
                        first = r;
        }
        return first;
}

int ocf_params_load(const struct ocf_param *params, void *ret_params, bool lenient,
                    struct ocf_error *err)
{
        static const struct ocf_source environment = {.word = "parameter",
                                                      .find = environment_find};
        int r = params_load(params, &environment, ret_params, err);

        return lenient ? 0 : r;
}

int ocf_params_load_from(const struct ocf_param *params, const struct ocf_source *source,
                         void *ret_params, struct ocf_error *err)
{
        return params_load(params, source, ret_params, err);
}
