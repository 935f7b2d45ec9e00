/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper_rig.h"

#include <check.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "keeper/transport.h"
#include "key/store.h"
#include "process/cgroup.h"
#include "seat/protocol.h"

/* Not loaded here, where nothing is installed. */
int keeper_transport(const struct http_transport **ret_http, struct ocf_error *err)
{
        (void)err;
        *ret_http = &http_transport;
        return 0;
}

void key_put(const char *folder, const char *name, enum key_kind kind)
{
        OWN_TEXT char *path = text_format("%s/%s", folder, name);
        struct key_file file = {.path = path, .kind = kind};
        OWN_SECRET struct secret secret;

        secret_init(&secret);
        ck_assert_int_eq(key_generate(kind, &secret, NULL), 0);
        ck_assert_int_eq(key_file_install(&file, &secret, NULL), 0);
}

void address_read(const char *folder, char ret_address[static KEY_ADDRESS_SIZE])
{
        OWN_TEXT char *path = text_format("%s/nodekey", folder);
        struct key_file file = {.path = path};
        OWN_SECRET struct secret secret;

        secret_init(&secret);
        ck_assert_int_eq(key_file_read(&file, &secret, NULL), 0);
        ck_assert_int_eq(secp256k1_key_address(&secret, ret_address, NULL), 0);
}

static void keeper_begin(struct rig *rig)
{
        struct ocf_error err = {0};
        int r = keeper_config_read(&rig->keeper.config, "cell", rig->scratch.path, &err);

        ck_assert_msg(r == 0, "%s", err.sentence);
        ck_assert_msg(keeper_load(&rig->keeper, &err) == 0, "%s", err.sentence);
}

void keeper_again(struct rig *rig)
{
        keeper_config_release(&rig->keeper.config);
        rig->keeper = (struct keeper){0};
        keeper_begin(rig);
}

void rig_init(struct rig *rig)
{
        OWN_TEXT char *conf = NULL;
        OWN_FILE FILE *file = NULL;

        ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        ck_assert_int_eq(mount("tmpfs", "/run", "tmpfs", 0, NULL), 0);
        ck_assert_int_eq(mount("tmpfs", "/var/lib", "tmpfs", 0, NULL), 0);
        ck_assert_int_eq(mkdir(SEAT_SOCKET_DIR, 0700), 0);
        *rig = (struct rig){.scratch = scratch_make()};
        rig->source = scratch_path(&rig->scratch, "source");
        ck_assert_int_eq(mkdir(rig->source, 0700), 0);
        key_put(rig->source, "nodekey", KEY_SECP256K1);
        key_put(rig->source, "bls-nodekey", KEY_BLS12_381);
        address_read(rig->source, rig->address);
        conf = scratch_path(&rig->scratch, "cell.conf");
        file = fopen(conf, "we");
        ck_assert_int_gt(fprintf(file, "address=%s\nsource=%s\n", rig->address, rig->source), 0);
        ck_assert_int_eq(fflush(file), 0);
        keeper_begin(rig);
}

void own_rig(struct rig *rig)
{
        keeper_config_release(&rig->keeper.config);
        scratch_remove(&rig->scratch);
        free(rig->source);
}

bool asked(struct rig *rig, const char *name, const char *const fields[2][2])
{
        struct lines request;

        seat_request(&request, name);
        for (int i = 0; fields && i < 2 && fields[i][0]; i++)
                ck_assert_int_eq(lines_put(&request, fields[i][0], "%s", fields[i][1]), 0);
        keeper_answer(&rig->keeper, &request, &rig->answer);
        return lines_is(&rig->answer, "result", "ok");
}

bool acquired(struct rig *rig)
{
        const char *const fields[2][2] = {{"address", rig->address}};

        return asked(rig, "acquire", fields);
}

int entries(void)
{
        OWN_DIR DIR *list = opendir(KEYS);
        const struct dirent *entry;
        int count = 0;

        while (list && (entry = readdir(list)))
                count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
        return count;
}

const char *rig_missing(void)
{
        OWN_TEXT char *root = NULL;

        if (geteuid() != 0 || cgroup_root(&root, NULL) < 0 || access(root, W_OK) < 0)
                return "needs root and a cgroup2 hierarchy that can be written";
        return NULL;
}
