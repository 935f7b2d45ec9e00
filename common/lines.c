/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "own.h"
#include "parse.h"
#include "path.h"
#include "text.h"

void lines_clear(struct lines *lines)
{
        lines->length = 0;
        lines->text[0] = '\0';
}

/* The line that begins with "name=", NULL when there is none. */
static const char *line_find(const struct lines *lines, const char *name)
{
        size_t length = strlen(name);
        const char *end = lines->text + lines->length;

        for (const char *at = lines->text; at < end; at = strchr(at, '\n') + 1)
                if (strncmp(at, name, length) == 0 && at[length] == '=')
                        return at + length + 1;
        return NULL;
}

int lines_put(struct lines *lines, const char *name, const char *format, ...)
{
        size_t room = sizeof lines->text - lines->length;
        char *at = lines->text + lines->length;
        int head, body = -1;
        va_list args;

        if (line_find(lines, name))
                return -EEXIST;
        head = snprintf(at, room, "%s=", name);
        if (head > 0 && (size_t)head < room) {
                va_start(args, format);
                body = vsnprintf(at + head, room - (size_t)head, format, args);
                va_end(args);
        }
        if (body < 0 || (size_t)head + (size_t)body + 1 >= room) {
                *at = '\0';
                return -ENOBUFS;
        }
        text_tame(at + head);
        at[head + body] = '\n';
        at[head + body + 1] = '\0';
        lines->length += (size_t)(head + body + 1);
        return 0;
}

void lines_remove(struct lines *lines, const char *name)
{
        const char *value = line_find(lines, name);
        size_t begin, end;

        if (!value)
                return;
        begin = (size_t)(value - lines->text) - strlen(name) - 1;
        end = (size_t)(strchr(value, '\n') + 1 - lines->text);
        memmove(lines->text + begin, lines->text + end, lines->length - end + 1);
        lines->length -= end - begin;
}

static bool name_is_fit(const char *name, size_t length)
{
        return length > 0 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") >= length;
}

/* One line, without its line break, that may be appended to what is there. */
static bool line_is_fit(const struct lines *before, const char *line, size_t length)
{
        const char *equals = memchr(line, '=', length);
        char name[64];

        if (!equals || (size_t)(equals - line) >= sizeof name)
                return false;
        for (size_t i = 0; i < length; i++)
                if (line[i] < ' ' || line[i] > '~')
                        return false;
        memcpy(name, line, (size_t)(equals - line));
        name[equals - line] = '\0';
        return name_is_fit(name, strlen(name)) && !line_find(before, name);
}

int lines_parse(struct lines *lines, const char *text, size_t length)
{
        lines_clear(lines);
        if (length >= sizeof lines->text || (length && text[length - 1] != '\n'))
                return -EBADMSG;
        while (length) {
                const char *end = memchr(text, '\n', length);
                size_t size = (size_t)(end - text);

                if (!line_is_fit(lines, text, size)) {
                        lines_clear(lines);
                        return -EBADMSG;
                }
                memcpy(lines->text + lines->length, text, size + 1);
                lines->length += size + 1;
                lines->text[lines->length] = '\0';
                text += size + 1;
                length -= size + 1;
        }
        return 0;
}

bool lines_get(const struct lines *lines, const char *name, char *ret_value, size_t size)
{
        const char *value = line_find(lines, name);
        size_t length = value ? strcspn(value, "\n") : 0;

        ret_value[0] = '\0';
        if (!value || length >= size)
                return false;
        memcpy(ret_value, value, length);
        ret_value[length] = '\0';
        return true;
}

uint64_t lines_get_u64(const struct lines *lines, const char *name, uint64_t otherwise)
{
        uint64_t value = otherwise;
        char text[24];

        if (lines_get(lines, name, text, sizeof text))
                (void)parse_u64(text, &value);
        return value;
}

bool lines_is(const struct lines *lines, const char *name, const char *value)
{
        const char *has = line_find(lines, name);
        size_t length = strlen(value);

        return has && strncmp(has, value, length) == 0 && has[length] == '\n';
}

int lines_read(struct lines *lines, const char *path)
{
        char text[LINES_MAX];
        size_t length;
        int r;

        lines_clear(lines);
        r = path_read(path, text, sizeof text, &length);
        if (r == -ENOENT)
                return 0;
        return r < 0 ? r : lines_parse(lines, text, length);
}

int lines_write(const struct lines *lines, const char *path, bool durable, struct ocf_error *err)
{
        return path_replace(path, lines->text, lines->length, durable, err);
}
