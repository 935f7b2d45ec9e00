/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_TOLD_H
#define VALIDATOR_SERVICE_TOLD_H

/* What a service's file tells the programs that it starts: by their command lines and their
 * environment. What they inherit from systemd itself is not among it. */

#include "service/bus.h"
#include "text.h"

struct unit_told {
        struct text_list commands;  /* of ExecStart=, each with its arguments behind blanks */
        struct text_list variables; /* NAME=VALUE of Environment= */
        struct text_list files;     /* paths or patterns of EnvironmentFile= */
};

/* Three round trips. Errors as unit_observe's. Release in every case. */
int unit_told_fetch(sd_bus *bus, const char *name, const struct deadline *deadline,
                    struct unit_told *ret_told, struct ocf_error *err);

void unit_told_release(struct unit_told *told);

#endif
