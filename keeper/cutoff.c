/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/cutoff.h"

#include "clock.h"
#include "process/cgroup.h"

/* The loop stands still for no longer than both kill times and the watchdog's beat together, which
 * is less than the watchdog's patience: a process that is stuck in the kernel ends when it likes.
 */
enum { KILL_MS = 2500, KILL_AGAIN_MS = 300 };

/* Ends what can be ended without asking anybody. Whatever runs behind the gate while a signer is
 * armed may have its key. */
static int signer_strike(const struct cutoff *cutoff, const struct deadline *deadline, bool *found,
                         struct ocf_error *err)
{
        const int slice = cutoff->signer->armed || cutoff->stray ? cutoff->barrier->cgroup : -1;
        bool there = false;
        int r, s = 0;

        if (slice >= 0 && !*cutoff->signer->cgroup && cgroup_populated(slice, &there, NULL) == 0)
                *found |= there;
        r = signer_kill(cutoff->signer, deadline, &there, err);
        *found |= there;
        if (slice >= 0)
                s = cgroup_kill(slice, deadline, err);
        return r < 0 ? r : s;
}

/* What needs nobody's answer comes first, each step whatever became of the one before. Then systemd
 * is asked where a signer that nobody watched runs, and all is killed again: one that was just
 * being started may have read the key before it was wiped; none that starts after that can. The
 * note comes after the wipe: on a full /run that makes the room that it needs. */
int cutoff_make(const struct cutoff *cutoff, bool again, bool *ret_found, struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(again ? KILL_AGAIN_MS : KILL_MS);
        int r, s;

        *ret_found = false;
        (void)signer_strike(cutoff, &deadline, ret_found, NULL);
        r = custody_empty(cutoff->custody, err);
        s = signer_find(cutoff->signer, &deadline, err);
        *ret_found |= s < 0;
        if (r >= 0)
                r = s;
        s = signer_strike(cutoff, &deadline, ret_found, err);
        if (r >= 0)
                r = s;
        if (r >= 0)
                r = custody_wipe(cutoff->custody, err);
        if (r >= 0)
                r = signer_forget(cutoff->signer, err);
        /* Before anybody can start a standby in its place. */
        if (r >= 0)
                (void)barrier_sweep(cutoff->barrier);
        return r;
}
