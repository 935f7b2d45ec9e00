/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/turns.h"

void turns_count(struct turns *turns, const struct turn_block *block)
{
        bool first = turns->checked == 0;

        if (block->number <= turns->checked)
                return;
        turns->checked = block->number;
        if (block->proposed_here)
                turns->missed = 0;
        else if (!first && block->due_here && block->round > 0)
                turns->missed++;
}
