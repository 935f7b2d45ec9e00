/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own.h"
#include "text.h"

/* Reads until the buffer is full or the file ends; the count of bytes or -errno. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
        size_t length = 0;

        while (length < size) {
                ssize_t n = read(fd, bytes + length, size - length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                length += (size_t)n;
        }
        return (ssize_t)length;
}

int path_read(const char *path, char *ret_text, size_t size, size_t *ret_length)
{
        OWN_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        ssize_t n;

        if (fd < 0)
                return -errno;
        n = read_all(fd, ret_text, size);
        if (n < 0)
                return (int)n;
        if ((size_t)n == size)
                return -EFBIG;
        ret_text[n] = '\0';
        if (ret_length)
                *ret_length = (size_t)n;
        return 0;
}

int path_read_tail(const char *path, size_t from, char *ret_text, size_t size)
{
        OWN_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        struct stat st;
        ssize_t n;

        ret_text[0] = '\0';
        if (fd < 0)
                return errno == ENOENT ? 0 : -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        if ((size_t)st.st_size > from + size - 1)
                from = (size_t)st.st_size - (size - 1);
        if (lseek(fd, (off_t)from, SEEK_SET) < 0)
                return -errno;
        n = read_all(fd, ret_text, size - 1);
        if (n < 0)
                return (int)n;
        ret_text[n] = '\0';
        return 0;
}

static int write_all(int fd, const char *bytes, size_t length)
{
        while (length) {
                ssize_t n = write(fd, bytes, length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                bytes += n;
                length -= (size_t)n;
        }
        return 0;
}

int path_sync_dir(const char *dir)
{
        OWN_FD int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (fd < 0 || fsync(fd) < 0)
                return -errno;
        return 0;
}

static int sync_parent(const char *path)
{
        OWN_TEXT char *dir = text_copy(path);
        char *slash = strrchr(dir, '/');

        if (slash)
                slash[slash == dir] = '\0';
        return path_sync_dir(slash ? dir : ".");
}

static int temporary_fill(int fd, const char *bytes, size_t length, bool durable)
{
        int r = write_all(fd, bytes, length);

        if (r >= 0 && durable && fsync(fd) < 0)
                r = -errno;
        return r;
}

/* The temporary file is the old one's like in owner and mode. */
static int temporary_match(int fd, const struct stat *old)
{
        if (fchown(fd, old->st_uid, old->st_gid) < 0 || fchmod(fd, old->st_mode & 07777) < 0)
                return -errno;
        return 0;
}

struct replacement {
        const char *path;
        const char *bytes;
        size_t length;
        bool durable;
        const struct stat *old; /* NULL: owner and mode are a new file's */
};

static int replacement_put(const struct replacement *new, struct ocf_error *err)
{
        OWN_TEXT char *temporary = text_format("%s.XXXXXX", new->path);
        OWN_FD int fd = mkostemp(temporary, O_CLOEXEC);
        int r;

        if (fd < 0)
                return ocf_fail(err, -errno, "cannot write '%s': %s", new->path, strerror(errno));
        r = new->old ? temporary_match(fd, new->old) : 0;
        if (r >= 0)
                r = temporary_fill(fd, new->bytes, new->length, new->durable);
        if (r >= 0 && rename(temporary, new->path) < 0)
                r = -errno;
        if (r < 0) {
                (void)unlink(temporary);
                return ocf_fail(err, r, "cannot write '%s': %s", new->path, strerror(-r));
        }
        r = new->durable ? sync_parent(new->path) : 0;
        return r < 0 ? ocf_fail(err, r, "cannot make '%s' durable: %s", new->path, strerror(-r))
                     : 0;
}

int path_replace(const char *path, const char *bytes, size_t length, bool durable,
                 struct ocf_error *err)
{
        const struct replacement new = {path, bytes, length, durable, NULL};

        return replacement_put(&new, err);
}

int path_rewrite(const char *path, const char *bytes, size_t length, struct ocf_error *err)
{
        OWN_TEXT char *target = realpath(path, NULL);
        struct replacement new = {target ? target : path, bytes, length, true, NULL};
        struct stat old;

        if (stat(new.path, &old) == 0)
                new.old = &old;
        return replacement_put(&new, err);
}

static int dir_make(const char *path)
{
        struct stat st;

        if (mkdir(path, 0700) == 0)
                return 0;
        if (errno != EEXIST || stat(path, &st) < 0)
                return -errno;
        return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int path_make_dir(const char *path, struct ocf_error *err)
{
        OWN_TEXT char *part = text_copy(path);

        for (char *at = part + (*part == '/');; at++) {
                char was = *at;
                int r;

                if (was != '/' && was != '\0')
                        continue;
                *at = '\0';
                r = dir_make(part);
                if (r < 0)
                        return ocf_fail(err, r, "cannot make the directory '%s': %s", part,
                                        strerror(-r));
                if (was == '\0')
                        return 0;
                *at = was;
        }
}
