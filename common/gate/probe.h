/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_GATE_PROBE_H
#define VALIDATOR_GATE_PROBE_H

/* The proof that the gate, and nothing else, decides, made with packets: a child in a leaf cgroup
 * of its own below the gate's sends UDP datagrams to the discard port, by a real interface, and
 * tells what the kernel answered. They pass while the gate is open for a standby and before a
 * deadline, and are refused when it is shut and after a deadline. Were only the refusals looked at,
 * a firewall would be taken for a gate, and a clock that is not the kernel's for a deadline. */

#include "clock.h"
#include "gate/gate.h"
#include "ocf/error.h"

/* Opens the gate and leaves it shut: no process behind it may have the seat's key, and no
 * connection of one that had it may be left. 0 when it is proved. -EPROTO when the gate is worth
 * nothing here. Any other error: the proof could not be made, which is no proof; -ENODEV: no
 * interface but loopback is up; -EACCES: something else refuses the packets. */
int gate_probe(const struct gate *gate, const struct deadline *deadline, struct ocf_error *err);

#endif
