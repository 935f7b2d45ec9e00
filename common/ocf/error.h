/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_ERROR_H
#define VALIDATOR_OCF_ERROR_H

/* The one sentence that a failing action gives to the operator.
 *
 * A function that can fail returns a negative errno and puts the sentence here, at the place that
 * knows most; the first writer wins, so a caller adds nothing. The sentence says what could not be
 * done, to whom and why, and where the operator can act what to do; no "Error:", no full stop at
 * the end, values in single quotes, never a secret. A quoted value may come from anywhere, so each
 * byte that is not printable ASCII becomes '?': the sentence is one line and safe in the CIB.
 * Library code does not log: ocf/agent.c prints the sentence once.
 *
 * What to do stands last, behind "; ", because Pacemaker shows only the first OCF_REASON_MAX bytes
 * of an exit reason: of a longer sentence ocf_error_reason then leaves out a part before it. */

#include <stdarg.h>
#include <stdbool.h>

#include "tri.h"

/* EXIT_REASON_MAX_LEN in Pacemaker's lib/services/services_linux.c. */
#define OCF_REASON_MAX 128

struct ocf_error {
        char sentence[512];
};

/* Keeps the sentence if none is there yet and returns `code` (a negative errno). `err` may be NULL.
 */
int ocf_fail(struct ocf_error *err, int code, const char *format, ...)
        __attribute__((format(printf, 3, 4), warn_unused_result));

/* The same for a fact that is no failure of the caller's: keeps the sentence if none is there yet.
 */
void ocf_say(struct ocf_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As ocf_fail, for callers with a va_list. */
int ocf_vfail(struct ocf_error *err, int code, const char *format, va_list args)
        __attribute__((format(printf, 3, 0)));

/* As ocf_fail, for a fact that could not be found out: returns TRI_UNKNOWN. */
enum tri ocf_unknown(struct ocf_error *err, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

bool ocf_error_set(const struct ocf_error *err);

/* The sentence as an exit reason: where it is longer than Pacemaker shows, and says what to do, so
 * much of it that this is still seen; otherwise the sentence. */
void ocf_error_reason(const struct ocf_error *err, struct ocf_error *ret_reason);

/* Forgets the sentence, so that a next attempt can set its own. */
void ocf_error_clear(struct ocf_error *err);

#endif
