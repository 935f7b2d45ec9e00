/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that kcn-node changes: the driver's half that acts. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agents/kcn-node/node.h"
#include "agents/kcn-node/peers.h"
#include "agents/kcn-node/quit.h"
#include "agents/kcn-node/reference.h"
#include "agents/kcn-node/rpc.h"
#include "agents/kcn-node/ruin.h"
#include "agents/kcn-node/stalled.h"
#include "agents/kcn-node/standby_nodes.h"
#include "agents/kcn-node/static_nodes.h"
#include "ocf/log.h"
#include "ocf/notes.h"
#include "own.h"
#include "path.h"
#include "process/proc.h"
#include "service/place.h"
#include "service/unit.h"

/* What is kept of the deadline for SIGKILL and its proof. */
#define KILL_MS 3000

static const char start_program[] = LIBEXECDIR "/kcn-may-start";

/* The longest that a node may take to answer about its peers. */
#define REACH_MS 2000

/* How often a kcn that ends is looked at. */
#define QUIT_LOOK_MS 1000

/* How long a started service may be without a process that is kcn. */
#define PID_MS 3000

/* A committed block ends its height: no vote for an older one counts (istanbul core's
 * errOldMessage). The old holder can have voted for the one after the newest that was seen. */
#define FLOOR_MARGIN 1

/* minDesiredPeerCount and forceSyncCycle of kaia's node/cn/sync.go. */
#define SYNC_PEERS 5
#define SYNC_EVERY_MS 10000

const struct validator_driver kcn_driver = {
        .observe = kcn_observe,
        .observe_references = kcn_observe_references,
        .observe_fitness = kcn_observe_fitness,
        .become_signer = kcn_become_signer,
        .become_standby = kcn_become_standby,
        .stop = kcn_stop,
        .wait_for_turn = kcn_wait_for_turn,
        .reach_peers = kcn_reach_peers,
        .fetch_blocks = kcn_fetch_blocks,
        .mute = kcn_mute,
        .tell_height = kcn_tell_height,
        .wait = kcn_wait,
        .floor_margin = FLOOR_MARGIN,
        .pace = {SYNC_PEERS, SYNC_EVERY_MS},
};

/* Where the data of the node lies that is started now. */
static void conf_note(struct kcn_node *node)
{
        if (ocf_error_set(&node->fault))
                return;
        (void)notes_set(node->ctx, "data_dir", node->conf.data_dir, NULL);
        (void)notes_set(node->ctx, "log_dir", node->conf.log_dir, NULL);
}

/* Empty when none was noted. */
static void conf_recall(struct kcn_node *node)
{
        struct lines notes;

        notes_read(node->ctx, &notes);
        (void)lines_get(&notes, "data_dir", node->noted_data_dir, sizeof node->noted_data_dir);
        (void)lines_get(&notes, "log_dir", node->noted_log_dir, sizeof node->noted_log_dir);
}

int kcn_node_check_moved(struct kcn_node *node)
{
        if (!*node->noted_data_dir || text_equal(node->noted_data_dir, node->conf.data_dir))
                return 0;
        return ocf_fail(&node->ctx->err, -ESTALE,
                        "%s says DATA_DIR=%s now, but the node was started with %s: restart the "
                        "resource on this node, or put the old one back",
                        node->params->config, node->conf.data_dir, node->noted_data_dir);
}

/* A file that cannot be used, or that somebody changed under a node that runs, is a fault; what
 * counts is what the node was started with. */
static void conf_lenient(struct kcn_node *node, int r)
{
        if (r >= 0 && !*node->noted_data_dir) {
                conf_note(node);
                return;
        }
        if (r >= 0 && kcn_node_check_moved(node) >= 0)
                return;
        node->fault = node->ctx->err;
        ocf_error_clear(&node->ctx->err);
        node->conf.data_dir = node->noted_data_dir;
        node->conf.log_dir = node->noted_log_dir;
}

int kcn_node_open(struct kcn_node *ret_node, struct ocf_ctx *ctx, bool lenient)
{
        const struct kcn_params *params = ctx->params;
        int r;

        *ret_node = (struct kcn_node){.ctx = ctx, .params = params};
        text_list_split(&ret_node->pn, params->pn, " ,\t\n");
        text_list_split(&ret_node->references, params->reference, " ,\t\n");
        conf_recall(ret_node);
        r = kcnd_conf_read(&ret_node->conf, params->config, &ctx->err);
        if (r >= 0 && !lenient)
                r = kcnd_conf_check(&ret_node->conf, &ctx->err);
        if (r >= 0 && !lenient)
                r = kcn_reference_check(&ctx->err);
        if (r < 0 && !lenient)
                return -EINVAL;
        if (lenient)
                conf_lenient(ret_node, r);
        layout_init(&ret_node->layout, &ret_node->conf, params->identity);
        return bus_open(&ctx->deadline, &ret_node->bus, &ctx->err);
}

void kcn_node_release(struct kcn_node *node)
{
        sd_bus_close_unref(node->bus);
        layout_release(&node->layout);
        kcnd_conf_release(&node->conf);
        text_list_release(&node->pn);
        text_list_release(&node->references);
}

/* Nothing of the unit is left, and nothing else has the chain data open. */
static int prove_gone(struct kcn_node *node)
{
        struct lock_holder holder = {0};
        enum tri locked = proc_file_locked(node->layout.lock, &holder, &node->ctx->err);

        if (locked == TRI_NO)
                return 0;
        if (locked == TRI_UNKNOWN)
                return -EIO;
        return ocf_fail(&node->ctx->err, -EBUSY,
                        "process %d (%s) still holds '%s' though %s is stopped: a node was started "
                        "by hand; end it",
                        (int)holder.pid, holder.comm, node->layout.lock, node->params->unit);
}

/* Waits for an orderly end as long as chain data is open. */
static int unit_stop_gently(struct kcn_node *node, struct ocf_error *err)
{
        struct deadline bound = {.at_ms = node->ctx->deadline.at_ms - KILL_MS};
        struct deadline gently = deadline_cap(&bound, (int64_t)node->params->stop_wait_s * 1000);
        bool open = quit_chain_data_open(&node->layout) == TRI_YES;
        int r = -ETIMEDOUT;

        while (r == -ETIMEDOUT && !deadline_passed(&gently)) {
                struct deadline look = deadline_cap(&gently, QUIT_LOOK_MS);

                ocf_error_clear(err);
                r = unit_stop(node->bus, node->params->unit, &look, err);
                if (r == -ETIMEDOUT && open && quit_chain_data_open(&node->layout) == TRI_NO)
                        return ocf_fail(err, r, "its chain data is closed, and it hangs");
        }
        return r;
}

static int unit_end(struct kcn_node *node)
{
        struct ocf_error why = {0};
        int r = unit_stop_gently(node, &why);

        if (r < 0)
                ocf_log_warning("%s does not stop (%s): killing it", node->params->unit,
                                why.sentence);
        /* After a stop that systemd calls done too: an init script's exit code proves nothing. */
        r = unit_kill(node->bus, node->params->unit, &node->ctx->deadline, &node->ctx->err);
        return r < 0 ? r : prove_gone(node);
}

/* Ends whatever runs, as planned; then nothing here has the seat's identity loaded. A keeper that
 * hangs must not take the time that the end needs. */
static int signer_end(struct kcn_node *node)
{
        struct deadline brief = deadline_cap(&node->ctx->deadline, KEEPER_MS);

        (void)seat_tell(node->params->identity, "ease", &brief, NULL);
        return unit_end(node);
}

/* Only when DATA_DIR leads to the own key again: were the keeper told before, a node that somebody
 * starts in between would sign, and the keeper's lose would not know of it. A keeper that is silent
 * keeps its signer armed; its next lose finds nothing to kill. */
static void signer_disarm(struct kcn_node *node)
{
        struct deadline brief = deadline_cap(&node->ctx->deadline, KEEPER_MS);
        struct ocf_error ignored = {0};

        if (seat_tell(node->params->identity, "disarm", &brief, &ignored) < 0)
                ocf_log_warning("%s", ignored.sentence);
}

static int static_nodes_place(struct kcn_node *node)
{
        return static_nodes_ensure(node->layout.static_nodes, &node->pn, &node->ctx->err);
}

/* For the keeper, which places the unit again after a boot. */
static void place_note(const struct kcn_node *node, const struct place *place)
{
        OWN_TEXT char *dir = text_format("%s/%s", SEAT_STATE_DIR, node->params->identity);
        OWN_TEXT char *path = text_format("%s/%s", dir, SEAT_PLACE_NOTE);
        struct ocf_error err = {0};

        if (path_make_dir(dir, &err) < 0 || place_keep(path, place, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

/* Whatever starts the unit, the key is judged before, and under a lease the node is born behind the
 * gate. */
static int node_place(struct kcn_node *node)
{
        struct deadline brief = deadline_cap(&node->ctx->deadline, KEEPER_MS);
        const struct kcn_params *params = node->params;
        OWN_TEXT char *check = NULL;
        struct place place = {.unit = params->unit};
        struct seat_view view;

        if (seat_status(params->identity, &brief, &view, NULL) < 0)
                return 0; /* the keeper refuses a signer that is not behind the gate */
        check = place_command((const char *const[]){start_program, params->identity, view.address,
                                                    params->config, NULL});
        place.slice = view.slice;
        place.check = check;
        place_note(node, &place);
        return place_unit(node->bus, &place, &node->ctx->deadline, &node->ctx->err);
}

static int node_start(struct kcn_node *node)
{
        size_t mark = ruin_log_mark(node->layout.log);
        char text[24];
        int r = node_place(node);

        if (r < 0)
                return r;
        (void)snprintf(text, sizeof text, "%zu", mark);
        (void)notes_set(node->ctx, "log_mark", text, NULL);
        conf_note(node);
        (void)unit_reset_failed(node->bus, node->params->unit, &node->ctx->deadline, NULL);
        return unit_start(node->bus, node->params->unit, &node->ctx->deadline, &node->ctx->err);
}

int kcn_become_standby(struct validator *validator, bool start)
{
        struct kcn_node *node = validator->node;
        char own[KEY_ADDRESS_SIZE];
        int r = signer_end(node);

        if (r >= 0 && !*node->conf.data_dir)
                r = ocf_fail(&node->ctx->err, -EINVAL, "%s", node->fault.sentence);
        if (r >= 0 && !*node->seat_address)
                r = ocf_fail(&node->ctx->err, -EHOSTDOWN,
                             "the keeper of '%s' never said which address the seat has, so that "
                             "the own key cannot be told from it",
                             node->params->identity);
        if (r >= 0)
                r = layout_adopt_own(&node->layout, node->seat_address, own, &node->ctx->err);
        if (r >= 0)
                r = layout_link_own(&node->layout, &node->ctx->err);
        if (r < 0)
                return r;
        signer_disarm(node);
        if (!start)
                return 0;
        r = static_nodes_place(node);
        if (r >= 0)
                r = standby_nodes_place(&node->layout, &node->pn, &node->ctx->err);
        return r < 0 ? r : node_start(node);
}

static int signer_arm(struct kcn_node *node)
{
        struct lines request, answer;

        seat_request(&request, "arm");
        (void)lines_put(&request, "unit", "%s", node->params->unit);
        (void)lines_put(&request, "resource", "%s", node->ctx->env.instance);
        (void)lines_put(&request, "node", "%s", node->ctx->env.node);
        return seat_ask(node->params->identity, &request, &answer, &node->ctx->deadline,
                        &node->ctx->err);
}

static int signer_watch(struct kcn_node *node)
{
        struct lines request, answer;
        struct deadline deadline = deadline_cap(&node->ctx->deadline, PID_MS);
        char cgroup[1024];
        pid_t pid;

        /* The script returns as soon as it has forked. */
        while ((pid = kcn_pid(node, cgroup, sizeof cgroup)) <= 0 && !deadline_passed(&deadline))
                (void)clock_wait_fd(&deadline, -1, 20);
        if (pid <= 0)
                return ocf_fail(&node->ctx->err, -ESRCH, "%s was started, but no process is there",
                                node->params->unit);
        seat_request(&request, "watch");
        (void)lines_put(&request, "pid", "%d", (int)pid);
        (void)lines_put(&request, "cgroup", "%s", cgroup);
        return seat_ask(node->params->identity, &request, &answer, &node->ctx->deadline,
                        &node->ctx->err);
}

/* kcn does not dial a peer while an earlier dial of it stalls; when that has ended, the next time
 * does. */
static void stalled_clear(struct kcn_node *node, const struct text_list *urls)
{
        struct ocf_error err = {0};
        char cgroup[1024];
        int ended = 0;

        if (kcn_pid(node, cgroup, sizeof cgroup) > 0)
                ended = stalled_end(cgroup, urls, &err);
        if (ended > 0)
                ocf_log_info("ended %d connections that stalled in kcn's handshake", ended);
        notes_log_change(node->ctx, "stalled", ended < 0 ? err.sentence : NULL);
}

int kcn_reach_peers(struct validator *validator)
{
        struct kcn_node *node = validator->node;
        struct deadline brief = deadline_cap(&node->ctx->deadline, REACH_MS);
        const char *list = standby_nodes_in_use(&node->layout) ? node->layout.standby_nodes
                                                               : node->layout.static_nodes;
        OWN(text_list_release) struct text_list urls = {0};
        int missing = peers_redial(node->layout.ipc, list, &brief, &urls, &node->ctx->err);

        if (urls.count > 0)
                stalled_clear(node, &urls);
        return missing;
}

/* By a proxy node: a validator's connection has the votes. */
void kcn_fetch_blocks(struct validator *validator)
{
        struct kcn_node *node = validator->node;
        struct deadline brief = deadline_cap(&node->ctx->deadline, REACH_MS);
        struct ocf_error err = {0};

        if (node->pn.count == 0)
                return;
        ocf_log_info("it lacks a block that was made while it dialled its peers: has it look");
        if (peers_renew(node->layout.ipc, node->pn.items[0], &brief, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

int kcn_become_signer(struct validator *validator)
{
        struct kcn_node *node = validator->node;
        char own[KEY_ADDRESS_SIZE];
        int r = signer_end(node);

        /* A node that ran before the agent was there still has its own key where the link goes. */
        if (r >= 0)
                r = layout_adopt_own(&node->layout, node->seat_address, own, &node->ctx->err);
        if (r >= 0)
                r = signer_arm(node);
        /* What an earlier signer missed under this epoch is not this one's. */
        if (r >= 0)
                (void)notes_set(node->ctx, "turns_epoch", NULL, NULL);
        if (r >= 0)
                r = static_nodes_place(node);
        if (r >= 0)
                r = standby_nodes_remove(&node->layout, &node->ctx->err);
        if (r >= 0)
                r = layout_link_seat(&node->layout, &node->ctx->err);
        if (r >= 0)
                r = node_start(node);
        return r < 0 ? r : signer_watch(node);
}

static int number_tell(const struct kcn_node *node, const char *name, const char *field,
                       uint64_t value, struct ocf_error *err)
{
        struct deadline brief = deadline_cap(&node->ctx->deadline, KEEPER_MS);
        struct lines request, answer;

        seat_request(&request, name);
        (void)lines_put(&request, field, "%" PRIu64, value);
        return seat_ask(node->params->identity, &request, &answer, &brief, err);
}

void kcn_tell_height(struct validator *validator, const struct chain_facts *facts)
{
        struct ocf_error err = {0};

        if (number_tell(validator->node, "height", "height", facts->height, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

/* The order is what makes it true: a head that is asked before the signer is mute may be followed
 * by a vote for more than the next height. */
void kcn_mute(struct validator *validator)
{
        const struct kcn_node *node = validator->node;
        struct deadline brief = deadline_cap(&node->ctx->deadline, KEEPER_MS);
        struct ocf_error err = {0};
        struct kcn_head head = {0};
        /* Should this demote not come to its end, the signer is not mute for ever. */
        int r = number_tell(node, "mute", "at_most_ms",
                            (uint64_t)deadline_left_ms(&node->ctx->deadline), &err);

        if (r >= 0)
                r = kcn_head_fetch(node->layout.ipc, &brief, &head, &err);
        if (r >= 0)
                r = number_tell(node, "end", "height", head.height, &err);
        if (r < 0)
                ocf_log_info("the next machine waits for the references' heights too: %s",
                             err.sentence);
        else
                ocf_log_info("the signer is mute and ends at block %" PRIu64, head.height);
}

/* A node that somebody started by hand with another key than the seat's signs nothing: no reason to
 * fence the machine. One of which that is not known may be a second signer. */
static bool stranger_is_harmless(struct kcn_node *node)
{
        if (kcn_seat_loaded(node) != TRI_NO)
                return false;
        ocf_log_warning("%s", node->ctx->err.sentence);
        ocf_error_clear(&node->ctx->err);
        return true;
}

int kcn_stop(struct validator *validator)
{
        struct kcn_node *node = validator->node;
        struct ocf_error why = {0};
        int r = signer_end(node);

        if (r < 0 && !(r == -EBUSY && stranger_is_harmless(node)))
                return r;
        if (standby_nodes_remove(&node->layout, &why) < 0)
                ocf_log_warning("%s", why.sentence);
        /* The own links let a person start the node. That they cannot be made, on a full disk, is
         * no reason to fence a machine on which nothing runs: the keeper stays armed then, and the
         * links lead nowhere once it has lost the seat. */
        if (layout_is_seats(&node->layout) != TRI_NO && layout_link_own(&node->layout, &why) < 0)
                ocf_log_warning("%s", why.sentence);
        else
                signer_disarm(node);
        return 0;
}
