/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/manager.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "text.h"

int unit_full_name(const char *name, char ret_full[static UNIT_NAME_SIZE], struct ocf_error *err)
{
        static const char *const suffixes[] = {".service", ".slice", ".target", ".socket",
                                               ".timer",   ".mount", ".scope",  ".path"};
        const char *suffix = strrchr(name, '.');
        bool whole = false;
        int n;

        for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
                whole = whole || text_equal(suffix, suffixes[i]);
        n = snprintf(ret_full, UNIT_NAME_SIZE, "%s%s", name, whole ? "" : ".service");
        if (!*name || n >= UNIT_NAME_SIZE || strchr(name, '/'))
                return ocf_fail(err, -EINVAL, "'%s' is no name of a systemd unit", name);
        return 0;
}

int unit_fail(const char *what, const char *name, int r, const sd_bus_error *error,
              struct ocf_error *err)
{
        OWN_TEXT char *said = text_copy(error && error->message ? error->message : strerror(-r));

        text_tame(said);
        if (sd_bus_error_has_name(error, MANAGER_NO_SUCH_UNIT))
                return ocf_fail(err, -ENOENT, "cannot %s unit '%s': systemd knows no such unit",
                                what, name);
        if (r == -ETIMEDOUT)
                return ocf_fail(err, r, "cannot %s unit '%s': systemd did not answer in time", what,
                                name);
        return ocf_fail(err, r, "cannot %s unit '%s': %s", what, name, said);
}

int manager_message(sd_bus *bus, sd_bus_message **ret_call, const char *method, const char *types,
                    ...)
{
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        va_list args;
        int r;

        r = sd_bus_message_new_method_call(bus, &call, MANAGER, MANAGER_PATH, MANAGER_INTERFACE,
                                           method);
        if (r < 0)
                return r;
        va_start(args, types);
        r = sd_bus_message_appendv(call, types, args);
        va_end(args);
        if (r >= 0)
                *ret_call = TAKE(call);
        return r;
}

int manager_property(sd_bus *bus, sd_bus_message **ret_call, const char *name, const char *property)
{
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_TEXT char *path = NULL;
        int r = sd_bus_path_encode(MANAGER_PATH "/unit", name, &path);

        if (r >= 0)
                r = sd_bus_message_new_method_call(bus, &call, MANAGER, path,
                                                   "org.freedesktop.DBus.Properties", "Get");
        if (r >= 0)
                r = sd_bus_message_append(call, "ss", MANAGER ".Service", property);
        if (r >= 0)
                *ret_call = TAKE(call);
        return r;
}
