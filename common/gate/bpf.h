/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_GATE_BPF_H
#define VALIDATOR_GATE_BPF_H

/* The few calls of bpf(2) that the gate needs, each with a sentence where the kernel refuses. No
 * compiler for BPF and no libbpf: the program is 16 instructions (program.c). Descriptors are the
 * caller's and are close-on-exec. */

#include <stddef.h>
#include <stdint.h>

#include "ocf/error.h"

enum { BPF_GATE_TAG_SIZE = 8, BPF_GATE_PROGRAMS_MAX = 64 };

/* What the kernel says of a loaded program. */
struct bpf_gate_info {
        char name[16];
        uint8_t tag[BPF_GATE_TAG_SIZE]; /* the kernel's hash of the instructions, without the map */
        uint32_t id;
        uint32_t map; /* id of the only map, 0 when there is none or more than one */
};

/* An array with one u64, 0 at first. */
int bpf_deadline_new(int *ret_map, struct ocf_error *err);
int bpf_deadline_set(int map, uint64_t at_ns, struct ocf_error *err);
int bpf_deadline_get(int map, uint64_t *ret_at_ns, struct ocf_error *err);

/* Opens the map with that id. -EPROTO when it does not have the name and the shape that
 * bpf_deadline_new gives. */
int bpf_deadline_open(uint32_t id, int *ret_map, struct ocf_error *err);

/* Loads the gate's program over `map`; it has no effect until it is attached. */
int bpf_gate_load(int map, int *ret_program, struct ocf_error *err);
int bpf_gate_open(uint32_t id, int *ret_program, struct ocf_error *err);
int bpf_gate_describe(int program, struct bpf_gate_info *ret_info, struct ocf_error *err);

/* Adds the program to those that judge what leaves the cgroup and everything below it. Others'
 * programs stay, and all have to let a packet pass. */
int bpf_gate_attach(int cgroup, int program, struct ocf_error *err);
int bpf_gate_detach(int cgroup, int program, struct ocf_error *err);

/* The ids of the programs attached to this very cgroup, anybody's; at most BPF_GATE_PROGRAMS_MAX,
 * which is also the kernel's own bound. */
int bpf_gate_list(int cgroup, uint32_t ret_ids[static BPF_GATE_PROGRAMS_MAX], size_t *ret_count,
                  struct ocf_error *err);

#endif
