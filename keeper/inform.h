/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_INFORM_H
#define VALIDATOR_KEEPER_INFORM_H

/* Tells Pacemaker that a signer has ended, at once: this node's promotion score is withdrawn, so
 * that the seat goes to the standby, and a failure of the resource is injected. Pacemaker keeps a
 * failure that is injected while a resource is unmanaged, and acts on it when that ends, whatever
 * an operator mended meanwhile; so it is held back here, and told afterwards only when the signer
 * still does not run. */

#include <sys/types.h>

#include "ocf/error.h"

/* What is told, and what for. */
struct inform_news {
        const char *resource;
        const char *node;
        const char *cgroup; /* the signer's; populated again means that it was mended */
};

struct informer {
        pid_t pid; /* the process that does it; 0: none is under way */
        int pidfd; /* readable when it has ended; -1: none */
};

/* Begins to tell; does not wait. One that is under way is ended first. */
int informer_start(struct informer *informer, const struct inform_news *news,
                   struct ocf_error *err);

/* To be called when `pidfd` is readable: 0 when Pacemaker knows, -EAGAIN when it could not be told.
 */
int informer_finish(struct informer *informer);

/* Forgets what is not told yet. */
void informer_stop(struct informer *informer);

#endif
