/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ELASTIC_IP_MEMORY_H
#define VALIDATOR_ELASTIC_IP_MEMORY_H

/* What one action leaves for the next on this machine, in a small file below /run, so that a reboot
 * forgets it. Losing it costs an API request, never a wrong answer. */

#include <stdbool.h>
#include <stdint.h>

#include "agents/elastic-ip/address.h"
#include "ocf/error.h"

struct address_record {
        enum address_memory memory;
        /* On clock_now_ms, with MEMORY_OURS: when a witness, and when the API itself, said so. */
        int64_t proved_ms;
        int64_t api_proved_ms;
        int64_t api_tried_ms; /* when the API was last asked by a monitor; 0: never */
        char instance_id[64]; /* "": not known */
        char mac[24]; /* of the interface that had the address when it was last seen; "": none */
};

/* The record of a resource and its allocation; an unreadable or missing file is an empty record. */
void address_recall(const char *resource, const char *allocation_id,
                    struct address_record *ret_record);

/* Replaces it. The caller may go on after a failure. */
int address_remember(const char *resource, const char *allocation_id,
                     const struct address_record *record, struct ocf_error *err);

/* That this machine, in this boot and without the address, had an answer of the API at this host:
 * the proof that it can take the address over. Of the machine, whatever the resource is called. */
bool address_recall_reach(const char *allocation_id, const char *host);

/* Keeps that. Losing it costs the proof, which validate-all then asks for again. */
void address_remember_reach(const char *allocation_id, const char *host);

#endif
