/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_GATE_PROGRAM_H
#define VALIDATOR_GATE_PROGRAM_H

/* The gate's program, in the kernel's own instructions:
 *
 *         pass if the packet leaves by the loopback interface
 *         pass if bpf_ktime_get_boot_ns() <= deadline
 *         drop
 *
 * By the names a keeper that was restarted knows its gate again, and by the instructions whether it
 * is its own version's. Whatever the instructions become, the map stays one deadline in nanoseconds
 * of the kernel's boot time, or gets another name. */

#include <linux/bpf.h>

#define GATE_PROGRAM_NAME "validator_gate"
#define GATE_MAP_NAME "validator_until"

enum { GATE_PROGRAM_LENGTH = 16 };

/* The program that reads its deadline from `map`. */
void gate_program_write(int map, struct bpf_insn ret_code[static GATE_PROGRAM_LENGTH]);

#endif
