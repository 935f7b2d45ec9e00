/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_NODE_H
#define VALIDATOR_KCN_NODE_NODE_H

/* One CN on this machine, as an action of the agent works with it. */

#include "agents/kcn-node/kcnd_conf.h"
#include "agents/kcn-node/layout.h"
#include "agents/kcn-node/params.h"
#include "chain/driver.h"
#include "seat/client.h"
#include "service/bus.h"
#include "text.h"

/* The longest that a keeper which hangs may hold up an action. */
#define KEEPER_MS 3000

struct kcn_node {
        struct ocf_ctx *ctx;
        const struct kcn_params *params;
        struct kcnd_conf conf;
        struct layout layout;
        struct text_list pn;
        struct text_list references;
        sd_bus *bus;
        char noted_data_dir[512];
        char noted_log_dir[512];
        struct ocf_error fault; /* what is wrong with kcnd.conf; empty: nothing */
        char seat_address[64];  /* empty: the keeper was never asked, and no note says it */
};

/* Reads kcnd.conf and opens what the actions need. A kcnd.conf that cannot be used, or stand beside
 * a cluster (kcnd_conf_check), is -EINVAL; with `lenient` the first is a fault, and so is another
 * DATA_DIR than the node was started with: that one counts on, since a running node does not end
 * because somebody edits a file; "" when none ever was. The errors of bus_open too. Release in
 * every case. */
int kcn_node_open(struct kcn_node *ret_node, struct ocf_ctx *ctx, bool lenient);

/* -ESTALE when kcnd.conf names another DATA_DIR than the node was started with. */
int kcn_node_check_moved(struct kcn_node *node);
void kcn_node_release(struct kcn_node *node);

/* The driver: observe.c looks, actions.c changes. */
extern const struct validator_driver kcn_driver;

void kcn_observe(struct validator *validator, struct chain_facts *ret_facts);
void kcn_observe_fitness(struct validator *validator, struct chain_facts *facts);
void kcn_observe_references(struct validator *validator, struct chain_facts *facts);
void kcn_wait_for_turn(struct validator *validator, const struct deadline *deadline);
int kcn_reach_peers(struct validator *validator);
void kcn_fetch_blocks(struct validator *validator);
void kcn_wait(struct validator *validator);
void kcn_mute(struct validator *validator);
void kcn_tell_height(struct validator *validator, const struct chain_facts *facts);
int kcn_become_signer(struct validator *validator);
int kcn_become_standby(struct validator *validator, bool start);
int kcn_stop(struct validator *validator);

/* Whether the node that answers at DATA_DIR's RPC socket, whoever started it, has the seat's key
 * loaded. */
enum tri kcn_seat_loaded(struct kcn_node *node);

/* The unit's process that is kcn: systemd's main process, or the one of its group that is called
 * so. 0: none is found. */
pid_t kcn_pid(struct kcn_node *node, char *ret_cgroup, size_t size);

#endif
