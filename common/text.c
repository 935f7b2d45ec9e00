/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *mem_or_die(void *memory)
{
        if (!memory) {
                (void)fputs("ocf-exit-reason:out of memory\n", stderr);
                _Exit(1);
        }
        return memory;
}

void *mem_zero(size_t size)
{
        return mem_or_die(calloc(1, size ? size : 1));
}

void *mem_grow(void *old, size_t count, size_t size)
{
        return mem_or_die(reallocarray(old, count ? count : 1, size));
}

char *text_copy(const char *text)
{
        return text ? mem_or_die(strdup(text)) : NULL;
}

char *text_format(const char *format, ...)
{
        char *text = NULL;
        va_list args;

        va_start(args, format);
        if (vasprintf(&text, format, args) < 0)
                text = NULL;
        va_end(args);
        return mem_or_die(text);
}

void text_tame(char *text)
{
        for (; *text; text++)
                if (*text < ' ' || *text > '~')
                        *text = '?';
}

bool text_equal(const char *a, const char *b)
{
        return a && b && strcmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
        return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

void text_list_add(struct text_list *list, const char *text)
{
        list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
        list->items[list->count++] = text_copy(text);
}

bool text_list_has(const struct text_list *list, const char *text)
{
        for (size_t i = 0; i < list->count; i++)
                if (strcmp(list->items[i], text) == 0)
                        return true;
        return false;
}

void text_list_release(struct text_list *list)
{
        for (size_t i = 0; i < list->count; i++)
                free(list->items[i]);
        free(list->items);
        *list = (struct text_list){0};
}

void text_list_split(struct text_list *list, const char *text, const char *separators)
{
        while (text && *(text += strspn(text, separators))) {
                size_t length = strcspn(text, separators);
                char *piece = mem_or_die(strndup(text, length));

                text_list_add(list, piece);
                free(piece);
                text += length;
        }
}
