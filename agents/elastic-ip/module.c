/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>

#include "agents/elastic-ip/remote.h"
#include "module.h"

int address_api_load(const struct address_api **api, struct ocf_error *err)
{
        const void *found;
        int r = 0;

        if (*api)
                return 0;
        r = module_load(LIBEXECDIR "/elastic-ip-ec2.so", "elastic_ip_api",
                        "the agent's part that asks the EC2 API", &found, err);
        if (r >= 0)
                *api = found;
        return r;
}
