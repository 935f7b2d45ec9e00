/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_CONFIG_H
#define VALIDATOR_KEEPER_CONFIG_H

/* A keeper's configuration, /etc/validator-agents/IDENTITY.conf: plain key=value lines, declared in
 * one table from which the reading, the checks and the man page (5) come. */

#include <stdbool.h>

#include "assignments.h"
#include "lease/timers.h"
#include "ocf/error.h"
#include "ocf/param.h"
#include "seat/protocol.h"

#define KEEPER_CONFIG_DIR "/etc/validator-agents"

enum keeper_chain { KEEPER_KAIA };

enum keeper_authority { AUTHORITY_FENCING, AUTHORITY_ETCD, AUTHORITY_QUORUM };

enum keeper_gate { KEEPER_GATE_REQUIRED, KEEPER_GATE_PREFERRED, KEEPER_GATE_OFF };

struct keeper_config {
        char identity[SEAT_IDENTITY_MAX + 1];
        char *path;               /* of the file */
        struct assignments lines; /* owns the texts below */
        char *default_source;
        const char *address; /* lower case */
        const char *source;
        int chain;     /* enum keeper_chain */
        int authority; /* enum keeper_authority */
        bool accept_risk;
        const char *etcd_endpoints; /* with authority=etcd, like what follows */
        const char *etcd_ca;
        const char *etcd_certificate;
        const char *etcd_key;
        const char *profile; /* of the lease's times */
        uint64_t renew_ms;   /* 0 in these five: the profile's */
        uint64_t request_ms;
        uint64_t gate_ms;
        uint64_t kill_ms;
        uint64_t takeover_ms;
        uint64_t clock_error_percent;
        struct lease_timers timers; /* what comes of it, with authority=etcd */
        const char *node;           /* NULL: the host's name */
        const char *slice;          /* NULL: validator-IDENTITY.slice */
        int gate;                   /* enum keeper_gate */
};

/* The rows, for the manual. */
extern const struct ocf_param keeper_config_keys[];

/* Reads and checks the file. `dir` NULL is KEEPER_CONFIG_DIR, of which a path that the service
 * cannot see is refused too. -EINVAL with a sentence that names the file and the key; open(2)'s
 * errno. Release in every case. */
int keeper_config_read(struct keeper_config *ret_config, const char *identity, const char *dir,
                       struct ocf_error *err);

void keeper_config_release(struct keeper_config *config);

/* "fencing" and so on. */
const char *keeper_authority_name(int authority);

#endif
