/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/backup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "keeper/config.h"
#include "keeper/identity.h"
#include "key/secp256k1.h"
#include "key/secret.h"
#include "key/store.h"
#include "own.h"
#include "path.h"
#include "rpc/ipc.h"
#include "text.h"

#define NODE_MS 5000 /* for a node that runs to say who it is */

struct backup {
        const char *data_dir;
        const char *to;
        char address[KEY_ADDRESS_SIZE];
        bool has_bls;
        struct ocf_error unchecked; /* why no node was asked; empty when one was */
};

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

/* The node's own user may own its keys. */
static uid_t node_user(const char *data_dir)
{
        struct stat found;

        return stat(data_dir, &found) == 0 ? found.st_uid : 0;
}

/* What is there already stays: it must be the very same. Returns 1 when it is, 0 when nothing is
 * there. */
static int file_compare(const struct key_file *source, const struct key_file *target,
                        struct ocf_error *err)
{
        OWN_SECRET struct secret key;
        OWN_SECRET struct secret there;
        int r;

        secret_init(&key);
        secret_init(&there);
        r = key_file_read(source, &key, err);
        if (r < 0)
                return r;
        if (access(target->path, F_OK) < 0)
                return 0;
        r = key_file_read(target, &there, err);
        if (r < 0)
                return r;
        if (!secret_equal(&key, &there))
                return ocf_fail(err, -EEXIST,
                                "'%s' is there already and holds another key than '%s'; nothing "
                                "was changed: move it away first if it is no longer needed",
                                target->path, source->path);
        return 1;
}

static int file_copy(const struct key_file *source, const struct key_file *target,
                     struct ocf_error *err)
{
        OWN_SECRET struct secret key;
        int r;

        secret_init(&key);
        r = key_file_read(source, &key, err);
        return r < 0 ? r : key_file_install(target, &key, err);
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

/* All files, so that what cannot be right stops the backup before anything is written. */
static int files_back_up(const char *data_dir, const char *to, bool write, struct ocf_error *err)
{
        const uid_t user = node_user(data_dir);
        int r = 0;

        for (const struct identity_file *file = identity_files(KEEPER_KAIA); r >= 0 && file->name;
             file++) {
                OWN_TEXT char *from = file_find(data_dir, file->name);
                OWN_TEXT char *at = text_format("%s/%s", to, file->name);
                const struct key_file source = {
                        .path = from, .kind = file->kind, .owner = user, .follow = true};
                const struct key_file target = {.path = at, .kind = file->kind};

                if (!file->required && access(from, F_OK) < 0) {
                        r = absence_check(from, at, err);
                        continue;
                }
                r = file_compare(&source, &target, err);
                if (r == 0 && write)
                        r = file_copy(&source, &target, err);
        }
        return r < 0 ? r : 0;
}

/* -ENOENT: there is no such file. */
static int nodekey_address(const struct key_file *file, char ret_address[static KEY_ADDRESS_SIZE],
                           struct ocf_error *err)
{
        OWN_SECRET struct secret key;
        int r;

        secret_init(&key);
        r = key_file_read(file, &key, err);
        return r < 0 ? r : secp256k1_key_address(&key, ret_address, err);
}

/* kcn-node gives a machine without the seat a key of its own, and links DATA_DIR to it. */
static int standby_refuse(const struct backup *backup, struct ocf_error *err)
{
        OWN_TEXT char *path = text_format("%s/klay/standby-nodekey", backup->data_dir);
        const struct key_file own = {.path = path, .kind = KEY_SECP256K1};
        char address[KEY_ADDRESS_SIZE];
        int r;

        if (access(path, F_OK) < 0 && errno == ENOENT)
                return 0;
        r = nodekey_address(&own, address, err);
        if (r < 0 || strcmp(address, backup->address) != 0)
                return r;
        return ocf_fail(err, -EINVAL,
                        "the nodekey in '%s' is this machine's own standby key ('%s', address %s) "
                        "and not the validator's: make the backup on the machine that signs",
                        backup->data_dir, path, address);
}

/* 1: the node that runs there signs with this key; 0: none answers, and `ret_why` says so. */
static int node_compare(const struct backup *backup, struct ocf_error *ret_why,
                        struct ocf_error *err)
{
        OWN_TEXT char *ipc = text_format("%s/klay.ipc", backup->data_dir);
        const struct deadline deadline = deadline_in(NODE_MS);
        struct rpc_call call = {.method = "klay_nodeAddress"};
        const char *address = "";
        int r = ipc_call(ipc, &call, 1, &deadline, ret_why);

        if (r >= 0)
                r = rpc_result_text(&call, &address, ret_why);
        if (r >= 0 && strcasecmp(address, backup->address) != 0)
                r = ocf_fail(err, -EINVAL,
                             "the node that runs in '%s' signs as '%.60s', but its nodekey gives "
                             "%s: it was started with another key, by an option or before the "
                             "file was changed; nothing was changed",
                             backup->data_dir, address, backup->address);
        else
                r = r >= 0;
        rpc_calls_release(&call, 1);
        return r;
}

static int identity_observe(struct backup *backup, struct ocf_error *err)
{
        OWN_TEXT char *nodekey = file_find(backup->data_dir, "nodekey");
        OWN_TEXT char *bls = file_find(backup->data_dir, "bls-nodekey");
        const struct key_file file = {.path = nodekey,
                                      .kind = KEY_SECP256K1,
                                      .owner = node_user(backup->data_dir),
                                      .follow = true};
        int r = nodekey_address(&file, backup->address, err);

        if (r >= 0)
                r = standby_refuse(backup, err);
        if (r >= 0)
                r = node_compare(backup, &backup->unchecked, err);
        backup->has_bls = access(bls, F_OK) == 0;
        return r < 0 ? r : 0;
}

/* A directory that is there by half would be taken for an identity's. */
static void target_remove(const char *to)
{
        for (const struct identity_file *file = identity_files(KEEPER_KAIA); file->name; file++) {
                OWN_TEXT char *path = text_format("%s/%s", to, file->name);

                (void)key_file_wipe(path, NULL);
        }
        (void)rmdir(to);
}

static int target_make(const struct backup *backup, struct ocf_error *err)
{
        const bool fresh = access(backup->to, F_OK) < 0;
        int r = path_make_dir(backup->to, err);

        if (r >= 0)
                r = files_back_up(backup->data_dir, backup->to, true, err);
        if (r < 0 && fresh)
                target_remove(backup->to);
        return r;
}

static void backup_show(const struct backup *backup, const char *identity)
{
        const char *to = backup->to;
        const uid_t user = node_user(backup->data_dir);

        (void)printf(
                "the identity's files are in %s\n"
                "address=%s\n"
                "Put that line into %s/%s.conf on each node, and copy the directory to the "
                "other node\nas root, for example: tar -C %s -c . | ssh root@OTHER 'install -d "
                "-m 0700 %s && tar -C %s -x'\n",
                to, backup->address, KEEPER_CONFIG_DIR, identity, to, to, to);
        if (!backup->has_bls)
                (void)printf("There is no bls-nodekey in %s: kcn will derive one from the nodekey. "
                             "If another\none is registered for the validator, put its file into "
                             "%s.\n",
                             backup->data_dir, to);
        if (user != 0)
                (void)printf("%s belongs to user %u: kcn-node runs kcn as root alone, so take "
                             "User= out of its unit\nand give root the directory before the "
                             "cluster starts it.\n",
                             backup->data_dir, (unsigned int)user);
        if (ocf_error_set(&backup->unchecked))
                (void)printf("Not checked against a node that runs: %s\n",
                             backup->unchecked.sentence);
        else
                (void)printf("The node that runs there signs with this address.\n");
}

int backup_make(const char *identity, const char *data_dir, const char *dir, struct ocf_error *err)
{
        OWN_TEXT char *to =
                dir ? text_copy(dir) : text_format("%s/keys/%s", KEEPER_CONFIG_DIR, identity);
        struct backup backup = {.data_dir = data_dir, .to = to};
        int r = seat_identity_check(identity, err);

        if (r >= 0)
                r = files_back_up(data_dir, to, false, err);
        if (r >= 0)
                r = identity_observe(&backup, err);
        if (r >= 0)
                r = target_make(&backup, err);
        if (r >= 0)
                backup_show(&backup, identity);
        return r;
}
