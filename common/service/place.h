/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_PLACE_H
#define VALIDATOR_SERVICE_PLACE_H

/* In which slice a unit runs from its next start on: a drop-in below /run, which a reboot forgets
 * and an operator's own file of a later name overrides. A gate stands on the slice, so that
 * whatever starts the unit, it is born behind it. */

#include "service/bus.h"

#define PLACE_DIR "/run/systemd/system"

/* Writes the drop-in. Returns 1 when systemd has to read it, 0 when it was right already. `dir`
 * NULL is PLACE_DIR. */
int place_write(const char *dir, const char *unit, const char *slice, struct ocf_error *err);

/* The same, and has systemd read it. */
int place_unit(sd_bus *bus, const char *unit, const char *slice, const struct deadline *deadline,
               struct ocf_error *err);

#endif
