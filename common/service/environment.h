/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_ENVIRONMENT_H
#define VALIDATOR_SERVICE_ENVIRONMENT_H

/* What a service's file says of the environment of its programs. What they inherit from systemd
 * itself is not among it. */

#include "service/bus.h"
#include "text.h"

struct unit_environment {
        struct text_list variables; /* NAME=VALUE of Environment= */
        struct text_list files;     /* paths or patterns of EnvironmentFile= */
};

/* Two round trips. Errors as unit_observe's. Release in every case. */
int unit_environment_fetch(sd_bus *bus, const char *name, const struct deadline *deadline,
                           struct unit_environment *ret_environment, struct ocf_error *err);

void unit_environment_release(struct unit_environment *environment);

#endif
