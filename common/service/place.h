/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_PLACE_H
#define VALIDATOR_SERVICE_PLACE_H

/* In which slice a unit runs from its next start on, and what judges each of its starts: a drop-in
 * below /run, which a reboot forgets and an operator's own file of a later name overrides. A gate
 * stands on the slice, so that whatever starts the unit, it is born behind it. The note, on the
 * disk, is for the keeper, which writes the drop-in again after a boot. */

#include "service/bus.h"

#define PLACE_DIR "/run/systemd/system"

struct place {
        const char *unit;
        const char *slice; /* "": the one that systemd gives it */
        const char *check; /* ExecStartPre, as place_command makes it; "": none */
};

/* A command with all privileges, whatever the unit's user and sandbox are; the caller frees. */
char *place_command(const char *const *argv);

/* Writes the drop-in. Returns 1 when systemd has to read it, 0 when it was right already. `dir`
 * NULL is PLACE_DIR. */
int place_write(const char *dir, const struct place *place, struct ocf_error *err);

/* The same, and has systemd read it. */
int place_unit(sd_bus *bus, const struct place *place, const struct deadline *deadline,
               struct ocf_error *err);

/* Writes the note, durably, when it says something else. */
int place_keep(const char *path, const struct place *place, struct ocf_error *err);

/* Places the unit that the note names; 0 when there is no note. */
int place_again(const char *path, const struct deadline *deadline, struct ocf_error *err);

#endif
