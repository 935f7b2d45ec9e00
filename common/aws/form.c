/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/form.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool byte_stays(unsigned char c)
{
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               (c && strchr("-_.~", c));
}

static void form_append(struct aws_form *form, const char *text)
{
        static const char digits[] = "0123456789ABCDEF";
        char *at;

        form->text = mem_grow(form->text, form->length + 3 * strlen(text) + 1, 1);
        at = form->text + form->length;
        for (; *text; text++) {
                unsigned char c = (unsigned char)*text;

                if (byte_stays(c)) {
                        *at++ = *text;
                } else {
                        *at++ = '%';
                        *at++ = digits[c >> 4];
                        *at++ = digits[c & 15];
                }
        }
        *at = '\0';
        form->length = (size_t)(at - form->text);
}

static void form_append_mark(struct aws_form *form, char mark)
{
        form->text = mem_grow(form->text, form->length + 2, 1);
        form->text[form->length++] = mark;
        form->text[form->length] = '\0';
}

void aws_form_add(struct aws_form *form, const char *value, const char *name, ...)
{
        char full[256];
        va_list args;

        if (!value)
                return;
        va_start(args, name);
        (void)vsnprintf(full, sizeof full, name, args);
        va_end(args);
        if (form->length)
                form_append_mark(form, '&');
        form_append(form, full);
        form_append_mark(form, '=');
        form_append(form, value);
}

void aws_form_join(struct aws_form *form, const struct aws_form *other)
{
        if (!other->length)
                return;
        if (form->length)
                form_append_mark(form, '&');
        form->text = mem_grow(form->text, form->length + other->length + 1, 1);
        memcpy(form->text + form->length, other->text, other->length + 1);
        form->length += other->length;
}

void aws_form_release(struct aws_form *form)
{
        free(form->text);
        *form = (struct aws_form){0};
}
