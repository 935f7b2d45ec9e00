/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* One byte more than the longest good file, so that a longer one shows. */
#define KEY_FILE_MAX (SECRET_HEX + 1)

struct key_text {
        char bytes[KEY_FILE_MAX + 1];
        size_t size;
};

static void own_key_text(struct key_text *text)
{
        explicit_bzero(text, sizeof *text);
}

static int key_file_open(const struct key_file *file, int *ret_fd, struct ocf_error *err)
{
        int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
        int fd = open(file->path, file->follow ? flags : flags | O_NOFOLLOW);

        if (fd < 0 && errno == ELOOP && !file->follow)
                return ocf_fail(err, -ELOOP,
                                "cannot read key file '%s': it is a symbolic link; put the key "
                                "file itself there",
                                file->path);
        if (fd < 0)
                return ocf_fail(err, -errno, "cannot read key file '%s': %s", file->path,
                                strerror(errno));
        *ret_fd = fd;
        return 0;
}

static int key_file_guard(const struct key_file *file, int fd, struct ocf_error *err)
{
        struct stat found;

        if (fstat(fd, &found) < 0)
                return ocf_fail(err, -errno, "cannot examine key file '%s': %s", file->path,
                                strerror(errno));
        if (!S_ISREG(found.st_mode))
                return ocf_fail(err, -EBADMSG, "key file '%s' is not a regular file", file->path);
        if (found.st_uid != 0 && found.st_uid != file->owner)
                return ocf_fail(err, -EPERM,
                                "key file '%s' belongs to user %u, not to %u or root; run "
                                "`chown %u '%s'` if the key is yours",
                                file->path, found.st_uid, file->owner, file->owner, file->path);
        if (found.st_mode & (S_IRWXG | S_IRWXO))
                return ocf_fail(err, -EPERM,
                                "key file '%s' has mode %04o, others than its owner can reach it; "
                                "run `chmod 600 '%s'`",
                                file->path, found.st_mode & 07777, file->path);
        return 0;
}

static int key_text_read(const struct key_file *file, int fd, struct key_text *text,
                         struct ocf_error *err)
{
        text->size = 0;
        while (text->size < sizeof text->bytes) {
                ssize_t n = read(fd, text->bytes + text->size, sizeof text->bytes - text->size);

                if (n < 0)
                        return ocf_fail(err, -errno, "cannot read key file '%s': %s", file->path,
                                        strerror(errno));
                if (n == 0)
                        break;
                text->size += (size_t)n;
        }
        return 0;
}

static int key_text_parse(const struct key_file *file, const struct key_text *text,
                          struct secret *secret, struct ocf_error *err)
{
        bool newline = text->size == KEY_FILE_MAX && text->bytes[SECRET_HEX] == '\n';

        if (text->size == 0)
                return ocf_fail(err, -EBADMSG, "key file '%s' is empty", file->path);
        if (text->size >= 2 && text->bytes[0] == '0' && (text->bytes[1] | 0x20) == 'x')
                return ocf_fail(err, -EBADMSG,
                                "key file '%s' begins with '0x'; take the prefix away, kcn wants "
                                "%d hex digits alone",
                                file->path, SECRET_HEX);
        if (text->size < SECRET_HEX)
                return ocf_fail(err, -EBADMSG,
                                "key file '%s' has %zu bytes, too few for %d hex "
                                "digits",
                                file->path, text->size, SECRET_HEX);
        if (text->size > SECRET_HEX && !newline)
                return ocf_fail(err, -EBADMSG,
                                "key file '%s' goes on after %d bytes; it must hold %d hex digits "
                                "and at most one newline",
                                file->path, SECRET_HEX, SECRET_HEX);
        if (secret_parse(secret, text->bytes, SECRET_HEX) < 0)
                return ocf_fail(err, -EBADMSG, "key file '%s' holds bytes that are no hex digits",
                                file->path);
        if (!key_valid(file->kind, secret))
                return ocf_fail(err, -EBADMSG, "key file '%s' holds no valid %s private key",
                                file->path, key_kind_name(file->kind));
        return 0;
}

int key_file_read(const struct key_file *file, struct secret *ret_secret, struct ocf_error *err)
{
        OWN(own_key_text) struct key_text text = {.size = 0};
        OWN_SECRET struct secret secret;
        OWN_FD int fd = -1;
        int r;

        secret_init(&secret);
        r = key_file_open(file, &fd, err);
        if (r == 0)
                r = key_file_guard(file, fd, err);
        if (r == 0)
                r = key_text_read(file, fd, &text, err);
        if (r == 0)
                r = key_text_parse(file, &text, &secret, err);
        if (r == 0)
                secret_set(ret_secret, secret.bytes);
        return r;
}
