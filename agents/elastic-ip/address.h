/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ELASTIC_IP_ADDRESS_H
#define VALIDATOR_ELASTIC_IP_ADDRESS_H

/* The agent's parameters, and what can be known about the address. There are two witnesses: the
 * instance metadata (local, fast, a few seconds late) and the EC2 API (the truth, far away, at
 * times not to be reached). Neither's silence says anything. */

#include <stdbool.h>
#include <stdint.h>

struct address_params {
        const char *elastic_ip;
        const char *allocation_id;
        const char *private_ip_address;
        const char *network_interface;
        const char *profile;
        const char *region;
        const char *endpoint;
        const char *credentials_file;
        const char *proxy;
        const char *ca_bundle;
        const char *awscli;
        int auth_type; /* enum aws_auth */
        uint64_t api_delay_s;
        uint64_t curl_retries;
        uint64_t curl_sleep_s;
        uint64_t api_interval_s;
        uint64_t api_grace_s;
};

/* What the metadata service says. */
enum address_local {
        LOCAL_UNKNOWN,   /* it did not answer */
        LOCAL_ABSENT,    /* no interface of this instance has the address */
        LOCAL_MISPLACED, /* this instance has it, but not where the parameters want it */
        LOCAL_HERE,
};

/* What the API says. */
enum address_remote {
        REMOTE_NOT_ASKED,
        REMOTE_UNKNOWN,       /* asked, no usable answer */
        REMOTE_DENIED,        /* asked and refused: nothing is known either */
        REMOTE_FREE,          /* nobody has it */
        REMOTE_OTHER,         /* another instance has it */
        REMOTE_MISPLACED,     /* this instance has it, but not where the parameters want it */
        REMOTE_HERE,          /* as it should be */
        REMOTE_NO_ADDRESS,    /* the allocation does not exist */
        REMOTE_WRONG_ADDRESS, /* the allocation is of another address than elastic_ip */
};

/* What an earlier action on this machine, in this boot, left behind. */
enum address_memory {
        MEMORY_NONE,
        MEMORY_NOT_OURS,
        MEMORY_OURS,    /* it was proved that this instance has it */
        MEMORY_PENDING, /* an association was asked for, and never seen to be there or not */
};

struct address_facts {
        enum address_local local;
        enum address_remote remote;
        enum address_memory memory;
        int64_t proof_age_ms; /* since this instance was last proved to have it; with MEMORY_OURS */
        char association_id[64]; /* with REMOTE_HERE and REMOTE_MISPLACED */
        char holder[64];         /* with REMOTE_OTHER: the instance or interface */
        char public_ip[64];      /* of the allocation, as the API says */
};

#endif
