/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_AUTHORITY_H
#define VALIDATOR_KEEPER_AUTHORITY_H

/* Who grants the lease, asked by a thread of its own, so that a silent authority keeps nobody
 * waiting: neither the agents nor the kill of a signer. One request at a time; its answer makes a
 * descriptor readable. An authority is a driver; etcd is one, a majority of keepers over corosync's
 * cpg has its place here. */

#include <stdint.h>

#include "keeper/config.h"
#include "lease/machine.h"
#include "ocf/error.h"

struct authority_request {
        enum lease_request kind;
        uint64_t compare;
        struct lease_record put;
        int64_t at_most_ms; /* for the answer */
};

struct authority_driver {
        /* NULL with a sentence when the configuration is not right. */
        void *(*open)(const struct keeper_config *config, struct ocf_error *err);
        void (*close)(void *state);
        /* May wait until the deadline. Fills the answer: LEASE_UNKNOWN with a sentence whenever the
         * authority did not tell, or must not be believed. */
        void (*ask)(void *state, const struct authority_request *request,
                    struct lease_answer *ret_answer, struct ocf_error *err);
};

extern const struct authority_driver authority_etcd;

struct authority;

int authority_new(const struct keeper_config *config, struct authority **ret_authority,
                  struct ocf_error *err);

/* Ends the thread, which may take as long as its present request. */
void authority_free(struct authority *authority);

/* Readable when an answer is there. */
int authority_fd(const struct authority *authority);

/* Only when no request is under way. */
void authority_ask(struct authority *authority, const struct authority_request *request);

/* Takes the answer; false when there is none. */
bool authority_take(struct authority *authority, struct lease_answer *ret_answer,
                    struct ocf_error *ret_error);

#endif
