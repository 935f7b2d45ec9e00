/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_MANAGER_H
#define VALIDATOR_SERVICE_MANAGER_H

/* systemd's manager object on the bus, and what all calls about a unit share. */

#include "service/bus.h"

#define MANAGER "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE "org.freedesktop.systemd1.Manager"
#define MANAGER_NO_SUCH_UNIT "org.freedesktop.systemd1.NoSuchUnit"

/* systemd's own bound of a unit's name, with the NUL. */
#define UNIT_NAME_SIZE 256

/* The unit's whole name: one without a suffix is a service's. -EINVAL: it cannot be a unit's. */
int unit_full_name(const char *name, char ret_full[static UNIT_NAME_SIZE], struct ocf_error *err);

/* The sentence for a call about a unit that failed with `r`, and with `error` if the other side
 * said something; -ENOENT when it said that there is no such unit, else `r`. */
int unit_fail(const char *what, const char *name, int r, const sd_bus_error *error,
              struct ocf_error *err);

/* A call of the manager, with arguments as sd_bus_message_append takes them. The caller releases
 * it. */
int manager_message(sd_bus *bus, sd_bus_message **ret_call, const char *method, const char *types,
                    ...);

/* The call that asks for one of the service's own properties; its answer is a variant. `name` is
 * whole. The caller releases it. */
int manager_property(sd_bus *bus, sd_bus_message **ret_call, const char *name,
                     const char *property);

#endif
