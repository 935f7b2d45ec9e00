/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/program.h"

#include <stddef.h>
#include <string.h>

#define CODE(code_, dst, src, off_, imm_)    \
        ((struct bpf_insn){.code = (code_),  \
                           .dst_reg = (dst), \
                           .src_reg = (src), \
                           .off = (off_),    \
                           .imm = (imm_)})

/* The loopback interface has this index in every network namespace. */
enum { LOOPBACK_INDEX = 1 };

void gate_program_write(int map, struct bpf_insn ret_code[static GATE_PROGRAM_LENGTH])
{
        const struct bpf_insn code[GATE_PROGRAM_LENGTH] = {
                /* if (skb->ifindex == LOOPBACK_INDEX) goto pass */
                CODE(BPF_LDX | BPF_MEM | BPF_W, 2, 1, offsetof(struct __sk_buff, ifindex), 0),
                CODE(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 10, LOOPBACK_INDEX),
                /* r0 = &until[0] */
                CODE(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
                CODE(BPF_ALU64 | BPF_MOV | BPF_X, 2, BPF_REG_10, 0, 0),
                CODE(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
                CODE(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map),
                CODE(0, 0, 0, 0, 0),
                CODE(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
                /* if (!r0) goto drop; r6 = *r0 */
                CODE(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 5, 0),
                CODE(BPF_LDX | BPF_MEM | BPF_DW, 6, 0, 0, 0),
                /* if (now > r6) goto drop */
                CODE(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ktime_get_boot_ns),
                CODE(BPF_JMP | BPF_JGT | BPF_X, 0, 6, 2, 0),
                /* pass: */
                CODE(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1),
                CODE(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
                /* drop: */
                CODE(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
                CODE(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
        };

        memcpy(ret_code, code, sizeof code);
}
