/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/env.h"

#include <stdlib.h>

#include "parse.h"
#include "text.h"

static const char *env_text(const char *name, const char *otherwise)
{
        const char *value = getenv(name);

        return value && *value ? value : otherwise;
}

static uint64_t env_number(const char *name)
{
        uint64_t value = 0;

        (void)parse_u64(getenv(name), &value);
        return value;
}

static const char *env_facility(void)
{
        const char *facility = env_text("PCMK_logfacility", env_text("HA_logfacility", NULL));

        return text_equal(facility, "none") ? NULL : facility;
}

struct ocf_env ocf_env_load(void)
{
        return (struct ocf_env){
                .instance = env_text("OCF_RESOURCE_INSTANCE", ""),
                .node = env_text("OCF_RESKEY_CRM_meta_on_node", ""),
                .reason_prefix = env_text("OCF_EXIT_REASON_PREFIX", "ocf-exit-reason:"),
                .log_facility = env_facility(),
                .timeout_ms = env_number("OCF_RESKEY_CRM_meta_timeout"),
                .interval_ms = env_number("OCF_RESKEY_CRM_meta_interval"),
                .check_level = env_number("OCF_CHECK_LEVEL"),
                .in_cluster = getenv("OCF_RESKEY_crm_feature_set") != NULL,
                .trace = text_equal(getenv("OCF_TRACE_RA"), "1"),
        };
}
