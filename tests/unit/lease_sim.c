/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plays many worlds and looks for a signer that should not be able to sign. Built once as it is and
 * once with each mutation of the machine, for which it has to find one.
 *
 *         lease_sim [WORLDS [FIRST_SEED [SLOWEST FASTEST]]]        rates in per mille
 *
 * Ends with 0 when all worlds kept the promise and found a holder once the faults had ended, with 1
 * and the seed when one broke it, with 2 and the seed when one stayed without a signer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lease_world.h"
#include "parse.h"

enum { STEPS = 20000, CALM_MS = 40000, WORLDS = 150 };

static int world_play(struct world *world, uint64_t seed, int64_t slowest, int64_t fastest)
{
        int64_t end;
        int wanted = (int)(seed % WORLD_NODES);

        world_begin(world, seed, slowest, fastest);
        for (int i = 0; i < STEPS && !world->broken[0]; i++)
                world_step(world);
        world_calm(world, wanted);
        for (end = world->now_ms + CALM_MS; world->now_ms < end && !world->broken[0];)
                world_step(world);
        if (world->broken[0]) {
                printf("a signer without the seat, seed %" PRIu64 ": %s\n", seed, world->broken);
                return 1;
        }
        if (!world_usable(world, wanted)) {
                printf("no signer after the faults, seed %" PRIu64 ": %s\n", seed,
                       world->nodes[wanted].verdict.why);
                return 2;
        }
        return 0;
}

int main(int argc, char **argv)
{
        uint64_t values[4] = {WORLDS, (uint64_t)time(NULL), 950, 1050};
        uint64_t takes = 0, renewals = 0, releases = 0, adoptions = 0, losses = 0, ends = 0,
                 cuts = 0;
        struct world *world = calloc(1, sizeof *world);
        int r = 0;

        for (int i = 1; i < argc && i <= 4; i++)
                if (parse_u64(argv[i], &values[i - 1]) < 0)
                        return 3;
        if (!world)
                return 3;
        for (uint64_t i = 0; i < values[0] && r == 0; i++) {
                r = world_play(world, values[1] + i, (int64_t)values[2], (int64_t)values[3]);
                takes += world->takes;
                renewals += world->renewals;
                releases += world->releases;
                adoptions += world->adoptions;
                losses += world->losses;
                ends += world->ends;
                cuts += world->cuts;
        }
        printf("seeds %" PRIu64 " on: %" PRIu64 " takes, %" PRIu64 " renewals, %" PRIu64
               " releases, %" PRIu64 " losses, %" PRIu64 " restarts with a signer, %" PRIu64
               " floors that a release told, %" PRIu64 " gates of longer times\n",
               values[1], takes, renewals, releases, losses, adoptions, ends, cuts);
        free(world);
        /* A run in which nothing happened would prove nothing. */
        return r == 0 && (takes == 0 || renewals == 0 || releases == 0 || adoptions == 0 ||
                          ends == 0 || cuts == 0)
                       ? 3
                       : r;
}
