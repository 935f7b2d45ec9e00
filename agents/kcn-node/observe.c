/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that kcn-node looks at, none of it judged here. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "agents/kcn-node/node.h"
#include "agents/kcn-node/reference.h"
#include "agents/kcn-node/rpc.h"
#include "agents/kcn-node/ruin.h"
#include "ocf/log.h"
#include "ocf/notes.h"
#include "own.h"
#include "process/control_group.h"
#include "process/proc.h"
#include "service/unit.h"

#define IPC_MS 2000
#define REFERENCE_MS 2500
#define WAIT_MS 50

/* The control group tells, not the unit's state: an init script's unit stays "active (exited)" when
 * all its processes are gone, and is "inactive" when its stop left some running. */
static enum tri running_observe(struct kcn_node *node, struct ocf_error *err)
{
        struct lock_holder holder = {0};
        char group[UNIT_GROUP_SIZE];
        enum tri known = TRI_NO;

        if (unit_control_group(node->bus, node->params->unit, &node->ctx->deadline, group, err) < 0)
                return TRI_UNKNOWN;
        if (*group)
                known = control_group_populated(group, err);
        if (known != TRI_NO)
                return known;
        known = proc_file_locked(node->layout.lock, &holder, err);
        if (known != TRI_YES)
                return known;
        ocf_say(err,
                "%s does not run, but process %d (%s) holds '%s': a node was started by "
                "hand; end it",
                node->params->unit, (int)holder.pid, holder.comm, node->layout.lock);
        return TRI_UNKNOWN;
}

/* What the keeper says; without it what was noted when it last did. */
static void seat_observe(struct kcn_node *node, struct chain_facts *facts)
{
        struct deadline deadline = deadline_cap(&node->ctx->deadline, KEEPER_MS);
        struct seat_view view;
        struct lines notes;

        if (seat_status(node->params->identity, &deadline, &view, &node->ctx->err) < 0) {
                notes_read(node->ctx, &notes);
                (void)lines_get(&notes, "seat_address", node->seat_address,
                                sizeof node->seat_address);
                return;
        }
        /* A seat whose files are not right is no seat to sign with, nor one that is surely free. */
        facts->seat_held = *view.fault ? TRI_UNKNOWN : view.held;
        facts->seat_epoch = view.epoch;
        facts->floor_kept = view.keeps_floor;
        facts->floor = view.floor;
        facts->ended = view.ended;
        facts->ended_at = view.ended_at;
        /* One that the keeper does not watch (a promote that was killed, a restart by hand) is not
         * the signer that it knows. */
        facts->signer_epoch = view.signer_pid > 0 ? view.signer_epoch : 0;
        (void)snprintf(node->seat_address, sizeof node->seat_address, "%s", view.address);
        (void)notes_set(node->ctx, "seat_address", view.address, NULL);
}

static void head_observe(struct kcn_node *node, struct chain_facts *facts)
{
        struct deadline deadline = deadline_cap(&node->ctx->deadline, IPC_MS);
        struct kcn_head head;

        if (kcn_head_fetch(node->layout.ipc, &deadline, &head, &node->ctx->err) < 0) {
                facts->answers = TRI_NO;
                return;
        }
        facts->answers = TRI_YES;
        facts->height = head.height;
        facts->head_age_s = clock_wall_s() - head.timestamp_s;
        facts->peers = head.peers;
        if (*node->seat_address)
                facts->as_seat = tri_from_bool(strcasecmp(head.address, node->seat_address) == 0);
}

void kcn_observe_references(struct validator *validator, struct chain_facts *facts)
{
        struct kcn_node *node = validator->node;
        struct deadline deadline = deadline_cap(&node->ctx->deadline, REFERENCE_MS);
        struct kcn_head head;

        facts->references =
                kcn_reference_fetch(&node->references, &deadline, &head, &node->ctx->err);
        if (facts->references == 0)
                return;
        facts->reference_height = head.height;
        facts->reference_age_s = clock_wall_s() - head.timestamp_s;
}

static struct turns turns_load(const struct kcn_node *node, uint64_t signer_epoch)
{
        struct lines notes;

        notes_read(node->ctx, &notes);
        if (lines_get_u64(&notes, "turns_epoch", 0) != signer_epoch)
                return (struct turns){0};
        return (struct turns){.checked = lines_get_u64(&notes, "turns_checked", 0),
                              .missed = lines_get_u64(&notes, "turns_missed", 0)};
}

static void turns_store(const struct kcn_node *node, const struct turns *turns,
                        uint64_t signer_epoch)
{
        struct lines notes;

        notes_read(node->ctx, &notes);
        lines_remove(&notes, "turns_epoch");
        lines_remove(&notes, "turns_checked");
        lines_remove(&notes, "turns_missed");
        (void)lines_put(&notes, "turns_epoch", "%" PRIu64, signer_epoch);
        (void)lines_put(&notes, "turns_checked", "%" PRIu64, turns->checked);
        (void)lines_put(&notes, "turns_missed", "%" PRIu64, turns->missed);
        (void)notes_write(node->ctx, &notes, NULL);
}

/* Why turns are missed, where it can be told: the chain's BLS registry, or kcn's own log. */
static void blame_observe(struct kcn_node *node, struct chain_facts *facts)
{
        struct deadline deadline = deadline_cap(&node->ctx->deadline, IPC_MS);
        int known = kcn_bls_fetch(node->layout.ipc, node->seat_address, &deadline, NULL);

        if (known == 0)
                (void)snprintf(facts->blame, sizeof facts->blame,
                               "the chain has no good bls key for this address "
                               "(kaia_getBlsInfos)");
        else if (ruin_log_says(node->layout.log, "invalid randao"))
                (void)snprintf(facts->blame, sizeof facts->blame,
                               "the bls-nodekey is not the one that the chain knows (invalid "
                               "randao fields)");
}

/* Counts own turns in the blocks since the last look. A signer begins to count at its first own
 * block, or where it is first looked at: turns before were another machine's. */
static void turns_observe(struct kcn_node *node, struct chain_facts *facts)
{
        struct deadline deadline = deadline_cap(&node->ctx->deadline, IPC_MS);
        struct turns turns = turns_load(node, facts->signer_epoch);
        struct turn_block blocks[KCN_BLOCKS_MAX];
        uint64_t from = turns.checked ? turns.checked + 1 : facts->height;
        struct kcn_range range;
        int count;

        if (facts->height + 1 > from + KCN_BLOCKS_MAX)
                from = facts->height + 1 - KCN_BLOCKS_MAX;
        if (from > facts->height) {
                facts->turns_missed = turns.missed;
                return;
        }
        range = (struct kcn_range){node->seat_address, from, facts->height};
        count = kcn_blocks_fetch(node->layout.ipc, &range, &deadline, blocks, &node->ctx->err);
        for (int i = 0; i < count; i++)
                turns_count(&turns, &blocks[i]);
        turns_store(node, &turns, facts->signer_epoch);
        facts->turns_missed = turns.missed;
        if (turns.missed)
                blame_observe(node, facts);
}

/* A node that ended since it was last started may have said why in its log. */
static enum tri ruin_observe(struct kcn_node *node, enum tri running)
{
        enum tri known = ruin_known(node->ctx, node->layout.chaindata);
        struct lines notes;
        uint64_t mark;

        notes_read(node->ctx, &notes);
        mark = lines_get_u64(&notes, "log_mark", UINT64_MAX);
        if (running != TRI_NO || known == TRI_YES || mark == UINT64_MAX)
                return known;
        if (!ruin_log_judge(node->layout.log, (size_t)mark, &node->ctx->err))
                return known;
        /* Once it is noted the log is not judged again, or it would speak against a new copy too.
         */
        if (ruin_note(node->ctx, node->layout.chaindata, NULL) < 0)
                ocf_log_warning("cannot note that '%s' is ruined", node->layout.chaindata);
        else
                (void)notes_set(node->ctx, "log_mark", NULL, NULL);
        return TRI_YES;
}

void kcn_observe(struct validator *validator, struct chain_facts *ret_facts)
{
        struct kcn_node *node = validator->node;

        *ret_facts = (struct chain_facts){0};
        seat_observe(node, ret_facts);
        ret_facts->running = running_observe(node, &node->ctx->err);
        ret_facts->ruined = ruin_observe(node, ret_facts->running);
        if (ret_facts->running != TRI_YES)
                return;
        head_observe(node, ret_facts);
        if (ret_facts->answers != TRI_YES)
                return;
        if (ret_facts->as_seat == TRI_YES && ret_facts->seat_held == TRI_YES)
                turns_observe(node, ret_facts);
}

enum tri kcn_seat_loaded(struct kcn_node *node)
{
        struct chain_facts facts = {0};

        seat_observe(node, &facts);
        head_observe(node, &facts);
        return facts.as_seat;
}

/* The process among the group's that is kcn, where systemd names no main one: it cannot tell for a
 * forking service without a PID file that has more than one process. DATA_DIR's lock is not looked
 * at, since testing it could disturb a kcn that is just starting. */
static pid_t group_pid(const char *group)
{
        OWN_TEXT pid_t *pids = NULL;
        struct proc_facts facts;
        size_t count = 0;

        if (control_group_pids(group, &pids, &count, NULL) < 0)
                return 0;
        for (size_t i = 0; i < count; i++)
                if (proc_observe(pids[i], &facts, NULL) >= 0 && text_starts(facts.comm, "kcn") &&
                    !text_starts(facts.comm, "kcnd"))
                        return pids[i];
        return 0;
}

pid_t kcn_pid(struct kcn_node *node, char *ret_cgroup, size_t size)
{
        struct unit_facts unit;

        if (unit_observe(node->bus, node->params->unit, &node->ctx->deadline, &unit,
                         &node->ctx->err) < 0)
                return 0;
        if (ret_cgroup)
                (void)snprintf(ret_cgroup, size, "%s", unit.control_group);
        return unit.main_pid > 0 || !*unit.control_group ? unit.main_pid
                                                         : group_pid(unit.control_group);
}

void kcn_wait(struct validator *validator)
{
        struct kcn_node *node = validator->node;
        pid_t pid = kcn_pid(node, NULL, 0);
        OWN_FD int fd = -1;

        if (pid > 0)
                (void)proc_pidfd(pid, &fd, NULL);
        (void)clock_wait_fd(&node->ctx->deadline, fd, WAIT_MS);
}

void kcn_wait_for_turn(struct validator *validator, const struct deadline *deadline)
{
        struct kcn_node *node = validator->node;
        struct deadline step = deadline_cap(deadline, IPC_MS);
        struct turn_block block = {0};
        struct kcn_head head;
        struct kcn_range newest = {.address = node->seat_address};

        if (kcn_head_fetch(node->layout.ipc, &step, &head, NULL) < 0)
                return;
        newest.to = head.height;
        while (!deadline_passed(deadline)) {
                step = deadline_cap(deadline, IPC_MS);
                if (kcn_head_fetch(node->layout.ipc, &step, &head, NULL) < 0)
                        return;
                if (head.height > newest.to) {
                        newest.from = newest.to = head.height;
                        if (kcn_blocks_fetch(node->layout.ipc, &newest, &step, &block, NULL) == 1 &&
                            block.proposed_here)
                                return;
                }
                (void)clock_wait_fd(deadline, -1, WAIT_MS / 2);
        }
}
