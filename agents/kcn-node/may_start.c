/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kcn-may-start IDENTITY ADDRESS CONFIG: ExecStartPre of the node's unit, put there by kcn-node
 * (service/place.h). Exit 1 with a sentence on stderr, and with it no start, when kcn would load
 * the seat's key and no promote under the seat asked for it, or when kcnd.conf or the unit's
 * environment, which systemd gives this program too, tell kcn of another key or place. */

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

struct start {
        const char *identity;
        const char *address;
        const char *config;
        char **variables; /* what systemd gives the unit's programs, this one and kcn */
};

static int told_check(const struct start *start, const struct kcnd_conf *conf,
                      struct ocf_error *err)
{
        int r = kcnd_conf_check(conf, err);

        for (char **at = start->variables; r >= 0 && *at; at++)
                r = kcnd_conf_check_variable(conf, "the unit's environment", *at, err);
        return r;
}

static void key_observe(const struct start *start, struct start_facts *facts, struct ocf_error *err)
{
        OWN(conf_done) struct kcnd_conf conf = {0};
        OWN(layout_done) struct layout layout = {0};

        facts->fit = true;
        if (kcnd_conf_read(&conf, start->config, err) < 0)
                return;
        facts->fit = told_check(start, &conf, err) >= 0;
        if (!facts->fit)
                return;
        layout_init(&layout, &conf, start->identity);
        facts->seats_key = layout_loads_seats(&layout, start->address, err);
}

/* A standby's start does not wait for the keeper. */
static struct start_facts start_observe(const struct start *start, struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(KEEPER_MS);
        struct start_facts facts = {0};
        struct seat_view view;

        key_observe(start, &facts, err);
        if (facts.seats_key != TRI_YES || seat_status(start->identity, &deadline, &view, err) < 0)
                return facts;
        facts.held = view.held;
        facts.armed = view.armed;
        facts.epoch = view.epoch;
        facts.signer_epoch = view.signer_epoch;
        return facts;
}

int main(int argc, char **argv, char **envp)
{
        struct ocf_error err = {0};
        struct start_facts facts;
        struct start start;
        const char *why;

        if (argc != 4) {
                (void)fputs("usage: kcn-may-start IDENTITY ADDRESS CONFIG\n", stderr);
                return 2;
        }
        start = (struct start){argv[1], argv[2], argv[3], envp};
        facts = start_observe(&start, &err);
        why = start_refusal(&facts);
        if (why)
                (void)fprintf(stderr, "not started: %s%s%s%s\n", why, *err.sentence ? ": " : "",
                              err.sentence, facts.fit ? "; let Pacemaker start it" : "");
        return why ? EXIT_FAILURE : EXIT_SUCCESS;
}
