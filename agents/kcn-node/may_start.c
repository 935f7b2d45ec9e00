/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kcn-may-start IDENTITY ADDRESS CONFIG: ExecStartPre of the node's unit, put there by kcn-node
 * (service/place.h). Exit 1 with a sentence on stderr, and with it no start, when kcn would load
 * the seat's key and no promote under the seat asked for it. */

#include <stdio.h>
#include <stdlib.h>

#include "agents/kcn-node/kcnd_conf.h"
#include "agents/kcn-node/layout.h"
#include "agents/kcn-node/start_judge.h"
#include "own.h"
#include "seat/client.h"

/* Longer than a keeper's longest request, shorter than systemd's patience. */
#define KEEPER_MS 10000

static void conf_done(struct kcnd_conf *conf)
{
        kcnd_conf_release(conf);
}

static void layout_done(struct layout *layout)
{
        layout_release(layout);
}

static enum tri key_observe(const char *identity, const char *address, const char *config,
                            struct ocf_error *err)
{
        OWN(conf_done) struct kcnd_conf conf = {0};
        OWN(layout_done) struct layout layout = {0};

        if (kcnd_conf_read(&conf, config, err) < 0)
                return TRI_UNKNOWN;
        layout_init(&layout, &conf, identity);
        return layout_loads_seats(&layout, address, err);
}

/* A standby's start does not wait for the keeper. */
static struct start_facts start_observe(char **words, struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(KEEPER_MS);
        struct start_facts facts = {.seats_key = key_observe(words[0], words[1], words[2], err)};
        struct seat_view view;

        if (facts.seats_key != TRI_YES || seat_status(words[0], &deadline, &view, err) < 0)
                return facts;
        facts.held = view.held;
        facts.armed = view.armed;
        facts.epoch = view.epoch;
        facts.signer_epoch = view.signer_epoch;
        return facts;
}

int main(int argc, char **argv)
{
        struct ocf_error err = {0};
        struct start_facts facts;
        const char *why;

        if (argc != 4) {
                (void)fputs("usage: kcn-may-start IDENTITY ADDRESS CONFIG\n", stderr);
                return 2;
        }
        facts = start_observe(argv + 1, &err);
        why = start_refusal(&facts);
        if (why)
                (void)fprintf(stderr, "not started: %s%s%s; let Pacemaker start it\n", why,
                              *err.sentence ? ": " : "", err.sentence);
        return why ? EXIT_FAILURE : EXIT_SUCCESS;
}
