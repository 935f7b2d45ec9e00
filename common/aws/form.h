/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_FORM_H
#define VALIDATOR_AWS_FORM_H

/* The body of a request to AWS's Query API: name=value pairs, escaped as RFC 3986 has it (a space
 * is %20, nothing but letters, digits and -_.~ stays as it is). */

#include <stddef.h>

#include "own.h"

struct aws_form {
        char *text; /* NULL when nothing was added */
        size_t length;
};

/* Appends a pair. The name is given by printf's rules and last, for names such as Filter.1.Name; a
 * NULL value appends nothing. */
void aws_form_add(struct aws_form *form, const char *value, const char *name, ...)
        __attribute__((format(printf, 3, 4)));

/* Appends all pairs of another form. */
void aws_form_join(struct aws_form *form, const struct aws_form *other);

void aws_form_release(struct aws_form *form);

#define OWN_AWS_FORM OWN(aws_form_release)

#endif
