/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { BLOCK_MS = 300 };

static uint64_t chance(struct world *world)
{
        /* splitmix64 */
        uint64_t z = (world->chance += 0x9e3779b97f4a7c15U);

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
}

static int64_t below(struct world *world, int64_t bound)
{
        return (int64_t)(chance(world) % (uint64_t)bound);
}

static bool one_in(struct world *world, int64_t n)
{
        return !world->calm && below(world, n) == 0;
}

static int64_t local_now(const struct world *world, const struct world_node *node)
{
        return node->offset_ms + world->now_ms * node->rate / 1000;
}

bool world_usable(const struct world *world, int node)
{
        const struct world_node *at = &world->nodes[node];

        return at->signer && local_now(world, at) <= at->gate_until_ms;
}

/* Stronger than "never two": who can sign is who has the seat. */
static void check_promise(struct world *world)
{
        for (int i = 0; i < WORLD_NODES; i++) {
                const struct world_node *node = &world->nodes[i];

                if (!world_usable(world, i) || world->broken[0])
                        continue;
                if (world->exists && !world->record.released &&
                    text_equal(world->record.owner, node->lease.owner) &&
                    world->record.epoch == node->signer_epoch)
                        continue;
                (void)snprintf(world->broken, sizeof world->broken,
                               "at %" PRId64 " ms node %d signs under epoch %" PRIu64
                               " while '%s' %s epoch %" PRIu64,
                               world->now_ms, i, node->signer_epoch, world->record.owner,
                               world->record.released ? "released" : "holds", world->record.epoch);
        }
}

static uint64_t chain_height(const struct world *world)
{
        return 1 + (uint64_t)(world->now_ms / BLOCK_MS);
}

/* No height, and none below one, is voted for by another tenure's signer. */
static void node_vote(struct world *world, const struct world_node *node)
{
        const uint64_t height = node->head + 1;

        if (node->signer_epoch != world->voted_epoch && height <= world->voted && !world->broken[0])
                (void)snprintf(world->broken, sizeof world->broken,
                               "at %" PRId64 " ms height %" PRIu64
                               " is voted for under epoch %" PRIu64 ", and %" PRIu64
                               " was under %" PRIu64,
                               world->now_ms, height, node->signer_epoch, world->voted,
                               world->voted_epoch);
        if (height <= world->voted)
                return;
        world->voted = height;
        world->voted_epoch = node->signer_epoch;
}

static void node_follow(struct world *world, struct world_node *node)
{
        if (node->head < chain_height(world) && node->behind_ms <= world->now_ms &&
            below(world, 8) == 0)
                node->head++;
        if (world_usable(world, (int)(node - world->nodes)))
                node_vote(world, node);
}

static void floor_fix(struct world *world, struct world_node *node)
{
        const struct lease *lease = &node->lease;
        const uint64_t seen = chain_height(world);

        if (node->floor_epoch == lease->epoch)
                return;
        node->floor_epoch = lease->epoch;
        node->floor = lease->before.known          ? lease->before.height
                      : lease->record.floor > seen ? lease->record.floor
                                                   : seen;
        world->ends += lease->before.known;
}

/* What a demote does: the gate is shut for good, then the head is asked, then the signer ended. */
static void node_demote(struct world *world, struct world_node *node)
{
        if (!node->signer || !node->up || node->frozen_ms > world->now_ms)
                return;
        node->muted = true;
        node->gate_until_ms = 0;
        node->end = (struct lease_end){.known = true, .height = node->head};
        node->end_epoch = node->signer_epoch;
        node->mute_until_ms = local_now(world, node) + below(world, 500);
        node->dying = below(world, 2) > 0;
        node->death_ms = world->now_ms + below(world, 300);
}

/* Of a demote that ended in its midst: the signer signs on, and where it ended is not known. */
static void node_unmute(struct world *world, struct world_node *node)
{
        if (!node->muted || !node->wanted || !node->signer || node->dying ||
            local_now(world, node) < node->mute_until_ms)
                return;
        node->muted = false;
#ifndef MUTATION_M18
        node->end.known = false;
#endif
}

static void keeper_begin(struct world *world, struct world_node *node)
{
        char name[16], boot[16];
        static const char *const profiles[] = {"lan", "lan", "cloud", "wan"};
        const int64_t now_ms = local_now(world, node);
        struct lease_timers timers;

        (void)snprintf(name, sizeof name, "node%d", (int)(node - world->nodes));
        (void)snprintf(boot, sizeof boot, "boot");
        if (lease_timers_profile(profiles[below(world, 4)], &timers, NULL) < 0 ||
            lease_init(&node->lease, &timers, name, boot, NULL) < 0)
                abort();
        world->cuts += node->gate_until_ms > now_ms + timers.gate_ms;
        node->gate_until_ms = lease_gate_cut(&node->lease, node->gate_until_ms, now_ms);
        /* As the kernel has the gate: shut, open for ever (a mutation's) or until then. */
        lease_resume(&node->lease, node->stored, node->stored_epoch,
                     node->gate_until_ms < INT64_MAX / 2 ? node->gate_until_ms : 0);
        node->muted = false;
        node->end.known = false;
        node->up = true;
        node->awaited = -1;
        node->pending = false;
}

void world_begin(struct world *world, uint64_t seed, int64_t slowest, int64_t fastest)
{
        *world = (struct world){.chance = seed};
        for (int i = 0; i < WORLD_NODES; i++) {
                struct world_node *node = &world->nodes[i];

                node->offset_ms = below(world, 1000000);
                node->rate = slowest + below(world, fastest - slowest + 1);
                node->asked = below(world, 2) == 0;
                keeper_begin(world, node);
        }
}

static void keeper_die(struct world_node *node)
{
        node->up = false;
        node->awaited = -1;
        node->pending = false;
}

static void machine_die(struct world_node *node)
{
        keeper_die(node);
        node->signer = false;
        node->starting = false;
        node->dying = false;
        node->gate_until_ms = 0;
        node->stored_epoch = 0;
        memset(node->stored, 0, sizeof node->stored);
}

/* How long a message takes: mostly a millisecond, sometimes very long. */
static int64_t world_delay(struct world *world)
{
        if (world->calm || below(world, 20) != 0)
                return below(world, 4);
        return below(world, below(world, 4) == 0 ? 8000 : 900);
}

static void world_fault(struct world *world)
{
        struct world_node *node = &world->nodes[below(world, WORLD_NODES)];

        switch (below(world, 9)) {
        case 8:
                node->behind_ms = world->now_ms + below(world, 8000);
                break;
        case 7: /* as an operator restarts it with other times, and then it stands still */
                keeper_die(node);
                node->back_ms = world->now_ms + below(world, 400);
                node->hang_ms = below(world, 4) ? node->back_ms + 10 + below(world, 50) : 0;
                break;
        case 0:
                node->frozen_ms = world->now_ms + below(world, 7000);
                break;
        case 1:
                keeper_die(node);
                node->back_ms = world->now_ms + below(world, 2500);
                break;
        case 2:
                machine_die(node);
                node->back_ms = world->now_ms + below(world, 9000);
                break;
        case 3:
                node->cut = !node->cut;
                break;
        case 4:
                world->stall_ms = world->now_ms + below(world, 2500);
                break;
        default:
                if (node->asked && below(world, 2) > 0)
                        node_demote(world, node);
                if (node->muted && !node->dying)
                        break; /* nobody goes on with it */
                node->asked = !node->asked;
                node->wanted = node->asked;
                break;
        }
}

void world_calm(struct world *world, int wanted)
{
        world->calm = true;
        world->stall_ms = 0;
        for (int i = 0; i < WORLD_NODES; i++) {
                world->nodes[i].cut = false;
                world->nodes[i].frozen_ms = 0;
                world->nodes[i].back_ms = world->now_ms;
                world->nodes[i].asked = i == wanted;
                world->nodes[i].wanted = i == wanted;
        }
}

static void request_execute(struct world *world, struct world_request *request)
{
        struct lease_answer *answer = &request->answer;
        const bool matches = request->compare == (world->exists ? world->revision : 0);

        request->executed = true;
        answer->result = request->read ? LEASE_SHOWN : LEASE_REFUSED;
        if (!request->read && matches) {
                world->revision += 1 + (uint64_t)below(world, 3);
                if (world->record.epoch != request->put.epoch)
                        world->takes++;
                else if (request->put.released)
                        world->releases++;
                else
                        world->renewals++;
                world->exists = true;
                world->record = request->put;
                answer->result = LEASE_GRANTED;
        }
        answer->exists = world->exists;
        answer->revision = world->exists ? world->revision : 0;
        answer->record = world->record;
}

static void request_send(struct world *world, struct world_node *node)
{
        struct world_request *request = NULL;

        for (int i = 0; i < WORLD_REQUESTS && !request; i++)
                if (!world->requests[i].used) {
                        request = &world->requests[i];
                        node->awaited = i;
                }
        if (!request)
                abort();
        *request = (struct world_request){
                .used = true,
                .node = (int)(node - world->nodes),
                .read = node->verdict.request == LEASE_READ,
                .compare = node->verdict.compare,
                .put = node->verdict.put,
                .execute = !node->cut && !one_in(world, 40),
                .answered = !one_in(world, 40),
                .execute_ms = world->now_ms + world_delay(world),
                .give_up_ms = local_now(world, node) + node->lease.timers.request_ms,
        };
        request->answer_ms = request->execute_ms + world_delay(world);
}

static void requests_run(struct world *world)
{
        for (int i = 0; i < WORLD_REQUESTS; i++) {
                struct world_request *request = &world->requests[i];

                if (!request->used)
                        continue;
                if (request->execute && !request->executed &&
                    request->execute_ms <= world->now_ms && world->stall_ms <= world->now_ms) {
                        request_execute(world, request);
                        check_promise(world);
                }
                if (world->nodes[request->node].awaited != i &&
                    (request->executed || !request->execute))
                        request->used = false;
        }
}

/* An answer that has arrived is read before the clock is looked at. */
static void node_answer(struct world *world, struct world_node *node)
{
        struct world_request *request;
        const struct lease_answer unknown = {.result = LEASE_UNKNOWN};
        const int64_t now = local_now(world, node);

        if (node->awaited < 0)
                return;
        request = &world->requests[node->awaited];
        if (request->executed && request->answered && request->answer_ms <= world->now_ms)
                lease_answered(&node->lease, &request->answer, now);
        else if (now >= request->give_up_ms)
                lease_answered(&node->lease, &unknown, now);
        else
                return;
        node->awaited = -1;
}

/* Carries out what is left of a verdict; may be frozen before any part. */
static void node_act(struct world *world, struct world_node *node)
{
        struct lease_verdict *verdict = &node->verdict;

        if (verdict->store) {
                verdict->store = false;
                memcpy(node->stored, node->lease.incarnation, sizeof node->stored);
                node->stored_epoch = node->lease.epoch;
                /* The signer is looked for once more when no start can get through any longer. */
                if (node->signer) {
                        const struct lease_answer unknown = {.result = LEASE_UNKNOWN};

                        verdict->request = LEASE_NOTHING;
                        lease_answered(&node->lease, &unknown, local_now(world, node));
                }
        }
        if (verdict->lost) {
                world->losses++;
                node->end.known = false;
        }
        if (verdict->shut)
                node->gate_until_ms = 0;
        if (verdict->kill)
                node->wanted = false;
        if (verdict->kill && !node->dying) {
                node->dying = true;
                node->death_ms = world->now_ms + below(world, 300);
        }
        if (verdict->open && !(node->muted && node->signer))
                node->gate_until_ms = verdict->open_until_ms;
        if (verdict->may_sign)
                floor_fix(world, node);
        if (verdict->may_sign && !node->signer && !node->starting && node->wanted &&
            node->head > node->floor) {
                node->starting = true;
                node->muted = false;
                node->end.known = false;
                lease_signer_begins(&node->lease);
                node->start_ms = world->now_ms + below(world, 200);
                node->start_epoch = node->lease.epoch;
        }
        if (verdict->request != LEASE_NOTHING)
                request_send(world, node);
        node->pending = false;
}

/* A keeper forgets a wish at any time when no key is here, until its agent asks again. */
static void node_wish(struct world *world, struct world_node *node)
{
        if (!node->signer && below(world, 100) == 0)
                node->wanted = false;
        else if (node->asked && below(world, 5) == 0)
                node->wanted = true;
}

static void node_judge(struct world *world, struct world_node *node)
{
        struct lease_facts facts = {
                .now_ms = local_now(world, node),
                .wanted = node->wanted,
                .signer = node->signer ? LEASE_SIGNER_RUNS : LEASE_SIGNER_NONE,
                .signer_epoch = node->signer_epoch,
                .gate_stands = true,
                .floor_kept = true,
                .height = node->head,
        };

        for (size_t i = 0; i < sizeof facts.fresh; i++)
                facts.fresh[i] = (uint8_t)chance(world);
        if (node->end_epoch == node->lease.epoch)
                facts.end = node->end;
        lease_step(&node->lease, &facts, &node->verdict);
        node->pending = true;
}

static void node_run(struct world *world, struct world_node *node)
{
        /* The agent's start is let through only for the epoch that stands in the tmpfs. */
        if (node->starting && node->start_ms <= world->now_ms) {
                node->starting = false;
                if (!node->signer && node->start_epoch == node->stored_epoch) {
                        node->signer = true;
                        node->signer_epoch = node->start_epoch;
                        node->dying = false;
                }
        }
        if (node->dying && node->death_ms <= world->now_ms) {
                node->dying = false;
                node->signer = false;
        }
        if (!node->up && node->back_ms <= world->now_ms) {
                world->adoptions += node->signer;
                keeper_begin(world, node);
        }
        if (node->up && node->hang_ms && node->hang_ms <= world->now_ms) {
                node->hang_ms = 0;
                node->frozen_ms = world->now_ms + 2000 + below(world, 5000);
        }
        if (!node->up || node->frozen_ms > world->now_ms)
                return;
        if (node->pending)
                node_act(world, node);
        node_answer(world, node);
        node_wish(world, node);
        node_unmute(world, node);
        node_judge(world, node);
        if (one_in(world, 400)) {
                node->frozen_ms = world->now_ms + below(world, 7000);
                return;
        }
        node_act(world, node);
}

void world_step(struct world *world)
{
        world->now_ms += 1 + below(world, 20);
        if (one_in(world, 150))
                world_fault(world);
        requests_run(world);
        for (int i = 0; i < WORLD_NODES; i++)
                node_run(world, &world->nodes[i]);
        for (int i = 0; i < WORLD_NODES; i++)
                node_follow(world, &world->nodes[i]);
        check_promise(world);
}
