/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TRI_H
#define VALIDATOR_TRI_H

/* What is known about a fact: yes, no, or nothing. An API, a chain or a bus that does not answer
 * leaves its facts unknown, and unknown is never taken for no. It is the value 0, so that a fact
 * which nobody observed is unknown too. Compare with the constants; the value is no truth value. */

#include <stdbool.h>

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };

static inline enum tri tri_from_bool(bool value)
{
        return value ? TRI_YES : TRI_NO;
}

/* "yes", "no" or "unknown". */
static inline const char *tri_name(enum tri value)
{
        static const char *const names[] = {"unknown", "no", "yes"};

        return names[value];
}

#endif
