/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/clear.h"

#include <stdio.h>

#include "keeper/config.h"
#include "keeper/custody.h"
#include "keeper/cutoff.h"
#include "keeper/instance.h"
#include "keeper/signer.h"
#include "own.h"

/* As much of a configuration as there is; the identity's name is enough for what is noted. */
static void config_gather(struct keeper_config *ret_config, const char *identity)
{
        if (keeper_config_read(ret_config, identity, NULL, NULL) >= 0)
                return;
        keeper_config_release(ret_config);
        *ret_config = (struct keeper_config){.authority = AUTHORITY_FENCING};
        (void)snprintf(ret_config->identity, sizeof ret_config->identity, "%s", identity);
}

/* Only a lease has a gate, and one that is made here would have nobody who opens it again. */
static void barrier_find(struct barrier *ret_barrier, const struct keeper_config *config)
{
        *ret_barrier = (struct barrier){.cgroup = -1, .gate = GATE_NONE};
        if (config->authority == AUTHORITY_FENCING)
                return;
        barrier_init(ret_barrier, config);
        barrier_raise(ret_barrier);
        barrier_shut(ret_barrier);
}

int clear_remains(const char *identity, struct ocf_error *err)
{
        OWN_FD int claim = instance_claim(identity, err);
        struct keeper_config config;
        struct barrier barrier;
        struct custody custody;
        struct signer signer;
        bool found;
        int r;

        if (claim < 0)
                return claim;
        config_gather(&config, identity);
        barrier_find(&barrier, &config);
        custody_load(&custody, &config);
        signer_load(&signer, identity);
        r = cutoff_make(&(struct cutoff){.barrier = &barrier,
                                         .custody = &custody,
                                         .signer = &signer,
                                         .stray = custody_has_files(&custody)},
                        false, &found, err);
        barrier_release(&barrier);
        keeper_config_release(&config);
        return r;
}
