/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/clear.h"

#include <stdio.h>

#include "keeper/config.h"
#include "keeper/custody.h"
#include "keeper/cutoff.h"
#include "keeper/instance.h"
#include "keeper/signer.h"
#include "own.h"
#include "process/control_group.h"

enum { STRAY_MS = 2500 };

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
        barrier_init(ret_barrier, config);
        if (config->authority == AUTHORITY_FENCING)
                return;
        barrier_raise(ret_barrier);
        barrier_shut(ret_barrier);
}

/* A key of which no note tells may have a signer of which none does; gate or not, it would run in
 * the slice. */
static int stray_end(const struct barrier *barrier, const struct custody *custody,
                     const struct signer *signer, struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(STRAY_MS);

        if (signer->armed || custody->held || !custody_has_files(custody))
                return 0;
        return control_group_kill(barrier->slice, &deadline, err);
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
        r = stray_end(&barrier, &custody, &signer, err);
        if (r >= 0)
                r = cutoff_make(&(struct cutoff){.barrier = &barrier,
                                                 .custody = &custody,
                                                 .signer = &signer},
                                false, &found, err);
        barrier_release(&barrier);
        keeper_config_release(&config);
        return r;
}
