/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

int module_load(const char *path, const char *name, const char *what, const void **ret_found,
                struct ocf_error *err)
{
        /* Lazily: of the libraries below it one request needs a small part. */
        void *module = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
        const void *found = module ? dlsym(module, name) : NULL;

        if (!found)
                return ocf_fail(err, -ELIBACC, "%s cannot be loaded, install the project whole: %s",
                                what, dlerror());
        *ret_found = found;
        return 0;
}
