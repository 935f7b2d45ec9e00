/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/environment.h"

#include <stdlib.h>
#include <strings.h>

const char *aws_environment(const char *name)
{
        const char *value = getenv(name);

        return value && *value ? value : NULL;
}

bool aws_environment_says(const char *name)
{
        const char *value = aws_environment(name);

        return value && strcasecmp(value, "true") == 0;
}
