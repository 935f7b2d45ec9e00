/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ETCD_CODEC_H
#define VALIDATOR_ETCD_CODEC_H

/* etcd's v3 JSON gateway, as text: one key, read linearizably or swapped if its revision is still
 * the one that was seen. The gateway writes 64-bit numbers as texts, keys and values in base64, and
 * leaves out what is false, zero or empty. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocf/error.h"

#define ETCD_VALUE_MAX 4096

struct etcd_request {
        const char *key;
        bool swap;        /* else a read */
        uint64_t compare; /* with swap: the key's revision (mod_revision), 0 when it must not exist
                           */
        const char *value;
        size_t value_size; /* at most ETCD_VALUE_MAX */
};

enum etcd_outcome {
        ETCD_UNKNOWN, /* the request may have been carried out or not */
        ETCD_DONE,    /* the swap was made */
        ETCD_DIFFERS, /* it was not, since the revision is another one; the key comes with it */
        ETCD_SHOWN,   /* what was read */
};

struct etcd_answer {
        enum etcd_outcome outcome;
        uint64_t cluster;      /* id of the cluster that answered */
        uint64_t revision;     /* of its store, when it answered */
        bool exists;           /* with DIFFERS and SHOWN, like what follows */
        uint64_t key_revision; /* with DONE too */
        char value[ETCD_VALUE_MAX];
        size_t value_size;
};

/* The path of the request below an endpoint, and its body; the caller frees the body. */
const char *etcd_request_path(const struct etcd_request *request);
char *etcd_request_body(const struct etcd_request *request);

/* Reads an answer with status 200. -EPROTO with a sentence when it is none: then the outcome is not
 * known. */
int etcd_answer_parse(const char *text, size_t length, bool swap, struct etcd_answer *ret_answer,
                      struct ocf_error *err);

/* What the gateway says in an answer with another status, made printable; "" when it says nothing.
 */
void etcd_error_text(const char *text, size_t length, char *ret_text, size_t size);

#endif
