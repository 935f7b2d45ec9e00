/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/transport.h"

#include "module.h"

int keeper_transport(const struct http_transport **ret_http, struct ocf_error *err)
{
        const void *found = NULL;
        int r = module_load(LIBEXECDIR "/http-client.so", "http_transport",
                            "the keeper's part that asks etcd", &found, err);

        *ret_http = found;
        return r;
}
