/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "text.h"

/* '.', the name, '.', 16 hex digits, ".new" */
#define FRESH_DIGITS 16
#define FRESH_SUFFIX ".new"

/* Nothing that is longer is overwritten: it is no key file. */
#define WIPE_MAX 65536

/* Where a key file is: its folder, held open, and its name in it. */
struct key_place {
        const char *path;
        const char *name;
        int folder;
};

static void own_place(struct key_place *place)
{
        own_close(&place->folder);
}

static int place_open(struct key_place *place, const char *path, struct ocf_error *err)
{
        const char *slash = strrchr(path, '/');
        OWN_TEXT char *folder = slash ? text_format("%.*s/", (int)(slash - path), path) : NULL;

        place->path = path;
        place->name = slash ? slash + 1 : path;
        if (place->name[0] == '\0')
                return ocf_fail(err, -EINVAL, "'%s' names no file", path);
        place->folder = open(folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (place->folder < 0)
                return ocf_fail(err, -errno, "cannot open the folder of key file '%s': %s", path,
                                strerror(errno));
        return 0;
}

static int place_fail(const struct key_place *place, const char *what, int code,
                      struct ocf_error *err)
{
        return ocf_fail(err, code, "cannot %s key file '%s': %s", what, place->path,
                        strerror(-code));
}

static int place_sync(const struct key_place *place, struct ocf_error *err)
{
        return fsync(place->folder) < 0
                       ? place_fail(place, "make durable the folder of", -errno, err)
                       : 0;
}

/* Overwriting is what can be done besides unlinking, which alone takes the key away: where a file
 * system writes anew elsewhere, it is of no use, and its failure is no reason to keep the file. */
static void entry_overwrite(int folder, const char *name)
{
        static const char zeros[512];
        OWN_FD int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        struct stat found;

        if (fd < 0 || fstat(fd, &found) < 0 || !S_ISREG(found.st_mode) || found.st_size > WIPE_MAX)
                return;
        for (off_t at = 0; at < found.st_size; at += (off_t)sizeof zeros) {
                off_t rest = found.st_size - at;
                size_t size = rest < (off_t)sizeof zeros ? (size_t)rest : sizeof zeros;

                if (pwrite(fd, zeros, size, at) < 0)
                        return;
        }
        (void)fsync(fd);
}

static int entry_wipe(int folder, const char *name)
{
        entry_overwrite(folder, name);
        return unlinkat(folder, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static bool name_is_fresh(const char *entry, const char *name)
{
        size_t length = strlen(name);
        const char *digits;

        if (entry[0] != '.' || strncmp(entry + 1, name, length) != 0 || entry[length + 1] != '.')
                return false;
        digits = entry + length + 2;
        return strspn(digits, "0123456789abcdef") == FRESH_DIGITS &&
               strcmp(digits + FRESH_DIGITS, FRESH_SUFFIX) == 0;
}

/* What a killed install left holds a key as well. */
static int place_sweep(const struct key_place *place, struct ocf_error *err)
{
        OWN_FD int again = openat(place->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        OWN_DIR DIR *entries = again < 0 ? NULL : fdopendir(again);
        const struct dirent *entry;

        if (!entries)
                return place_fail(place, "list the folder of", -errno, err);
        (void)fd_take(&again);
        while ((entry = readdir(entries))) {
                int r = name_is_fresh(entry->d_name, place->name)
                                ? entry_wipe(place->folder, entry->d_name)
                                : 0;

                if (r < 0)
                        return place_fail(place, "wipe what is left of an unfinished", r, err);
        }
        return 0;
}

static int fresh_name(const struct key_place *place, char **ret_name, struct ocf_error *err)
{
        uint64_t random;

        if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
                return place_fail(place, "name a new", -errno, err);
        *ret_name =
                text_format(".%s.%016llx" FRESH_SUFFIX, place->name, (unsigned long long)random);
        return 0;
}

/* Fills the new file, which has no other name yet. */
static int fresh_fill(int fd, const struct secret *secret, const struct stat *owner)
{
        ssize_t n = write(fd, secret->hex, SECRET_HEX);

        if (n != SECRET_HEX)
                return n < 0 ? -errno : -ENOSPC;
        if (fchmod(fd, 0600) < 0 || fchown(fd, owner->st_uid, owner->st_gid) < 0 || fsync(fd) < 0)
                return -errno;
        return 0;
}

static int fresh_write(const struct key_place *place, const char *fresh,
                       const struct secret *secret, const struct stat *owner)
{
        OWN_FD int fd = openat(place->folder, fresh,
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        int r;

        if (fd < 0)
                return -errno;
        r = fresh_fill(fd, secret, owner);
        if (r == 0 && renameat(place->folder, fresh, place->folder, place->name) < 0)
                r = -errno;
        if (r < 0)
                (void)entry_wipe(place->folder, fresh);
        return r;
}

int key_file_install(const struct key_file *file, const struct secret *secret,
                     struct ocf_error *err)
{
        OWN(own_place) struct key_place place = {.folder = -1};
        OWN_TEXT char *fresh = NULL;
        struct stat owner;
        int r;

        r = place_open(&place, file->path, err);
        if (r == 0)
                r = place_sweep(&place, err);
        if (r == 0)
                r = fresh_name(&place, &fresh, err);
        if (r < 0)
                return r;
        if (fstatat(place.folder, place.name, &owner, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISREG(owner.st_mode))
                owner = (struct stat){.st_uid = file->owner, .st_gid = file->group};
        r = fresh_write(&place, fresh, secret, &owner);
        return r < 0 ? place_fail(&place, "install", r, err) : place_sync(&place, err);
}

int key_file_link(const char *path, const char *target, struct ocf_error *err)
{
        OWN(own_place) struct key_place place = {.folder = -1};
        OWN_TEXT char *fresh = NULL;
        int r;

        r = place_open(&place, path, err);
        if (r == 0)
                r = place_sweep(&place, err);
        if (r == 0)
                r = fresh_name(&place, &fresh, err);
        if (r < 0)
                return r;
        if (symlinkat(target, place.folder, fresh) < 0)
                return place_fail(&place, "link", -errno, err);
        if (renameat(place.folder, fresh, place.folder, place.name) < 0) {
                r = -errno;
                (void)unlinkat(place.folder, fresh, 0);
                return place_fail(&place, "link", r, err);
        }
        return place_sync(&place, err);
}

int key_file_wipe(const char *path, struct ocf_error *err)
{
        OWN(own_place) struct key_place place = {.folder = -1};
        int r;

        r = place_open(&place, path, NULL);
        if (r == -ENOENT)
                return 0;
        if (r < 0)
                return ocf_fail(err, r, "cannot wipe key file '%s': %s", path, strerror(-r));
        r = place_sweep(&place, err);
        if (r < 0)
                return r;
        r = entry_wipe(place.folder, place.name);
        return r < 0 ? place_fail(&place, "wipe", r, err) : place_sync(&place, err);
}
