/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "assignments.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "parse.h"
#include "path.h"
#include "text.h"

/* The longest value that references may make: A=$A$A, again and again, doubles it each time. */
#define REFERRED_MAX 4096

/* A value being read: where we are, what was read, whether it is still plain. */
struct reading {
        const struct assignments *earlier;
        const char *at;
        char *value;
        size_t length;
        bool plain;
};

static void reading_add(struct reading *reading, const char *bytes, size_t count)
{
        reading->value = mem_grow(reading->value, reading->length + count + 1, 1);
        memcpy(reading->value + reading->length, bytes, count);
        reading->length += count;
        reading->value[reading->length] = '\0';
}

static size_t name_length(const char *text)
{
        size_t length = 0;

        if (isdigit((unsigned char)*text))
                return 0;
        while (isalnum((unsigned char)text[length]) || text[length] == '_')
                length++;
        return length;
}

static const struct assignment *assignment_find(const struct assignments *all, const char *name,
                                                size_t length)
{
        for (size_t i = all->count; i-- > 0;)
                if (strlen(all->items[i].name) == length &&
                    memcmp(all->items[i].name, name, length) == 0)
                        return &all->items[i];
        return NULL;
}

/* At a '$': takes the earlier value of $NAME or ${NAME}. A name that the file does not set comes
 * from the environment of the shell that sources it, which is unknown here, so the value is not
 * plain; nor is anything else that begins with '$'. */
static void read_reference(struct reading *reading)
{
        bool braced = reading->at[1] == '{';
        const char *name = reading->at + 1 + braced;
        size_t length = name_length(name);
        const struct assignment *earlier;

        if (length == 0 || (braced && name[length] != '}')) {
                reading->plain = false;
                reading->at++;
                return;
        }
        earlier = assignment_find(reading->earlier, name, length);
        if (earlier && earlier->value && reading->length + strlen(earlier->value) <= REFERRED_MAX)
                reading_add(reading, earlier->value, strlen(earlier->value));
        else
                reading->plain = false;
        reading->at = name + length + braced;
}

/* A number as a shell's sum takes it, without what would make it octal or too large. */
static bool is_number(const char *text, size_t length)
{
        return length > 0 && length < 10 && (*text != '0' || length == 1) &&
               strspn(text, "0123456789") >= length;
}

/* One term of a sum: a number, or the NAME of one that the file sets earlier. */
static bool read_term(const struct reading *reading, const char **at, int64_t *ret_term)
{
        const bool referred = **at == '$';
        const char *text = *at + referred;
        size_t length = name_length(text);
        const struct assignment *earlier = assignment_find(reading->earlier, text, length);
        uint64_t number;
        char digits[10];

        *at = text + length;
        if (length > 0 && earlier && earlier->value) {
                text = earlier->value;
                length = strlen(text);
        } else if (length > 0 || referred) {
                return false;
        } else {
                length = strspn(text, "0123456789");
                *at = text + length;
        }
        if (!is_number(text, length))
                return false;
        memcpy(digits, text, length);
        digits[length] = '\0';
        if (parse_u64(digits, &number) < 0)
                return false;
        *ret_term = (int64_t)number;
        return true;
}

/* At a '$': a sum such as the packaged SUBPORT=$((PORT + 1)). Returns false, and has read nothing,
 * when it is anything else. */
static bool read_sum(struct reading *reading)
{
        const char *at = reading->at + 3;
        OWN_TEXT char *text = NULL;
        int64_t total = 0, term;
        char sign = '+';

        if (strncmp(reading->at, "$((", 3) != 0)
                return false;
        do {
                at += strspn(at, " \t");
                if (!read_term(reading, &at, &term))
                        return false;
                total += sign == '+' ? term : -term;
                at += strspn(at, " \t");
                sign = *at++;
        } while (sign == '+' || sign == '-');
        if (sign != ')' || *at != ')')
                return false;
        text = text_format("%" PRId64, total);
        reading_add(reading, text, strlen(text));
        reading->at = at + 1;
        return true;
}

/* Between quotes; returns false when the closing one is missing on this line. */
static bool read_quoted(struct reading *reading)
{
        char quote = *reading->at++;

        while (*reading->at && *reading->at != '\n' && *reading->at != quote) {
                if (quote == '"' && *reading->at == '$') {
                        if (!read_sum(reading))
                                read_reference(reading);
                        continue;
                }
                if (quote == '"' && (*reading->at == '`' || *reading->at == '\\'))
                        reading->plain = false;
                reading_add(reading, reading->at++, 1);
        }
        return *reading->at++ == quote;
}

/* Over "$(...)" and "$((...))", by counting parentheses; returns false when they do not close on
 * this line. A quoted parenthesis is miscounted, which ends in a refusal of the line, not in a
 * wrong value: the rest is read as a word again. */
static bool skip_substitution(struct reading *reading)
{
        size_t open = 0;

        reading->plain = false;
        for (reading->at++; *reading->at && *reading->at != '\n'; reading->at++) {
                if (*reading->at == '(') {
                        open++;
                } else if (*reading->at == ')' && --open == 0) {
                        reading->at++;
                        return true;
                }
        }
        return false;
}

/* One shell word; returns false when it cannot be told where it ends. */
static bool read_word(struct reading *reading)
{
        const char *begin = reading->at;

        while (*reading->at && !isspace((unsigned char)*reading->at)) {
                if (*reading->at == '\'' || *reading->at == '"') {
                        if (!read_quoted(reading))
                                return false;
                } else if (reading->at[0] == '$' && reading->at[1] == '(') {
                        if (!read_sum(reading) && !skip_substitution(reading))
                                return false;
                } else if (*reading->at == '$') {
                        read_reference(reading);
                } else if (strchr("`\\;&|<>()", *reading->at)) {
                        return false;
                } else {
                        if (*reading->at == '~' && (reading->at == begin || reading->at[-1] == ':'))
                                reading->plain = false; /* somebody's home */
                        reading_add(reading, reading->at++, 1);
                }
        }
        return true;
}

static void assignment_add(struct assignments *all, const char *name, size_t length,
                           struct reading *reading, size_t line)
{
        struct assignment *item;

        all->items = mem_grow(all->items, all->count + 1, sizeof *all->items);
        item = &all->items[all->count++];
        item->name = mem_zero(length + 1);
        memcpy(item->name, name, length);
        item->line = line;
        item->value = NULL;
        if (reading->plain)
                item->value = reading->value ? TAKE(reading->value) : text_copy("");
}

/* One line from `text`; returns where the next one begins, NULL when the line is not an assignment.
 */
static const char *read_line(struct assignments *all, const char *text, size_t line)
{
        struct reading reading = {.earlier = all, .plain = true};
        const char *name = text + strspn(text, " \t");
        size_t length;
        bool fit = true;

        if (strncmp(name, "export", 6) == 0 && (name[6] == ' ' || name[6] == '\t'))
                name += 6 + strspn(name + 6, " \t");
        length = name_length(name);
        if (*name == '#' || *name == '\n' || *name == '\0') {
                reading.at = name;
        } else if (length > 0 && name[length] == '=') {
                reading.at = name + length + 1;
                fit = read_word(&reading);
                if (fit)
                        assignment_add(all, name, length, &reading, line);
                if (fit)
                        reading.at += strspn(reading.at, " \t");
                fit = fit && (*reading.at == '#' || *reading.at == '\n' || *reading.at == '\0');
        } else {
                fit = false;
        }
        free(reading.value);
        if (!fit)
                return NULL;
        reading.at += strcspn(reading.at, "\n");
        return reading.at + (*reading.at == '\n');
}

/* A line that Windows ended: a shell takes the carriage return as part of the value. */
static bool line_is_foreign(const char *line)
{
        size_t length = strcspn(line, "\n");

        return length > 0 && line[length - 1] == '\r';
}

static int line_refuse(const char *path, size_t line, bool foreign, struct ocf_error *err)
{
        if (foreign)
                return ocf_fail(err, -EINVAL,
                                "%s, line %zu: ends with a carriage return, which a shell takes as "
                                "part of the value; remove it with: sed -i 's/\\r$//' '%s'",
                                path, line, path);
        return ocf_fail(err, -EINVAL,
                        "%s, line %zu: not a plain NAME=VALUE line, and commands are not run "
                        "here; write it as a plain assignment",
                        path, line);
}

int assignments_parse(struct assignments *ret, const char *path, const char *text,
                      struct ocf_error *err)
{
        *ret = (struct assignments){.path = text_copy(path)};
        for (size_t line = 1; *text; line++) {
                const char *next = read_line(ret, text, line);

                if (!next)
                        return line_refuse(path, line, line_is_foreign(text), err);
                text = next;
        }
        return 0;
}

int assignments_read(struct assignments *ret, const char *path, struct ocf_error *err)
{
        OWN_TEXT char *text = mem_grow(NULL, ASSIGNMENTS_FILE_MAX, 1); /* pages of zeros cost */
        size_t length;
        int r;

        *ret = (struct assignments){0};
        r = path_read(path, text, ASSIGNMENTS_FILE_MAX, &length);
        if (r < 0)
                return ocf_fail(err, r, "cannot read '%s': %s", path, strerror(-r));
        if (strlen(text) != length)
                return ocf_fail(err, -EINVAL, "'%s' is not text: it holds a NUL byte", path);
        return assignments_parse(ret, path, text, err);
}

void assignments_release(struct assignments *assignments)
{
        for (size_t i = 0; i < assignments->count; i++) {
                free(assignments->items[i].name);
                free(assignments->items[i].value);
        }
        free(assignments->items);
        free(assignments->path);
        *assignments = (struct assignments){0};
}

int assignments_get(const struct assignments *assignments, const char *name, const char **ret_value,
                    struct ocf_error *err)
{
        const struct assignment *item = assignment_find(assignments, name, strlen(name));

        if (item && !item->value)
                return ocf_fail(err, -EINVAL,
                                "%s, line %zu: the value of %s is worked out by the shell; write "
                                "it out as a plain value",
                                assignments->path, item->line, name);
        *ret_value = item ? item->value : NULL;
        return 0;
}
