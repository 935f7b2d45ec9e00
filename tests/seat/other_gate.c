/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gate's program of another version: the same verdicts by other instructions. */
#define gate_program_write gate_program_write_this
#include "../../common/gate/program.c"
#undef gate_program_write

void gate_program_write(int map, struct bpf_insn ret_code[static GATE_PROGRAM_LENGTH]);

void gate_program_write(int map, struct bpf_insn ret_code[static GATE_PROGRAM_LENGTH])
{
        gate_program_write_this(map, ret_code);
        /* The map's key lies elsewhere on the stack. */
        ret_code[2].off = -8;
        ret_code[4].imm = -8;
}
