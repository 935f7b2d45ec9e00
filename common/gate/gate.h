/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_GATE_GATE_H
#define VALIDATOR_GATE_GATE_H

/* The gate: what the signer sends leaves the machine only until a deadline on CLOCK_BOOTTIME, and
 * nobody has to be alive for it to shut. It stands on one cgroup, the slice of the signer, so that
 * every unit that is started in the slice is born behind it, restarts included. Loopback always
 * passes. It judges packets of sockets; AF_PACKET and AF_XDP do not come by here.
 *
 * One number tells its state:
 *
 *         GATE_CLOSED     nothing passes (a new gate)
 *         an instant      passes until then: the lease
 *         GATE_STANDBY    passes for ever: only for a signer that cannot hold the seat's key
 *
 * The gate belongs to the kernel: it stays on the cgroup when the process that made it ends in any
 * way, and a successor adopts it with the deadline that it finds there. It is known by the
 * program's name. One of ours whose instructions, by the kernel's hash, are another version's is
 * replaced. What others attached is never touched, and does not weaken the gate, since all programs
 * must let a packet pass. */

#include <stdbool.h>
#include <stdint.h>

#include "ocf/error.h"
#include "own.h"

#define GATE_CLOSED UINT64_C(0)
#define GATE_STANDBY UINT64_MAX

struct gate {
        int cgroup;  /* the caller's, must stay open */
        int program; /* owned */
        int map;     /* owned */
        uint32_t id; /* of the program, as the kernel counts */
};

#define GATE_NONE ((struct gate){.cgroup = -1, .program = -1, .map = -1})
#define OWN_GATE OWN(gate_release)

/* Finds our gate on the cgroup, or puts one there, closed. One of another version is replaced, and
 * of several of ours (two keepers that started at once) one stays, with the earliest deadline of
 * them: what passed before passes after, and at no instant less is held back. `ret_adopted` tells
 * whether one was there already. -EPERM when this process counts another boot time than the kernel.
 */
int gate_open(int cgroup, struct gate *ret_gate, bool *ret_adopted, struct ocf_error *err);

/* Lets go of it; it goes on standing. */
void gate_release(struct gate *gate);

/* Moves the deadline: GATE_CLOSED, GATE_STANDBY or nanoseconds of CLOCK_BOOTTIME. */
int gate_set(const struct gate *gate, uint64_t until_ns, struct ocf_error *err);

/* What the kernel holds now. */
int gate_read(const struct gate *gate, uint64_t *ret_until_ns, struct ocf_error *err);

/* 0 when the gate still stands on its cgroup; -ENOENT with a sentence when somebody took it away or
 * the cgroup is gone: nothing holds the signer's packets back then, and it has to be killed. */
int gate_check(const struct gate *gate, struct ocf_error *err);

/* Nanoseconds of CLOCK_BOOTTIME, the clock that the kernel compares with. */
uint64_t gate_now_ns(void);

#endif
