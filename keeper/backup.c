/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/backup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keeper/config.h"
#include "keeper/identity.h"
#include "key/secp256k1.h"
#include "key/secret.h"
#include "key/store.h"
#include "own.h"
#include "path.h"
#include "text.h"

/* kcn takes a file directly under DATA_DIR before the one in DATA_DIR/klay (node/config.go
 * ResolvePath). */
static char *file_find(const char *data_dir, const char *name)
{
        char *legacy = text_format("%s/%s", data_dir, name);

        if (access(legacy, F_OK) == 0)
                return legacy;
        free(legacy);
        return text_format("%s/klay/%s", data_dir, name);
}

/* Copies one file unless the very same is there. */
static int file_back_up(const char *from, const char *to, enum key_kind kind, struct ocf_error *err)
{
        struct key_file source = {.path = from, .kind = kind, .follow = true};
        struct key_file target = {.path = to, .kind = kind};
        OWN_SECRET struct secret key;
        OWN_SECRET struct secret there;
        int r;

        secret_init(&key);
        secret_init(&there);
        r = key_file_read(&source, &key, err);
        if (r < 0)
                return r;
        if (access(to, F_OK) < 0)
                return key_file_install(&target, &key, err);
        r = key_file_read(&target, &there, err);
        if (r < 0)
                return r;
        if (!secret_equal(&key, &there))
                return ocf_fail(err, -EEXIST,
                                "'%s' is there already and holds another key than '%s'; nothing "
                                "was changed: move it away first if it is no longer needed",
                                to, from);
        return 0;
}

/* An optional file that the node does not have must not stand in the source from another time: the
 * two would be taken for one identity. */
static int absence_check(const char *from, const char *to, struct ocf_error *err)
{
        if (access(to, F_OK) < 0)
                return 0;
        return ocf_fail(err, -EEXIST,
                        "'%s' is there already, but '%s' is not; nothing was changed: move it away "
                        "first if it is no longer needed",
                        to, from);
}

static int address_show(const char *dir, const char *identity, struct ocf_error *err)
{
        OWN_TEXT char *path = text_format("%s/nodekey", dir);
        struct key_file file = {.path = path, .kind = KEY_SECP256K1};
        OWN_SECRET struct secret key;
        char address[KEY_ADDRESS_SIZE];
        int r;

        secret_init(&key);
        r = key_file_read(&file, &key, err);
        if (r >= 0)
                r = secp256k1_key_address(&key, address, err);
        if (r < 0)
                return r;
        (void)printf(
                "the identity's files are in %s\n"
                "address=%s\n"
                "Put that line into %s/%s.conf on each node, and copy the directory to the "
                "other node\nas root, for example: tar -C %s -c . | ssh root@OTHER 'install -d "
                "-m 0700 %s && tar -C %s -x'\n",
                dir, address, KEEPER_CONFIG_DIR, identity, dir, dir, dir);
        return 0;
}

int backup_make(const char *identity, const char *data_dir, const char *dir, struct ocf_error *err)
{
        OWN_TEXT char *to =
                dir ? text_copy(dir) : text_format("%s/keys/%s", KEEPER_CONFIG_DIR, identity);
        int r = seat_identity_check(identity, err);

        if (r >= 0)
                r = path_make_dir(to, err);
        for (const struct identity_file *file = identity_files(KEEPER_KAIA); r >= 0 && file->name;
             file++) {
                OWN_TEXT char *from = file_find(data_dir, file->name);
                OWN_TEXT char *target = text_format("%s/%s", to, file->name);

                if (!file->required && access(from, F_OK) < 0)
                        r = absence_check(from, target, err);
                else
                        r = file_back_up(from, target, file->kind, err);
        }
        return r < 0 ? r : address_show(to, identity, err);
}
