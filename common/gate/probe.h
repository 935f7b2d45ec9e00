/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_GATE_PROBE_H
#define VALIDATOR_GATE_PROBE_H

/* The proof that a closed gate refuses a packet, made with a packet: a child in a leaf cgroup of
 * its own below the gate's sends one UDP datagram to the discard port, by a real interface, and
 * tells what the kernel answered. */

#include "clock.h"
#include "gate/gate.h"
#include "ocf/error.h"

/* 0 when the gate, which has to be closed, refused the packet. -EPROTO when it let it pass: the
 * gate is worth nothing here. Any other error: the proof could not be made, which is no proof;
 * -ENODEV: no interface but loopback is up. */
int gate_probe(const struct gate *gate, const struct deadline *deadline, struct ocf_error *err);

#endif
