/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "key/store.h"
#include "ocf/log.h"
#include "ocf/notes.h"
#include "own.h"
#include "path.h"
#include "seat/protocol.h"
#include "text.h"

/* kcn takes a file directly under DATA_DIR before the one in klay (node/config.go ResolvePath). */
static char *resolve(const char *data_dir, const char *name)
{
        char *legacy = text_format("%s/%s", data_dir, name);

        if (access(legacy, F_OK) == 0)
                return legacy;
        free(legacy);
        return text_format("%s/klay/%s", data_dir, name);
}

void layout_init(struct layout *ret_layout, const struct kcnd_conf *conf, const char *identity)
{
        const char *dir = conf->data_dir;

        *ret_layout = (struct layout){
                .data_dir = text_copy(dir),
                .lock = text_format("%s/klay/LOCK", dir),
                .ipc = text_format("%s/klay.ipc", dir),
                .log = *conf->log_dir ? text_format("%s/kcnd.out", conf->log_dir)
                                      : text_format("%s/logs/kcnd.out", dir),
                .nodes_link = text_format("%s/static-nodes.json", dir),
                .standby_nodes = text_format("%s/%s.static-nodes.json", NOTES_DIR, identity),
                .chaindata = resolve(dir, "chaindata"),
                .nodekey = text_format("%s/klay/nodekey", dir),
                .bls_nodekey = text_format("%s/klay/bls-nodekey", dir),
                .own_nodekey = text_format("%s/klay/standby-nodekey", dir),
                .own_bls_nodekey = text_format("%s/klay/standby-bls-nodekey", dir),
                .seat_nodekey = text_format("%s/%s/nodekey", SEAT_KEY_DIR, identity),
                .seat_bls_nodekey = text_format("%s/%s/bls-nodekey", SEAT_KEY_DIR, identity),
        };
        if (layout_link_leads(ret_layout->nodes_link, ret_layout->standby_nodes) == TRI_YES)
                ret_layout->static_nodes = text_format("%s/klay/static-nodes.json", dir);
        else
                ret_layout->static_nodes = resolve(dir, "static-nodes.json");
}

void layout_release(struct layout *layout)
{
        char **texts[] = {&layout->data_dir,     &layout->lock,
                          &layout->ipc,          &layout->log,
                          &layout->static_nodes, &layout->chaindata,
                          &layout->nodes_link,   &layout->standby_nodes,
                          &layout->nodekey,      &layout->bls_nodekey,
                          &layout->own_nodekey,  &layout->own_bls_nodekey,
                          &layout->seat_nodekey, &layout->seat_bls_nodekey};

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                free(*texts[i]);
                *texts[i] = NULL;
        }
}

int layout_check(const struct layout *layout, struct ocf_error *err)
{
        static const char *const names[] = {"nodekey", "bls-nodekey"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                OWN_TEXT char *path = text_format("%s/%s", layout->data_dir, names[i]);

                if (access(path, F_OK) == 0)
                        return ocf_fail(err, -EINVAL,
                                        "'%s' overrides '%s/klay/%s' in kcn, so that the seat's "
                                        "key would not be used; move it away",
                                        path, layout->data_dir, names[i]);
        }
        return 0;
}

enum tri layout_link_leads(const char *path, const char *target)
{
        char leads[256];
        ssize_t length = readlink(path, leads, sizeof leads - 1);

        if (length < 0)
                return errno == EINVAL || errno == ENOENT ? TRI_NO : TRI_UNKNOWN;
        leads[length] = '\0';
        return tri_from_bool(strcmp(leads, target) == 0);
}

enum tri layout_is_seats(const struct layout *layout)
{
        return layout_link_leads(layout->nodekey, layout->seat_nodekey);
}

static bool is_regular(const char *path)
{
        struct stat st;

        return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int address_of(const struct key_file *file, char ret_address[static KEY_ADDRESS_SIZE],
                      struct ocf_error *err)
{
        OWN_SECRET struct secret key;
        int r;

        secret_init(&key);
        r = key_file_read(file, &key, err);
        return r < 0 ? r : secp256k1_key_address(&key, ret_address, err);
}

/* 1 when the file gives the seat's address, 0 when another. */
static int is_seats_key(const char *path, const char *seat_address, struct ocf_error *err)
{
        const struct key_file file = {.path = path, .kind = KEY_SECP256K1};
        char address[KEY_ADDRESS_SIZE];
        int r = address_of(&file, address, err);

        return r < 0 ? r : strcasecmp(address, seat_address) == 0;
}

static bool leads_below(const char *path, const char *dir)
{
        char leads[256];
        ssize_t length = readlink(path, leads, sizeof leads - 1);

        if (length < 0)
                return false;
        leads[length] = '\0';
        return text_starts(leads, dir) && leads[strlen(dir)] == '/';
}

enum tri layout_loads_seats(const struct layout *layout, const char *seat_address,
                            struct ocf_error *err)
{
        OWN_TEXT char *path = resolve(layout->data_dir, "nodekey");
        const struct key_file file = {.path = path, .kind = KEY_SECP256K1, .follow = true};
        char address[KEY_ADDRESS_SIZE];
        struct ocf_error why = {0};
        int r;

        if (leads_below(path, SEAT_KEY_DIR))
                return TRI_YES;
        r = address_of(&file, address, &why);
        if (r == -ENOENT)
                return TRI_NO;
        if (r < 0)
                ocf_say(err, "%s", why.sentence);
        return r < 0 ? TRI_UNKNOWN : tri_from_bool(strcasecmp(address, seat_address) == 0);
}

static int refuse_seats_key(const char *path, struct ocf_error *err)
{
        return ocf_fail(err, -EINVAL,
                        "'%s' is the seat's own key, but a standby needs another; after "
                        "'validator-keeper --backup' has its copy, remove it and the bls-nodekey "
                        "beside it: a new one is made",
                        path);
}

int layout_check_own(const struct layout *layout, const char *seat_address, struct ocf_error *err)
{
        const char *const paths[] = {layout->own_nodekey, layout->nodekey};

        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                int r;

                if (!is_regular(paths[i]))
                        continue;
                r = is_seats_key(paths[i], seat_address, err);
                if (r > 0)
                        return refuse_seats_key(paths[i], err);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int move_file(const char *from, const char *to, struct ocf_error *err)
{
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0)
                return ocf_fail(err, -errno, "cannot move '%s' to '%s': %s", from, to,
                                strerror(errno));
        return 0;
}

/* Puts both files of a pair away, whatever is there of them; nothing is deleted. */
static int keep_found(const struct layout *layout, const char *nodekey, const char *bls_nodekey,
                      struct ocf_error *err)
{
        OWN_TEXT char *dir =
                text_format("%s/klay/found-%" PRId64, layout->data_dir, clock_wall_s());
        OWN_TEXT char *nodekey_to = text_format("%s/nodekey", dir);
        OWN_TEXT char *bls_to = text_format("%s/bls-nodekey", dir);
        int r = path_make_dir(dir, err);

        if (r >= 0 && is_regular(bls_nodekey))
                r = move_file(bls_nodekey, bls_to, err);
        if (r >= 0 && is_regular(nodekey))
                r = move_file(nodekey, nodekey_to, err);
        if (r >= 0)
                ocf_log_warning("a key that lay in '%s' was put into '%s': see whose it is, and "
                                "remove it if it is the seat's, before DATA_DIR is copied anywhere",
                                nodekey, dir);
        return r;
}

/* A regular nodekey is what an operator put there: this machine's own key, or the seat's by
 * mistake. */
static int adopt_regular(const struct layout *layout, const char *seat_address,
                         struct ocf_error *err)
{
        int r = is_seats_key(layout->nodekey, seat_address, err);

        if (r < 0)
                return r;
        if (r > 0 && !is_regular(layout->own_nodekey))
                return refuse_seats_key(layout->nodekey, err);
        if (r > 0)
                return keep_found(layout, layout->nodekey, layout->bls_nodekey, err);

        if (is_regular(layout->own_nodekey) ||
            (is_regular(layout->own_bls_nodekey) && is_regular(layout->bls_nodekey))) {
                r = keep_found(layout, layout->own_nodekey, layout->own_bls_nodekey, err);
                if (r < 0)
                        return r;
        }
        if (is_regular(layout->bls_nodekey)) {
                r = move_file(layout->bls_nodekey, layout->own_bls_nodekey, err);
                if (r < 0)
                        return r;
        }
        return move_file(layout->nodekey, layout->own_nodekey, err);
}

static int own_make(const struct layout *layout, struct ocf_error *err)
{
        struct key_file file = {.path = layout->own_nodekey, .kind = KEY_SECP256K1};
        OWN_SECRET struct secret key;
        int r;

        secret_init(&key);
        r = key_generate(KEY_SECP256K1, &key, err);
        return r < 0 ? r : key_file_install(&file, &key, err);
}

int layout_adopt_own(const struct layout *layout, const char *seat_address,
                     char ret_own[static KEY_ADDRESS_SIZE], struct ocf_error *err)
{
        const struct key_file own = {.path = layout->own_nodekey, .kind = KEY_SECP256K1};
        int r = 0;

        if (is_regular(layout->nodekey))
                r = adopt_regular(layout, seat_address, err);
        if (r >= 0 && access(layout->own_nodekey, F_OK) < 0 && errno == ENOENT)
                r = own_make(layout, err);
        if (r >= 0)
                r = address_of(&own, ret_own, err);
        if (r >= 0 && strcasecmp(ret_own, seat_address) == 0)
                return refuse_seats_key(layout->own_nodekey, err);
        return r;
}

/* A regular file that lies where a link is to be is somebody's key, put there since adopting. */
static int links_make_room(const struct layout *layout, struct ocf_error *err)
{
        if (!is_regular(layout->nodekey) && !is_regular(layout->bls_nodekey))
                return 0;
        return keep_found(layout, layout->nodekey, layout->bls_nodekey, err);
}

/* The node key's link goes first and the bls key's last on the way back, and the other way round on
 * the way to the seat: a node that came up between the two would have the seat's bls key with its
 * own node key, which is powerless, and never the seat's node key with another's bls key. */
int layout_link_own(const struct layout *layout, struct ocf_error *err)
{
        int r = links_make_room(layout, err);

        if (r >= 0)
                r = key_file_link(layout->nodekey, "standby-nodekey", err);
        return r < 0 ? r : key_file_link(layout->bls_nodekey, "standby-bls-nodekey", err);
}

int layout_link_seat(const struct layout *layout, struct ocf_error *err)
{
        int r = links_make_room(layout, err);

        if (r >= 0)
                r = key_file_link(layout->bls_nodekey, layout->seat_bls_nodekey, err);
        return r < 0 ? r : key_file_link(layout->nodekey, layout->seat_nodekey, err);
}
