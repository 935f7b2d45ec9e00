/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_ELASTIC_IP_OBSERVE_H
#define VALIDATOR_ELASTIC_IP_OBSERVE_H

/* All looking of the agent: asks the two witnesses and fills the facts. Changes nothing. */

#include "agents/elastic-ip/address.h"
#include "agents/elastic-ip/memory.h"
#include "aws/session.h"
#include "clock.h"
#include "ocf/error.h"

struct address_api;

struct address_scene {
        const struct address_params *params;
        const char *resource;
        struct imds imds;
        bool has_imds;
        const struct address_api *api; /* NULL until the API is needed */
        struct aws_session aws;        /* what the API's part works with */
        bool has_aws;
        struct address_record record;
        struct address_facts facts;
        struct ocf_error remote_error; /* why it is not known what the API says; else empty */
        struct ocf_error local_error;  /* the same of the metadata */
};

/* Recalls what was known; asks nobody yet. With `lenient`, credentials files that others can read
 * are used all the same. Release with address_scene_release. */
void address_scene_open(struct address_scene *ret_scene, const struct address_params *params,
                        const char *resource, bool lenient);

/* Asks the metadata service and sets facts.local. */
void address_observe_local(struct address_scene *scene, const struct deadline *deadline);

/* Asks the API and sets facts.remote and what belongs to it. */
void address_observe_remote(struct address_scene *scene, const struct deadline *deadline);

/* The interface that the address is to come to: the parameter's, the one with the private address,
 * or the instance's first. -ENXIO with a sentence when this instance has no such interface. */
int address_target_find(struct address_scene *scene, const struct deadline *deadline,
                        char ret_interface[static 64], struct ocf_error *err);

/* Keeps that the API answered this machine while another or nobody had the address. */
void address_reach_remember(const struct address_scene *scene);

/* Puts facts into the record and keeps it for the next action. */
void address_scene_remember(struct address_scene *scene);

void address_scene_release(struct address_scene *scene);

#endif
