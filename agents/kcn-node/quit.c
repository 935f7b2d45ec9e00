/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/quit.h"

#include "process/proc.h"

enum tri quit_chain_data_open(const struct layout *layout)
{
        struct lock_holder holder = {0};

        if (proc_file_locked(layout->lock, &holder, NULL) != TRI_YES || !holder.pid)
                return TRI_UNKNOWN;
        return proc_has_open_below(holder.pid, layout->chaindata);
}
