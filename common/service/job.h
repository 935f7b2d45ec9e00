/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_SERVICE_JOB_H
#define VALIDATOR_SERVICE_JOB_H

/* systemd's jobs: a start or a stop is asked for, queued, and over when a signal says so. */

#include "service/bus.h"

enum job_kind { JOB_START, JOB_STOP };

/* Asks for the job, replacing one that is queued for the unit, and waits for its end. -ENOENT: no
 * such unit; -ETIMEDOUT: the deadline came first and the job goes on; -ECANCELED: another took its
 * place; else what became of it. */
int job_run(sd_bus *bus, enum job_kind kind, const char *name, const struct deadline *deadline,
            struct ocf_error *err);

#endif
