/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_LAYOUT_H
#define VALIDATOR_KCN_NODE_LAYOUT_H

/* Where a CN's files lie, and which identity its DATA_DIR is linked to.
 *
 * DATA_DIR/klay/nodekey and bls-nodekey are links: to standby-nodekey and standby-bls-nodekey
 * beside them, this machine's own powerless identity, or to the seat's files in memory. So the
 * active key never lies in DATA_DIR, and a machine that lost power has links that lead nowhere,
 * with which kcn refuses to start (seen with v1.0.3). kcn writes a bls-nodekey that it derives
 * through the link. */

#include <stdbool.h>

#include "agents/kcn-node/kcnd_conf.h"
#include "key/secp256k1.h"
#include "ocf/error.h"
#include "tri.h"

struct layout {
        char *data_dir;
        char *lock;          /* that a running kcn holds */
        char *ipc;           /* its RPC socket */
        char *log;           /* its log as kcnd writes it */
        char *static_nodes;  /* the operator's list of peers */
        char *nodes_link;    /* what kcn takes before it, and where a standby's list is linked */
        char *standby_nodes; /* that list, in memory */
        char *chaindata;
        char *nodekey;
        char *bls_nodekey;
        char *own_nodekey;
        char *own_bls_nodekey;
        char *seat_nodekey;
        char *seat_bls_nodekey;
};

void layout_init(struct layout *ret_layout, const struct kcnd_conf *conf, const char *identity);
void layout_release(struct layout *layout);

/* A key directly under DATA_DIR overrides what we link (node/config.go ResolvePath); -EINVAL with
 * the mend. */
int layout_check(const struct layout *layout, struct ocf_error *err);

/* Is `path` a link to `target`? A missing file is no. */
enum tri layout_link_leads(const char *path, const char *target);

/* Is nodekey a link to the seat's? A missing file is no. */
enum tri layout_is_seats(const struct layout *layout);

/* Would kcn, started now, load the seat's key, through links or as a copy? A key that is not there
 * is no; one that cannot be judged is unknown, with a sentence. */
enum tri layout_loads_seats(const struct layout *layout, const char *seat_address,
                            struct ocf_error *err);

/* Sees to it that this machine has an own key that differs from the seat's: a regular nodekey
 * becomes the own one; without any, one is made. The seat's key lying in DATA_DIR is put right when
 * an own key is there (moved to klay/found-TIME/, never deleted), else refused with -EINVAL and the
 * mend. Gives the own address. kcn must not run. */
int layout_adopt_own(const struct layout *layout, const char *seat_address,
                     char ret_own[static KEY_ADDRESS_SIZE], struct ocf_error *err);

/* The same judgement without changing anything, for validate-all and probes. */
int layout_check_own(const struct layout *layout, const char *seat_address, struct ocf_error *err);

/* Point DATA_DIR at one identity. At no moment do the links give the seat's nodekey with another's
 * bls-nodekey; a key file that lies in their place is moved away as above. */
int layout_link_own(const struct layout *layout, struct ocf_error *err);
int layout_link_seat(const struct layout *layout, struct ocf_error *err);

#endif
