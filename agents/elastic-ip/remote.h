/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ELASTIC_IP_REMOTE_H
#define VALIDATOR_ELASTIC_IP_REMOTE_H

/* The agent's talk with the EC2 API. It is a module, elastic-ip-ec2.so, that is loaded when the API
 * is asked for the first time: HTTPS and XML are thirty-five libraries, which cost three times what
 * a monitor does that only looks at the instance's metadata, and most monitors do. */

#include <stdbool.h>

#include "clock.h"
#include "ocf/error.h"

struct address_scene;

struct address_change {
        const char *interface; /* associate with this one; NULL: give up facts.association_id */
        bool dry;              /* only ask whether it would be allowed */
};

struct address_api {
        /* Asks who has the address: facts.remote and what belongs to it, else remote_error. */
        void (*observe)(struct address_scene *scene, const struct deadline *deadline);
        /* After an observe. Errors as ec2_call, or ec2_dry_run. */
        int (*change)(struct address_scene *scene, const struct address_change *change,
                      const struct deadline *deadline, struct ocf_error *err);
        /* Lets the session go. */
        void (*release)(struct address_scene *scene);
};

/* The module's one name. */
extern const struct address_api elastic_ip_api __attribute__((visibility("default")));

/* Loads the module, if that is not done yet. -ELIBACC when the project is not installed whole. */
int address_api_load(const struct address_api **api, struct ocf_error *err);

#endif
