/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/place.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "own.h"
#include "path.h"
#include "service/manager.h"
#include "text.h"

#define PLACE_FILE "50-validator-seat.conf"

int place_write(const char *dir, const char *unit, const char *slice, struct ocf_error *err)
{
        OWN_TEXT char *wanted = text_format("[Service]\nSlice=%s\n", slice);
        OWN_TEXT char *folder = NULL;
        OWN_TEXT char *path = NULL;
        char full[UNIT_NAME_SIZE], has[512];
        size_t length;
        int r = unit_full_name(unit, full, err);

        if (r < 0)
                return r;
        if (strpbrk(slice, "\n/ ") || strlen(slice) > UNIT_NAME_SIZE)
                return ocf_fail(err, -EINVAL, "'%s' is no name of a slice", slice);
        folder = text_format("%s/%s.d", dir ? dir : PLACE_DIR, full);
        path = text_format("%s/" PLACE_FILE, folder);
        if (path_read(path, has, sizeof has, &length) == 0 && text_equal(has, wanted))
                return 0;
        r = path_make_dir(folder, err);
        if (r >= 0)
                r = path_replace(path, wanted, strlen(wanted), false, err);
        if (r < 0)
                return r;
        /* systemctl shows it to everybody. */
        (void)chmod(folder, 0755);
        (void)chmod(path, 0644);
        return 1;
}

int place_unit(sd_bus *bus, const char *unit, const char *slice, const struct deadline *deadline,
               struct ocf_error *err)
{
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        int r = place_write(NULL, unit, slice, err);

        if (r <= 0)
                return r;
        r = manager_message(bus, &call, "Reload", "");
        if (r >= 0)
                r = sd_bus_call(bus, call, (uint64_t)deadline_left_ms(deadline) * 1000, &error,
                                NULL);
        if (r < 0)
                r = unit_fail("place", unit, r, &error, err);
        sd_bus_error_free(&error);
        return r < 0 ? r : 0;
}
