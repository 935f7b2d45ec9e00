/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEY_SECRET_H
#define VALIDATOR_KEY_SECRET_H

/* A private key of 32 bytes in memory, in both of its forms. It lives on its owner's stack, is kept
 * from the swap where the limits allow, and is wiped when it goes out of scope. It must never reach
 * a log, a sentence, an argument or an environment; nothing here prints it.
 *
 *         OWN_SECRET struct secret secret;
 *         secret_init(&secret);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "own.h"

#define SECRET_SIZE 32
#define SECRET_HEX (2 * SECRET_SIZE)

struct secret {
        uint8_t bytes[SECRET_SIZE];
        char hex[SECRET_HEX + 1]; /* of `bytes`, lower case */
};

/* Makes it the all-zero secret, which is no valid key of any kind. */
void secret_init(struct secret *secret);

/* Wipes it. Safe to call again. */
void secret_wipe(struct secret *secret);

#define OWN_SECRET OWN(secret_wipe)

void secret_set(struct secret *secret, const uint8_t bytes[static SECRET_SIZE]);

/* Takes exactly 64 hex digits, upper or lower case. -EINVAL leaves the secret as it was. */
int secret_parse(struct secret *secret, const char *text, size_t length);

/* In constant time. */
bool secret_equal(const struct secret *a, const struct secret *b);

#endif
