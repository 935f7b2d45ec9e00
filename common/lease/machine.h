/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_LEASE_MACHINE_H
#define VALIDATOR_LEASE_MACHINE_H

/* The lease as one keeper lives it, without any I/O: `struct lease` is all that it remembers,
 * lease_judge says what to do now, lease_answered takes in what the authority said. The caller does
 * what the verdict says, in the order of its fields, and comes again when something happened or at
 * `wake_ms`, whichever is first. Time is CLOCK_BOOTTIME in milliseconds and comes from the caller.
 *
 * The rules, each a mutation of the tests (M1 ...):
 *   - the lease counts from the send of the swap that was granted, never from its answer (M1);
 *   - the kernel's gate gets an absolute deadline (M2), and after each answer the age is looked at
 *     again (M3);
 *   - what is foreign is taken only after the wait, counted from the receipt of the answer that
 *     first showed this revision (M4); the longer of our wait and of the holder's;
 *   - it is released only when no signer of it is left (M6); gate and wait keep their distance
 * (M7);
 *   - a record that is not there was perhaps deleted under a holder: it is waited for like a
 * foreign one, and only `released` frees at once;
 *   - where a signer ended is told only with its release, and counts for the next tenure alone,
 * until a signer of that begins (M16);
 *   - an unknown result is read back, and what was read never makes the lease longer;
 *   - a record is ours only by owner, boot and the incarnation that this boot has stored. */

#include <stdbool.h>
#include <stdint.h>

#include "lease/record.h"
#include "lease/timers.h"
#include "ocf/error.h"

enum lease_request { LEASE_NOTHING, LEASE_READ, LEASE_TAKE, LEASE_RENEW, LEASE_RELEASE };

enum lease_view {
        LEASE_VIEW_NONE,   /* nothing was read yet */
        LEASE_VIEW_KNOWN,  /* `revision` is the newest that we know of */
        LEASE_VIEW_UNSURE, /* a swap of ours has no answer: it may have changed */
};

enum lease_presence { LEASE_SIGNER_NONE, LEASE_SIGNER_RUNS, LEASE_SIGNER_UNKNOWN };

struct lease {
        struct lease_timers timers;
        char owner[LEASE_NODE_MAX + 1];
        char boot[LEASE_BOOT_MAX + 1];
        uint8_t incarnation[LEASE_INCARNATION_SIZE]; /* of our latest tenure; kept in a tmpfs */
        uint64_t epoch;                              /* of that tenure; kept with it */

        bool held;
        int64_t from_ms; /* send of the last swap that was granted */

        enum lease_view view;
        bool exists;
        uint64_t revision;
        int64_t seen_ms; /* receipt of the first answer that showed `revision` */
        struct lease_record record;

        enum lease_request asking; /* without an answer yet */
        int64_t asked_ms;          /* send of the latest request */
        int64_t swapped_ms;        /* send of the latest swap */
        struct lease_record put;   /* what it would make of the record */

        struct lease_end before; /* of the signer before our tenure */
};

/* What the keeper sees at one moment. */
struct lease_facts {
        int64_t now_ms;
        int64_t skipped_ms; /* by how much another clock of this machine went further since from_ms
                               than CLOCK_BOOTTIME did; 0 as a rule; the gate shuts by it */
        bool wanted;        /* the seat was asked for here; false for a holder: give it up */
        enum lease_presence signer; /* a process that may have the seat's key */
        uint64_t signer_epoch;      /* under which it was started */
        bool gate_stands;
        bool floor_kept;                       /* the floor is on the disk */
        uint64_t height;                       /* the highest that this machine has seen */
        struct lease_end end;                  /* of the present tenure's latest signer */
        uint8_t fresh[LEASE_INCARNATION_SIZE]; /* random, for a new tenure */
};

struct lease_verdict {
        bool lost; /* the seat was ours and is not any more: tell Pacemaker */
        bool shut; /* the gate, now */
        bool kill; /* the signer, and wipe its key */
        bool open; /* set the gate's deadline */
        int64_t open_until_ms;
        bool may_sign; /* a signer may be started under `epoch` */
        bool store;    /* put incarnation and epoch into the tmpfs before the request is sent */
        enum lease_request request; /* to send: a read, or a swap of `compare` for `put` */
        uint64_t compare;           /* revision; 0: only if there is no record */
        struct lease_record put;
        int64_t wake_ms;
        char why[192]; /* what is waited for, or why it was lost; "" when all is well */
};

enum lease_result {
        LEASE_UNKNOWN, /* no answer, or one that does not tell */
        LEASE_GRANTED,
        LEASE_REFUSED, /* the compare failed; the record as it is comes with it */
        LEASE_SHOWN,   /* by a linearizable read */
};

struct lease_answer {
        enum lease_result result;
        bool exists; /* with REFUSED and SHOWN, like the next two; `revision` with GRANTED too */
        uint64_t revision;
        struct lease_record record;
};

/* `owner` and `boot` have to fit a record. */
int lease_init(struct lease *lease, const struct lease_timers *timers, const char *owner,
               const char *boot, struct ocf_error *err);

/* A keeper that was restarted: what its predecessor of this boot stored, and until when it found
 * the gate open (0: shut). The lease is held again only after a swap. */
void lease_resume(struct lease *lease, const uint8_t incarnation[static LEASE_INCARNATION_SIZE],
                  uint64_t epoch, int64_t gate_until_ms);

/* A gate that is open until `gate_until_ms`, under the times of an earlier keeper, may stay open
 * until the returned instant: what the first swap grants to the others counts from then (M19). */
int64_t lease_gate_cut(const struct lease *lease, int64_t gate_until_ms, int64_t now_ms);

/* What to do now. Pure. */
void lease_judge(const struct lease *lease, const struct lease_facts *facts,
                 struct lease_verdict *ret_verdict);

/* Judges and notes that the verdict is being carried out: the request counts as sent now. */
void lease_step(struct lease *lease, const struct lease_facts *facts,
                struct lease_verdict *ret_verdict);

/* The request that was asked has this answer. */
void lease_answered(struct lease *lease, const struct lease_answer *answer, int64_t now_ms);

/* A signer of this tenure is about to start: from now on `before` bounds no vote. */
void lease_signer_begins(struct lease *lease);

/* Whether the record that was last seen is this boot's own tenure. */
bool lease_is_mine(const struct lease *lease);

/* Milliseconds until a foreign seat may be taken, 0 when it may. */
int64_t lease_wait_ms(const struct lease *lease, int64_t now_ms);

#endif
