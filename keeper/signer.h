/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_SIGNER_H
#define VALIDATOR_KEEPER_SIGNER_H

/* The signer, as its keeper knows it. It is armed before any process can have the key and disarmed
 * only when its control group is proved empty, so that "armed: no" means that nothing signs here.
 * What is known is noted in /run, for a keeper that is restarted. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "lines.h"
#include "ocf/error.h"

struct signer {
        char note[64]; /* path of the note */
        bool armed;
        bool eased; /* its end is planned */
        bool died;  /* it was watched, and ended unplanned */
        char unit[128];
        char resource[128]; /* whom Pacemaker is told about; empty: nobody */
        char node[128];
        char cgroup[1024]; /* empty until it is watched */
        uint64_t epoch;
        pid_t pid;            /* 0 until it is watched */
        uint64_t start_ticks; /* with pid: which process */
        int pidfd;            /* -1: none */
};

/* Finds what an earlier keeper of this boot noted. A signer that it watched and that has ended
 * since is `died`. */
void signer_load(struct signer *ret_signer, const char *identity);

/* Takes unit, resource and node from a request. A signer that was armed before was disarmed. */
int signer_arm(struct signer *signer, const struct lines *request, uint64_t epoch,
               struct ocf_error *err);

/* Takes pid and cgroup from a request and opens `pidfd`, which becomes readable when the process
 * ends. -ESRCH: it has ended already, or is not in that control group. On failure what was watched
 * before still is. */
int signer_watch(struct signer *signer, const struct lines *request, struct ocf_error *err);

int signer_ease(struct signer *signer, struct ocf_error *err);

/* -EBUSY while its control group holds a process, or nobody can tell. */
int signer_disarm(struct signer *signer, const struct deadline *deadline, struct ocf_error *err);

/* To be called when `pidfd` is readable. */
void signer_ended(struct signer *signer);

/* The control group of one that was never watched is its unit's: asks systemd, which may be silent.
 */
int signer_find(struct signer *signer, const struct deadline *deadline, struct ocf_error *err);

/* Kills all of its control group, where that is known, and proves it empty; 0 when nothing is
 * armed. `ret_found`: there was, or may have been, something to kill. It stays armed. */
int signer_kill(struct signer *signer, const struct deadline *deadline, bool *ret_found,
                struct ocf_error *err);

/* Disarms it without a look: after signer_kill, when no process can get the key any more. */
int signer_forget(struct signer *signer, struct ocf_error *err);

#endif
