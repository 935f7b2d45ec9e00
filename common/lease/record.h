/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LEASE_RECORD_H
#define VALIDATOR_LEASE_RECORD_H

/* The one record that the authority keeps per identity: "name=value" lines, to be read by a person
 * with etcdctl too. It bears a version; a keeper refuses a record of a version that it does not
 * know, since it cannot know what that one promises. */

#include <stdbool.h>
#include <stdint.h>

#include "lines.h"
#include "ocf/error.h"

#define LEASE_RECORD_VERSION 1
#define LEASE_NODE_MAX 64
#define LEASE_BOOT_MAX 36
#define LEASE_INCARNATION_SIZE 16

/* Where the signer of a tenure ended: its head, asked when nothing of it could leave the machine
 * any more. It can have voted for the next height at most. */
struct lease_end {
        bool known;
        uint64_t height;
};

struct lease_record {
        char owner[LEASE_NODE_MAX + 1]; /* the machine's name */
        char boot[LEASE_BOOT_MAX + 1];  /* its boot, as /proc/sys/kernel/random/boot_id has it */
        uint8_t incarnation[LEASE_INCARNATION_SIZE]; /* random, new with each tenure */
        uint64_t epoch;                              /* counts tenures; only rises */
        bool released;                               /* given up: nobody has to wait */
        struct lease_end end; /* only of one that is released; a record may be without */
        uint64_t floor;       /* the highest height that the holder's machine has seen */
        int64_t takeover_ms;  /* what the holder counts on that others wait */
};

/* Never fails: a record's fields fit. */
void lease_record_format(const struct lease_record *record, struct lines *ret_lines);

/* -EBADMSG with a sentence when it is none, -EPROTONOSUPPORT when it is of another version. */
int lease_record_parse(const struct lines *lines, struct lease_record *ret_record,
                       struct ocf_error *err);

/* A name that may stand in a record: letters, digits, '.', '_' and '-'. */
bool lease_name_fits(const char *name, size_t most);

#endif
