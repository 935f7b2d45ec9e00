/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

#include "agents/elastic-ip/remote.h"

#define MODULE LIBEXECDIR "/elastic-ip-ec2.so"
#define MODULE_NAME "elastic_ip_api"

int address_api_load(const struct address_api **api, struct ocf_error *err)
{
        void *module;

        if (*api)
                return 0;
        /* It stays until the process ends. Lazily: of the libraries below
         * it one request needs a small part. */
        module = dlopen(MODULE, RTLD_LAZY | RTLD_LOCAL);
        if (module)
                *api = dlsym(module, MODULE_NAME);
        if (!*api)
                return ocf_fail(err, -ELIBACC,
                                "the agent's part that asks the EC2 API cannot be loaded, install "
                                "the project whole: %s",
                                dlerror());
        return 0;
}
