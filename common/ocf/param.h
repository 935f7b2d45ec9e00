/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_PARAM_H
#define VALIDATOR_OCF_PARAM_H

/* An agent's parameters, declared once: the rows give the meta-data, the man page, the defaults,
 * the range checks, and the place in the agent's struct where the value goes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocf/error.h"

enum ocf_type {
        OCF_STRING,  /* const char *, NULL when absent and without a default */
        OCF_INTEGER, /* uint64_t */
        OCF_SECONDS, /* uint64_t; written 5, 5s, 2min */
        OCF_BOOLEAN, /* bool */
        OCF_SELECT,  /* int, the index in `choices` */
};

struct ocf_param {
        const char *name;
        enum ocf_type type;
        bool required;
        bool reloadable;          /* a change needs no restart */
        const char *unique_group; /* instances differ in the values of a group */
        const char *def;          /* as an operator would write it; NULL: none */
        uint64_t min, max;        /* of numbers; max 0: no limit */
        const char *const *choices;
        size_t into; /* offset in the agent's struct: OCF_INTO(struct params, field) */
        const char *brief;
        const char *help;
};

#define OCF_INTO(type, field) offsetof(type, field)

/* Fills `ret_params` from the environment (OCF_RESKEY_name) or the default. Strings are borrowed
 * from the environment or the table. Returns -EINVAL with a sentence that names parameter, value
 * and what is allowed. With `lenient` a bad or missing value is replaced by its default (or
 * nothing), so that a stop or a probe can still tell the truth, and 0 is returned; the sentence of
 * the first one is kept. */
int ocf_params_load(const struct ocf_param *params, void *ret_params, bool lenient,
                    struct ocf_error *err);

/* Where values come from: the text for a parameter's name, or NULL. */
struct ocf_source {
        const char *word; /* what sentences call a row: "parameter", "key" */
        const char *(*find)(const void *data, const char *name);
        const void *data;
};

/* The same from another source, always strict: a configuration file's keys are declared in the same
 * way. */
int ocf_params_load_from(const struct ocf_param *params, const struct ocf_source *source,
                         void *ret_params, struct ocf_error *err);

#endif
