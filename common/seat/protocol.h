/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SEAT_PROTOCOL_H
#define VALIDATOR_SEAT_PROTOCOL_H

/* What agents and a keeper say to each other: one request and one answer, each a packet of lines
 * (lines.h) on a unix socket of type SOCK_SEQPACKET, so that a message is whole or not there.
 *
 * A request holds version, request and its own fields; an answer holds version, result (ok, refused
 * or failed), and reason when it is not ok. A keeper refuses a version that it does not know;
 * fields that a reader does not know are left alone.
 *
 * - status: how the seat stands here
 * - acquire, address: take the seat and bring the identity's files
 * - arm, unit, resource, node: a signer is about to be started under the present epoch
 * - watch, pid, cgroup: it runs; tell Pacemaker at once when it dies
 * - ease: its end is planned from now on
 * - disarm: it is gone; refused while its cgroup is populated
 * - height, height: the newest block that the node here has
 * - mute, at_most_ms: no packet of the signer passes any more until it is gone, or so long
 * - end, height: the head of the signer, asked after it was muted
 * - check: whether the identity's files in the source are right
 * - lose: kill what signs, prove it gone, wipe the identity
 */

#include <stddef.h>

#include "lines.h"
#include "ocf/error.h"

#define SEAT_PROTOCOL_VERSION 1
#define SEAT_SOCKET_DIR "/run/validator-keeper"
#define SEAT_KEY_DIR "/run/validator"
#define SEAT_STATE_DIR "/var/lib/validator-agents"
#define SEAT_PLACE_NOTE "unit" /* in the identity's state: which unit is placed how */
#define SEAT_IDENTITY_MAX 32

/* An identity's name becomes part of paths and unit names: 1 to 32 of a-z, A-Z, 0-9 and _. No '-':
 * systemd puts validator-a-b.slice into validator-a.slice, where a's gate and kill would reach b's
 * signer. Returns -EINVAL with a sentence. */
int seat_identity_check(const char *identity, struct ocf_error *err);

/* Begins a request, or an answer. */
void seat_request(struct lines *request, const char *name);
void seat_answer(struct lines *answer, const char *result, const char *reason);

/* 0 when the message is of our version; else -EPROTONOSUPPORT with a sentence. */
int seat_version_check(const struct lines *message, struct ocf_error *err);

#endif
