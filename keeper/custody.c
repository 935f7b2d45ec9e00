/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/custody.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "keeper/identity.h"
#include "key/secp256k1.h"
#include "key/secret.h"
#include "key/store.h"
#include "lines.h"
#include "own.h"
#include "path.h"
#include "seat/protocol.h"
#include "text.h"

static char *key_dir(const struct keeper_config *config)
{
        return text_format("%s/%s", SEAT_KEY_DIR, config->identity);
}

static char *key_path(const struct keeper_config *config, const char *name)
{
        return text_format("%s/%s/%s", SEAT_KEY_DIR, config->identity, name);
}

static char *note_path(const struct keeper_config *config)
{
        return text_format("%s/%s.seat", SEAT_SOCKET_DIR, config->identity);
}

void custody_load(struct custody *ret_custody, const struct keeper_config *config)
{
        OWN_TEXT char *path = note_path(config);
        struct lines note;

        *ret_custody = (struct custody){.config = config};
        if (lines_read(&note, path) < 0)
                return;
        ret_custody->epoch = lines_get_u64(&note, "epoch", 0);
        ret_custody->held = ret_custody->epoch > 0;
        ret_custody->brought = lines_get_u64(&note, "brought", 0);
}

static int custody_note(const struct custody *custody, struct ocf_error *err)
{
        OWN_TEXT char *path = note_path(custody->config);
        struct lines note;

        lines_clear(&note);
        (void)lines_put(&note, "epoch", "%" PRIu64, custody->held ? custody->epoch : 0);
        (void)lines_put(&note, "brought", "%" PRIu64, custody->held ? custody->brought : 0);
        return lines_write(&note, path, false, err);
}

/* Only a file system in memory forgets the key when the machine loses power. */
static int key_dir_make(const struct keeper_config *config, struct ocf_error *err)
{
        OWN_TEXT char *dir = key_dir(config);
        struct statfs fs;
        int r = path_make_dir(dir, err);

        if (r < 0)
                return r;
        if (statfs(dir, &fs) < 0)
                return ocf_fail(err, -errno, "cannot look at '%s': %s", dir, strerror(errno));
        if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC)
                return ocf_fail(err, -EINVAL,
                                "'%s' is not in memory: the key may only lie on a tmpfs; mount one "
                                "at /run",
                                dir);
        return 0;
}

static int source_dir_check(const char *dir, struct ocf_error *err)
{
        struct stat st;

        if (lstat(dir, &st) < 0)
                return ocf_fail(err, -errno,
                                "cannot look at the source '%s': %s; make it with "
                                "'validator-keeper --backup'",
                                dir, strerror(errno));
        if (!S_ISDIR(st.st_mode))
                return ocf_fail(err, -EINVAL, "the source '%s' is not a directory", dir);
        if (st.st_uid != 0)
                return ocf_fail(err, -EINVAL,
                                "the source '%s' belongs to user %u, but must be root's: 'chown -R "
                                "root: %s'",
                                dir, st.st_uid, dir);
        if (st.st_mode & 077)
                return ocf_fail(err, -EINVAL,
                                "the source '%s' is open to others (mode %04o): 'chmod 700 %s'",
                                dir, st.st_mode & 07777, dir);
        return 0;
}

static int address_compare(const struct secret *key, const char *path, const char *address,
                           struct ocf_error *err)
{
        char gives[KEY_ADDRESS_SIZE];
        int r = secp256k1_key_address(key, gives, err);

        if (r < 0)
                return r;
        if (strcasecmp(gives, address) != 0)
                return ocf_fail(err, -EINVAL,
                                "'%s' gives the address %s, but the seat's is %s: this is another "
                                "identity's key",
                                path, gives, address);
        return 0;
}

/* Reads one file of the identity from `dir` and checks it. -ENOENT: an optional one is not there.
 */
static int file_take(const char *dir, const struct identity_file *file, const char *address,
                     struct secret *ret_key, struct ocf_error *err)
{
        OWN_TEXT char *path = text_format("%s/%s", dir, file->name);
        struct key_file key_file = {.path = path, .kind = file->kind};
        struct stat st;
        int r;

        secret_init(ret_key);
        if (!file->required && lstat(path, &st) < 0 && errno == ENOENT)
                return -ENOENT;
        r = key_file_read(&key_file, ret_key, err);
        if (r >= 0 && file->gives_address)
                r = address_compare(ret_key, path, address, err);
        return r;
}

int custody_check_source(const struct keeper_config *config, struct ocf_error *err)
{
        int r = source_dir_check(config->source, err);

        for (const struct identity_file *file = identity_files(config->chain); r >= 0 && file->name;
             file++) {
                OWN_SECRET struct secret key;

                r = file_take(config->source, file, config->address, &key, err);
                if (r == -ENOENT && !file->required)
                        r = 0;
        }
        return r;
}

/* 1 when the source had it, 0 when it has none. */
static int file_bring(const struct keeper_config *config, const struct identity_file *file,
                      struct ocf_error *err)
{
        OWN_TEXT char *path = key_path(config, file->name);
        struct key_file key_file = {.path = path, .kind = file->kind};
        OWN_SECRET struct secret key;
        int r = file_take(config->source, file, config->address, &key, err);

        if (r == -ENOENT && !file->required)
                return key_file_wipe(path, err); /* a stale one must not survive */
        if (r >= 0)
                r = key_file_install(&key_file, &key, err);
        return r < 0 ? r : 1;
}

static int files_bring(struct custody *custody, struct ocf_error *err)
{
        const struct identity_file *files = identity_files(custody->config->chain);
        int r = key_dir_make(custody->config, err);

        custody->brought = 0;
        for (size_t i = 0; r >= 0 && files[i].name; i++) {
                r = file_bring(custody->config, &files[i], err);
                if (r > 0)
                        custody->brought |= UINT64_C(1) << i;
        }
        return r;
}

int custody_check(const struct custody *custody, struct ocf_error *err)
{
        const struct identity_file *files = identity_files(custody->config->chain);
        OWN_TEXT char *dir = key_dir(custody->config);
        int r = 0;

        for (size_t i = 0; r >= 0 && files[i].name; i++) {
                OWN_SECRET struct secret key;

                r = file_take(dir, &files[i], custody->config->address, &key, err);
                if (r != -ENOENT || files[i].required)
                        continue;
                r = 0;
                if (custody->brought & UINT64_C(1) << i)
                        r = ocf_fail(err, -ENOENT,
                                     "'%s/%s' is gone, which was there when the seat was taken",
                                     dir, files[i].name);
        }
        return r;
}

/* The next epoch, on the disk before it is used, so that no two holdings of this machine share one.
 */
static int epoch_next(const struct keeper_config *config, uint64_t *ret_epoch,
                      struct ocf_error *err)
{
        OWN_TEXT char *dir = text_format("%s/%s", SEAT_STATE_DIR, config->identity);
        OWN_TEXT char *path = text_format("%s/epoch", dir);
        struct lines note;
        uint64_t epoch;
        int r = path_make_dir(dir, err);

        if (r < 0)
                return r;
        r = lines_read(&note, path);
        epoch = lines_get_u64(&note, "epoch", 0);
        if (r >= 0 && note.length && (epoch == 0 || epoch == UINT64_MAX))
                r = -EBADMSG;
        if (r < 0)
                return ocf_fail(err, r,
                                "cannot read the epoch in '%s': %s; remove the file when "
                                "no other machine holds the seat",
                                path, strerror(-r));
        epoch++;
        lines_clear(&note);
        (void)lines_put(&note, "epoch", "%" PRIu64, epoch);
        r = lines_write(&note, path, true, err);
        if (r >= 0)
                *ret_epoch = epoch;
        return r;
}

static int custody_begin(struct custody *custody, uint64_t epoch, struct ocf_error *err)
{
        int r = custody_check_source(custody->config, err);

        if (r >= 0 && epoch == 0)
                r = epoch_next(custody->config, &epoch, err);
        if (r >= 0)
                r = files_bring(custody, err);
        if (r < 0)
                return r;
        custody->epoch = epoch;
        custody->held = true;
        return custody_note(custody, err);
}

int custody_take(struct custody *custody, const char *address, uint64_t epoch,
                 struct ocf_error *err)
{
        int r;

        if (strcasecmp(address, custody->config->address) != 0)
                return ocf_fail(err, -EINVAL,
                                "parameter address is '%.60s', but %s says %s: one of them is "
                                "another identity's",
                                address, custody->config->path, custody->config->address);
        if (custody->held && (epoch == 0 || custody->epoch == epoch) &&
            custody_check(custody, NULL) >= 0)
                return 0;
        r = custody_begin(custody, epoch, err);
        if (r < 0)
                (void)custody_wipe(custody, NULL);
        return r;
}

static int dir_wipe(const char *dir, struct ocf_error *err)
{
        OWN_DIR DIR *entries = opendir(dir);
        const struct dirent *entry;
        int first = 0;

        if (!entries && errno != ENOENT)
                return ocf_fail(err, -errno, "cannot wipe '%s': %s", dir, strerror(errno));
        while (entries && (entry = readdir(entries))) {
                OWN_TEXT char *path = text_format("%s/%s", dir, entry->d_name);
                int r;

                if (text_equal(entry->d_name, ".") || text_equal(entry->d_name, ".."))
                        continue;
                r = key_file_wipe(path, err);
                if (first == 0)
                        first = r;
        }
        return first;
}

bool custody_has_files(const struct custody *custody)
{
        OWN_TEXT char *dir = key_dir(custody->config);
        OWN_DIR DIR *entries = opendir(dir);
        const struct dirent *entry;

        if (!entries)
                return errno != ENOENT;
        while ((entry = readdir(entries)))
                if (!text_equal(entry->d_name, ".") && !text_equal(entry->d_name, ".."))
                        return true;
        return false;
}

int custody_empty(const struct custody *custody, struct ocf_error *err)
{
        OWN_TEXT char *dir = key_dir(custody->config);
        int r = 0;

        /* What is required goes first: a holding that was wiped by half shows as broken. */
        for (const struct identity_file *file = identity_files(custody->config->chain);
             r >= 0 && file->name; file++) {
                OWN_TEXT char *path = key_path(custody->config, file->name);

                r = file->required ? key_file_wipe(path, err) : 0;
        }
        /* Everything else too: kcn may have put a key that it derived there. */
        return r < 0 ? r : dir_wipe(dir, err);
}

int custody_wipe(struct custody *custody, struct ocf_error *err)
{
        int r = custody_empty(custody, err);

        if (r < 0)
                return r;
        custody->held = false;
        custody->epoch = 0;
        return custody_note(custody, err);
}
