/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_ENVIRONMENT_H
#define VALIDATOR_AWS_ENVIRONMENT_H

/* The variables by which AWS's tools are told things, read nowhere else. */

#include <stdbool.h>

/* The variable's value, NULL when it is not set or empty. Borrowed from the environment. */
const char *aws_environment(const char *name);

/* True when the variable says "true", in any case. */
bool aws_environment_says(const char *name);

#endif
