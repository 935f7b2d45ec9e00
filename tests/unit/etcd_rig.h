/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_ETCD_RIG_H
#define VALIDATOR_TESTS_ETCD_RIG_H

/* A real etcd of one member on loopback, with certificates made for the test. */

#include <sys/types.h>

#include "etcd/kv.h"
#include "scratch.h"

struct etcd_rig {
        struct scratch scratch;
        pid_t pid;
        int port;
        char endpoint[64];
        char ca[96], certificate[96], key[96];
        struct http_tls tls;
};

/* NULL, or why there is no etcd here. */
const char *etcd_rig_missing(void);

/* Makes the certificates (an authority, a server's for 127.0.0.1, a client's) and starts etcd; it
 * answers when this returns. */
void etcd_rig_start(struct etcd_rig *rig);

/* Starts it again on what `data` holds, a folder below the rig's. */
void etcd_rig_run(struct etcd_rig *rig, const char *data);
void etcd_rig_kill(struct etcd_rig *rig);

void etcd_rig_stop(struct etcd_rig *rig);

#endif
