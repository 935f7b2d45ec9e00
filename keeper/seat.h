/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_SEAT_H
#define VALIDATOR_KEEPER_SEAT_H

/* The seat under a lease: the pure machine (lease/machine.h) with what it stands on here: the
 * authority, the gate, the custody of the keys and the signer. With authority=fencing there is no
 * lease, and `leased` is false; the other calls then do nothing.
 *
 * A restarted keeper finds incarnation and epoch of its tenure in a note in /run, and the deadline
 * in the kernel: it goes on without a pause when record, note, gate and signer fit together. */

#include <stdbool.h>
#include <stdint.h>

#include "keeper/authority.h"
#include "keeper/barrier.h"
#include "keeper/custody.h"
#include "keeper/floor_book.h"
#include "keeper/signer.h"
#include "lease/ceiling.h"
#include "lease/machine.h"

struct seat {
        bool leased;
        char *note_path;
        struct authority *authority;
        struct floor_book floor;
        struct barrier barrier;
        struct lease lease;
        struct custody *custody;
        struct signer *signer;
        bool stray; /* a signer may be here of which no note tells: killed before all else */
        bool wanted;
        int64_t asked_ms; /* when it was asked for last */
        uint64_t height;  /* the highest that was reported here */
        struct ceiling ceiling;
        bool muted; /* the gate stays shut until the signer and its connections are gone */
        int64_t mute_until_ms;       /* a signer that is still here then may sign on */
        struct lease_end end;        /* where it ended, told when it was muted */
        uint64_t end_epoch;          /* of that signer */
        struct ocf_error kill_fault; /* why the signer is still here; empty */
        int64_t wall_ms; /* CLOCK_REALTIME less CLOCK_BOOTTIME at the send of the swap that was
                            granted last */
        int64_t asked_wall_ms;            /* the same of the latest swap */
        struct lease_verdict verdict;     /* the latest */
        struct ocf_error authority_error; /* of its latest answer; empty when it told */
};

/* What a run of the seat did that others have to know. */
struct seat_news {
        bool lost;            /* the seat was ours */
        struct signer killed; /* armed: it was there, and is told of once */
        bool ended;           /* it is gone */
};

/* Takes over what an earlier keeper of this boot left. */
int seat_load(struct seat *ret_seat, const struct keeper_config *config, struct custody *custody,
              struct signer *signer, struct ocf_error *err);
void seat_release(struct seat *seat);

/* The descriptors of what it waits for under a lease, the authority and the disk. */
enum { SEAT_FDS = 2 };
void seat_fds(const struct seat *seat, int ret_fds[static SEAT_FDS]);

/* Judges and acts; to be called when something happened and after `seat_wake_ms`. */
void seat_run(struct seat *seat, struct seat_news *ret_news);

/* Milliseconds until it wants to be called again. */
int64_t seat_wake_ms(const struct seat *seat);

/* The seat is asked for, by somebody who asks again until it is granted: the wish of one who
 * stopped asking ends after WISH_MS while no key is here, and with a signer that had to be killed.
 * 0: it is held and its files are in place; -EAGAIN: not yet, `err` says what is waited for;
 * another error: it cannot be, with a sentence. */
int seat_acquire(struct seat *seat, const char *address, struct ocf_error *err);

/* Gate shut, signer killed, key wiped, and the lease on its way back. 0 only when nothing that
 * could sign is left here. -ETIMEDOUT: it is not gone yet; with a lease the seat's runs try on. */
int seat_lose(struct seat *seat, struct seat_news *ret_news, struct ocf_error *err);

/* Shuts the gate on the armed signer until it is gone, since its end is planned. -EPERM when it is
 * not behind a gate that is shut now. A signer that is neither gone nor given up `at_most_ms` later
 * was forgotten by who planned its end, and may sign on; where it ended is forgotten before. */
int seat_mute(struct seat *seat, int64_t at_most_ms, struct ocf_error *err);

/* The muted signer's head: it goes into the record with the seat's release. -EPERM when the signer
 * was not muted by this keeper: it may have signed since. */
int seat_report_end(struct seat *seat, uint64_t height, struct ocf_error *err);

/* The signer was disarmed: its connections end, before another node starts in its place. */
void seat_signer_gone(struct seat *seat);

/* A signer is about to be armed: where earlier ones ended says nothing any more. */
void seat_signer_begins(struct seat *seat);

/* A height that this machine's node has seen. -EPERM when no chain can be so high. It goes with the
 * next renewal into the record, and to the disk every few seconds and before the seat is given up.
 */
int seat_report_height(struct seat *seat, uint64_t height, struct ocf_error *err);

/* Below this, and at it, no signer may sign: the highest that any keeper of the seat has seen. */
uint64_t seat_floor(const struct seat *seat);

/* Fields of the status. */
void seat_describe(const struct seat *seat, struct lines *answer);

#endif
