/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/error.h"

#include <stdio.h>

#include "text.h"

int ocf_vfail(struct ocf_error *err, int code, const char *format, va_list args)
{
        if (err && !ocf_error_set(err)) {
                (void)vsnprintf(err->sentence, sizeof err->sentence, format, args);
                text_tame(err->sentence);
        }
        return code;
}

int ocf_fail(struct ocf_error *err, int code, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        code = ocf_vfail(err, code, format, args);
        va_end(args);
        return code;
}

enum tri ocf_unknown(struct ocf_error *err, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        (void)ocf_vfail(err, 0, format, args);
        va_end(args);
        return TRI_UNKNOWN;
}

void ocf_say(struct ocf_error *err, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        (void)ocf_vfail(err, 0, format, args);
        va_end(args);
}

bool ocf_error_set(const struct ocf_error *err)
{
        return err->sentence[0] != '\0';
}

void ocf_error_clear(struct ocf_error *err)
{
        err->sentence[0] = '\0';
}
