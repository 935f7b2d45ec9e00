/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/start_judge.h"

#include <stddef.h>

const char *start_refusal(const struct start_facts *facts)
{
        if (!facts->fit)
                return "kcn would be told what cannot stand beside a cluster";
        if (facts->seats_key == TRI_NO)
                return NULL;
        if (facts->seats_key == TRI_UNKNOWN)
                return "it cannot be told whose key the node would load";
        if (facts->held == TRI_UNKNOWN)
                return "the node would load the seat's key, and the keeper does not say that this "
                       "machine holds the seat";
        if (facts->held == TRI_NO)
                return "the node would load the seat's key, but this machine does not hold the "
                       "seat";
        if (facts->armed != TRI_YES || facts->signer_epoch != facts->epoch)
                return "the node would load the seat's key, but only a promote by Pacemaker starts "
                       "the signer";
        return NULL;
}
