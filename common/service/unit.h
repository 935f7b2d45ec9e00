/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_UNIT_H
#define VALIDATOR_SERVICE_UNIT_H

/* A systemd unit over the bus, by jobs and properties, never by a program's text or exit code: an
 * init script (which has a unit that systemd generates) reports success for a node that died at
 * once. So a start that returns 0 says that the job is done, and unit_observe says what became of
 * it. Nor does an inactive unit prove that nothing runs: with KillMode=process, which a unit made
 * from an init script has, systemd lets go of what its stop has left running; control_group shows
 * it and unit_kill ends it. A name without a suffix is a service's.
 *
 * When the bus or systemd does not answer, every call fails; nothing is ever reported as stopped
 * for want of an answer. */

#include <stdbool.h>
#include <sys/types.h>

#include "service/bus.h"

/* Whether systemd knows the unit. A unit whose file was removed while it ran is UNIT_NOT_FOUND and
 * may well be active. */
enum unit_load {
        UNIT_LOAD_UNKNOWN,
        UNIT_NOT_FOUND,
        UNIT_LOADED,
        UNIT_MASKED,
        UNIT_BROKEN, /* its file cannot be used */
};

enum unit_active {
        UNIT_UNKNOWN,
        UNIT_ACTIVE, /* or reloading */
        UNIT_ACTIVATING,
        UNIT_DEACTIVATING,
        UNIT_INACTIVE,
        UNIT_FAILED,
};

#define UNIT_GROUP_SIZE 1024

struct unit_facts {
        enum unit_load load;
        enum unit_active active;
        char sub_state[32];                  /* running, dead, exited, auto-restart, … */
        pid_t main_pid;                      /* 0: none is known */
        char control_group[UNIT_GROUP_SIZE]; /* empty: it has no process (process/control_group.h)
                                              */
        char file_state[32]; /* enabled, disabled, static, masked, generated, …; may be empty */
        char restart[32];    /* Restart=: no, always, on-failure, … */
        char type[32];       /* Type=: simple, forking, notify, … */
        char result[32];     /* of the last run: success, exit-code, signal, timeout, … */
        char user[64];       /* User=: empty is root */
        bool wanted;         /* another unit wants or requires it: it comes with the boot */
};

/* One round trip. A unit that does not exist is UNIT_NOT_FOUND, not an error. */
int unit_observe(sd_bus *bus, const char *name, const struct deadline *deadline,
                 struct unit_facts *ret_facts, struct ocf_error *err);

/* Only the control group of a service, empty as above: all that a monitor asks, and the hundreds of
 * other properties cost both sides. One round trip. */
int unit_control_group(sd_bus *bus, const char *name, const struct deadline *deadline,
                       char ret_group[static UNIT_GROUP_SIZE], struct ocf_error *err);

/* Starts the unit and waits until systemd has done the job; one that is active stays as it is.
 * -ENOENT: there is no such unit; -ETIMEDOUT: the deadline came first and the job goes on. */
int unit_start(sd_bus *bus, const char *name, const struct deadline *deadline,
               struct ocf_error *err);

/* The same for a stop; a unit that does not exist or does not run is stopped. See above for what it
 * may leave. */
int unit_stop(sd_bus *bus, const char *name, const struct deadline *deadline,
              struct ocf_error *err);

/* Makes a failed unit an inactive one and forgets how often it was started. */
int unit_reset_failed(sd_bus *bus, const char *name, const struct deadline *deadline,
                      struct ocf_error *err);

/* Kills every process of the unit with SIGKILL and returns 0 when none is left. systemd may then
 * start it again, if its Restart= says so: to end a unit for good, stop it as well. */
int unit_kill(sd_bus *bus, const char *name, const struct deadline *deadline,
              struct ocf_error *err);

#endif
