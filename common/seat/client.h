/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SEAT_CLIENT_H
#define VALIDATOR_SEAT_CLIENT_H

/* How an agent asks its keeper. */

#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "ocf/error.h"
#include "seat/protocol.h"
#include "tri.h"

/* Sends the request to the keeper of `identity` and waits for the answer. Returns 0 when it says
 * ok; -EHOSTDOWN: no keeper listens; -ETIMEDOUT: it did not answer in time; -EPERM: it refused;
 * -EAGAIN: it is at it, ask again; -EIO: it tried and failed; -EPROTO: nonsense. Each with a
 * sentence, the keeper's own where there is one. */
int seat_ask(const char *identity, const struct lines *request, struct lines *ret_answer,
             const struct deadline *deadline, struct ocf_error *err);

/* How the seat stands on this machine, as its keeper says. */
struct seat_view {
        enum tri held;
        uint64_t epoch;   /* of the present holding; 0 when it is not held */
        char address[64]; /* the identity's public address, by the keeper's configuration */
        char authority[16];
        bool accepted_risk;    /* accept_risk=yes in the configuration */
        char fault[256];       /* held, but its files are not right: why; else empty */
        enum tri armed;        /* a signer was started, or may have been */
        uint64_t signer_epoch; /* under which; 0 when none */
        pid_t signer_pid;      /* 0: not watched (yet) */
        char signer_unit[128];
        /* With a lease, else empty. */
        char lease[16];  /* held, waiting (to be taken) or watching */
        char holder[72]; /* who has it, as the authority says */
        uint64_t holder_epoch;
        int64_t seen_ms;      /* since this machine saw the record change last */
        int64_t kill_left_ms; /* until the signer is killed if nothing is renewed, when held here */
        int64_t takeover_left_ms; /* until it may be taken if nothing is renewed, when not */
        char gate[16];            /* standby, closed, leased or none */
        char slice[256];          /* in which the signer's unit has to run, behind the gate */
        int64_t age_ms;           /* since the last renewal's send, when held here */
        int64_t gate_left_ms;     /* until it shuts, when leased */
        enum tri keeps_floor;
        uint64_t floor;    /* the highest height that any machine of the seat reported */
        bool ended;        /* the signer before was released in order, and none began here since */
        uint64_t ended_at; /* its head then: it can have voted for the next height at most */
        char trouble[256]; /* what keeps the lease, the gate or the authority from being right */
};

/* On failure `ret_view` is all unknown. */
int seat_status(const char *identity, const struct deadline *deadline, struct seat_view *ret_view,
                struct ocf_error *err);

/* What an answer to `status` says; a field that is missing is unknown, "" or 0. */
void seat_view_parse(const struct lines *answer, struct seat_view *ret_view);

/* A request without fields of its own. */
int seat_tell(const char *identity, const char *request, const struct deadline *deadline,
              struct ocf_error *err);

#endif
