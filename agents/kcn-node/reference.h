/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KCN_NODE_REFERENCE_H
#define VALIDATOR_KCN_NODE_REFERENCE_H

/* The nodes beside this one by which a standby is measured: asked at each of its monitors, so
 * without libcurl where their URLs allow it. */

#include <stddef.h>

#include "agents/kcn-node/rpc.h"
#include "clock.h"
#include "ocf/error.h"
#include "text.h"

/* The newest head among the references that answer (height and timestamp); returns how many did,
 * and 0 with a sentence when none does. */
size_t kcn_reference_fetch(const struct text_list *urls, const struct deadline *deadline,
                           struct kcn_head *ret_head, struct ocf_error *err);

/* Whether references can be asked at all: -ELIBACC when the project is not installed whole. */
int kcn_reference_check(struct ocf_error *err);

#endif
