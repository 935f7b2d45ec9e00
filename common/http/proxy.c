/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/proxy.h"

#include <string.h>

const char *proxy_authority(const char *proxy)
{
        const char *at = strrchr(proxy, '@');
        const char *scheme = strstr(proxy, "://");

        return at ? at + 1 : scheme ? scheme + 3 : proxy;
}
