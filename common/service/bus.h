/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_BUS_H
#define VALIDATOR_SERVICE_BUS_H

/* The system bus with a deadline. libsystemd bounds a method call, but not the connection's
 * greeting before the first one, which takes for ever when dbus-daemon hangs. */

#include <systemd/sd-bus.h>

#include "clock.h"
#include "ocf/error.h"
#include "own.h"

/* Connects and greets. The caller owns the connection: OWN_BUS. */
int bus_open(const struct deadline *deadline, sd_bus **ret_bus, struct ocf_error *err);

/* Does one piece of work that lies on the connection (answers, signals) or waits for it. Returns 0
 * or -ETIMEDOUT, or the connection's error. */
int bus_step(sd_bus *bus, const struct deadline *deadline);

/* Sends a call and waits for its answer. On failure `ret_error` says what the other side said,
 * where it did; the caller releases it and the answer. */
int bus_call(sd_bus *bus, sd_bus_message *call, const struct deadline *deadline,
             sd_bus_error *ret_error, sd_bus_message **ret_reply);

/* Closes without flushing, which could block. */
#define OWN_BUS OWN(sd_bus_close_unrefp)
#define OWN_BUS_MESSAGE OWN(sd_bus_message_unrefp)
#define OWN_BUS_SLOT OWN(sd_bus_slot_unrefp)
#define OWN_BUS_ERROR OWN(sd_bus_error_free)

#endif
