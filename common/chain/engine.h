/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CHAIN_ENGINE_H
#define VALIDATOR_CHAIN_ENGINE_H

/* The actions of a promotable validator, the same for every chain: observe, judge (chain/role.h),
 * act. */

#include "chain/driver.h"
#include "ocf/exit.h"

enum ocf_rc chain_start(struct validator *validator);
enum ocf_rc chain_stop(struct validator *validator);
enum ocf_rc chain_promote(struct validator *validator);
enum ocf_rc chain_demote(struct validator *validator);
enum ocf_rc chain_monitor(struct validator *validator);

#endif
