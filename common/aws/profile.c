/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/profile.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/key.h"
#include "text.h"

/* Where the reader stands in a file. */
struct reader {
        struct aws_profile_file *file;
        struct ocf_error *err;
        size_t line;
        char *section; /* NULL before the first */
        char *outer;   /* the name that deeper indented lines belong to, or NULL */
        size_t indent; /* of the last pair */
};

static void reader_release(struct reader *reader)
{
        free(reader->section);
        free(reader->outer);
}

static char *piece_trimmed(const char *from, const char *to)
{
        while (from < to && isspace((unsigned char)*from))
                from++;
        while (to > from && isspace((unsigned char)to[-1]))
                to--;
        return text_format("%.*s", (int)(to - from), from);
}

static char *name_trimmed(const char *from, const char *to)
{
        char *name = piece_trimmed(from, to);

        for (char *at = name; *at; at++)
                *at = (char)tolower((unsigned char)*at);
        return name;
}

static void entry_add(struct aws_profile_file *file, const char *section, char *name, char *value)
{
        file->entries = mem_grow(file->entries, file->count + 1, sizeof *file->entries);
        file->entries[file->count++] = (struct aws_profile_entry){
                .section = text_copy(section), .name = name, .value = value};
}

static int line_fail(const struct reader *reader, const char *what)
{
        return ocf_fail(reader->err, -EINVAL, "the AWS file '%s' cannot be read: line %zu %s",
                        reader->file->path, reader->line, what);
}

/* [profile "a name"] is the same as [profile a name]. */
static char *section_name(const char *from, const char *to)
{
        char *name = piece_trimmed(from, to);
        char *at = name;

        for (const char *c = name; *c; c++)
                if (*c != '"' && !(isspace((unsigned char)*c) && isspace((unsigned char)c[1])))
                        *at++ = isspace((unsigned char)*c) ? ' ' : *c;
        *at = '\0';
        return name;
}

static int section_take(struct reader *reader, const char *text, const char *end)
{
        const char *close = memchr(text, ']', (size_t)(end - text));

        if (!close)
                return line_fail(reader, "begins a section but has no ']'");
        free(reader->section);
        free(reader->outer);
        reader->outer = NULL;
        reader->indent = 0;
        reader->section = section_name(text + 1, close);
        /* An empty entry makes the section known even when nothing stands in it. */
        entry_add(reader->file, reader->section, text_copy(""), text_copy(""));
        return 0;
}

/* An indented line is a pair of its own below "outer =", or goes on with the value above. */
static int nested_take(struct reader *reader, const char *text, const char *end)
{
        const char *equals = memchr(text, '=', (size_t)(end - text));

        if (!*reader->outer || !equals)
                return line_fail(reader, "is indented, but not below a name without a value");

        OWN_TEXT char *inner = name_trimmed(text, equals);

        entry_add(reader->file, reader->section, text_format("%s.%s", reader->outer, inner),
                  piece_trimmed(equals + 1, end));
        return 0;
}

static int pair_take(struct reader *reader, const char *text, const char *end)
{
        const char *mark = text;

        while (mark < end && *mark != '=' && *mark != ':')
                mark++;
        if (!reader->section)
                return line_fail(reader, "stands before the first section");
        if (mark >= end || mark == text)
                return line_fail(reader, "is neither a section nor name = value");

        char *name = name_trimmed(text, mark);
        char *value = piece_trimmed(mark + 1, end);

        free(reader->outer);
        reader->outer = text_copy(*value ? "" : name);
        entry_add(reader->file, reader->section, name, value);
        return 0;
}

static int line_take(struct reader *reader, const char *text, const char *end)
{
        const char *first = text;

        while (first < end && isspace((unsigned char)*first))
                first++;
        if (first == end || *first == '#' || *first == ';')
                return 0;
        if (*first == '[')
                return section_take(reader, first, end);
        if (reader->outer && (size_t)(first - text) > reader->indent)
                return nested_take(reader, first, end);
        reader->indent = (size_t)(first - text);
        return pair_take(reader, first, end);
}

int aws_profile_parse(struct aws_profile_file *ret_file, const char *path, const char *text,
                      size_t length, struct ocf_error *err)
{
        OWN(reader_release) struct reader reader = {.file = ret_file, .err = err};
        const char *end = text + length;

        if (!ret_file->path)
                ret_file->path = text_copy(path);
        if (memchr(text, '\0', length))
                return ocf_fail(err, -EINVAL, "the AWS file '%s' cannot be read: it is not text",
                                path);
        while (text < end) {
                const char *newline = memchr(text, '\n', (size_t)(end - text));
                const char *stop = newline ? newline : end;
                int r;

                reader.line++;
                r = line_take(&reader, text, stop);
                if (r < 0)
                        return r;
                text = newline ? newline + 1 : end;
        }
        return 0;
}

static int file_slurp(const char *path, char *buffer, size_t size, struct stat *ret_stat,
                      size_t *ret_length)
{
        OWN_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        size_t length = 0;

        if (fd < 0 || fstat(fd, ret_stat) < 0)
                return -errno;
        if (!S_ISREG(ret_stat->st_mode))
                return -EINVAL;
        while (length < size) {
                ssize_t got = read(fd, buffer + length, size - length);

                if (got < 0)
                        return -errno;
                if (got == 0)
                        break;
                length += (size_t)got;
        }
        *ret_length = length;
        return length < size ? 0 : -EFBIG;
}

int aws_profile_read(struct aws_profile_file *ret_file, const char *path, struct ocf_error *err)
{
        char *buffer = mem_zero(AWS_PROFILE_FILE_MAX + 1);
        size_t length = 0;
        struct stat facts;
        int r;

        *ret_file = (struct aws_profile_file){.path = text_copy(path)};
        r = file_slurp(path, buffer, AWS_PROFILE_FILE_MAX + 1, &facts, &length);
        if (r == 0) {
                ret_file->exposed = (facts.st_mode & 0007) != 0;
                r = aws_profile_parse(ret_file, path, buffer, length, err);
        } else if (r == -ENOENT || r == -ENOTDIR) {
                r = 0;
        } else {
                r = ocf_fail(err, r, "the AWS file '%s' cannot be read: %s", path, strerror(-r));
        }
        explicit_bzero(buffer, AWS_PROFILE_FILE_MAX + 1);
        free(buffer);
        return r;
}

bool aws_profile_has(const struct aws_profile_file *file, const char *section)
{
        for (size_t i = 0; i < file->count; i++)
                if (strcmp(file->entries[i].section, section) == 0)
                        return true;
        return false;
}

const char *aws_profile_get(const struct aws_profile_file *file, const char *section,
                            const char *name)
{
        for (size_t i = file->count; i-- > 0;)
                if (strcmp(file->entries[i].section, section) == 0 &&
                    strcmp(file->entries[i].name, name) == 0)
                        return file->entries[i].value;
        return NULL;
}

void aws_profile_release(struct aws_profile_file *file)
{
        for (size_t i = 0; i < file->count; i++) {
                free(file->entries[i].section);
                free(file->entries[i].name);
                own_secret_text(&file->entries[i].value);
        }
        free(file->entries);
        free(file->path);
        *file = (struct aws_profile_file){0};
}
