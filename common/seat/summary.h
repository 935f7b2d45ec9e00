/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SEAT_SUMMARY_H
#define VALIDATOR_SEAT_SUMMARY_H

/* How the seat stands on this machine in a few words, for an attribute of the node: nothing in it
 * changes while all goes well. Pure. */

#include <stddef.h>

#include "seat/client.h"

enum { SEAT_SUMMARY_SIZE = 128 };

/* Such as "held, epoch 7, gate leased"; what protection is missing stands in capitals. NULL: the
 * keeper does not answer. */
void seat_summarize(const struct seat_view *view, char ret_text[static SEAT_SUMMARY_SIZE]);

#endif
