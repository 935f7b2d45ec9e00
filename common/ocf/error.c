/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/error.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* What is always left of a sentence's beginning. */
#define REASON_HEAD 32
#define LEFT_OUT "..."

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

/* As much of what to do as leaves room for the beginning; NULL when there is none. */
static const char *mend_find(const char *sentence)
{
        const char *mend = strstr(sentence, "; ");

        while (mend && strlen(mend) > OCF_REASON_MAX - REASON_HEAD - strlen(LEFT_OUT))
                mend = strstr(mend + 1, "; ");
        return mend;
}

void ocf_error_reason(const struct ocf_error *err, struct ocf_error *ret_reason)
{
        const char *sentence = err->sentence;
        const char *mend = strlen(sentence) > OCF_REASON_MAX ? mend_find(sentence) : NULL;

        *ret_reason = *err;
        if (mend)
                (void)snprintf(ret_reason->sentence, sizeof ret_reason->sentence, "%.*s%s%s",
                               (int)(OCF_REASON_MAX - strlen(LEFT_OUT) - strlen(mend)), sentence,
                               LEFT_OUT, mend);
}
