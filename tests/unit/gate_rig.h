/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_GATE_RIG_H
#define VALIDATOR_TESTS_GATE_RIG_H

/* A signer and a machine that listens to it, for the tests of the gate: two network namespaces
 * joined by a veth pair and a cgroup subtree of our own. Nothing outside is touched. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RIG_LISTENER "192.0.2.2"

enum { RIG_UDP_PORT = 4000, RIG_TCP_PORT = 4001 };

struct rig {
        char path[64]; /* of the slice below the cgroup2 root */
        int slice;
        int leaf; /* below the slice, for signers */
        pid_t listener;
        int order;  /* to the listener, one byte each */
        int answer; /* from it, one struct rig_answer each */
};

struct rig_answer {
        uint64_t packets;
        uint64_t last_stamp_ns; /* as the sender stamped it, on CLOCK_BOOTTIME */
        uint64_t bytes;
        int error; /* errno with which the TCP stream ended, 0 for its orderly end */
};

/* NULL, or the sentence why the gate cannot be tested here. */
const char *rig_missing(void);

void rig_start(struct rig *rig);
void rig_stop(struct rig *rig);

/* A process in `cgroup` that sends stamped datagrams without a pause, refusals ignored. */
pid_t rig_signer_udp(int cgroup);

/* One that fills a TCP connection to the listener, who does not read, until nothing more fits. It
 * has done so when this returns. */
pid_t rig_signer_tcp(int cgroup);

/* What the datagram socket of the listener got since the last call. */
struct rig_answer rig_datagrams(const struct rig *rig);

/* Bytes that wait in the listener's TCP socket, unread. */
struct rig_answer rig_stream_waiting(const struct rig *rig);

/* Has the listener read its TCP stream to the end, of whichever kind. */
struct rig_answer rig_stream_rest(const struct rig *rig);

/* errno of one datagram sent to `address` from a new process in `cgroup`, 0 when it passed. */
int rig_send_once(int cgroup, const char *address);

void rig_kill(pid_t pid);

#endif
