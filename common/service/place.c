/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lines.h"
#include "own.h"
#include "path.h"
#include "service/manager.h"
#include "text.h"

#define PLACE_FILE "50-validator-seat.conf"

enum { COMMAND_MAX = 2048 };

/* systemd.service(5), COMMAND LINES: quotes, and what is special within them. */
static char *word_quote(const char *word)
{
        char *quoted = mem_zero(2 * strlen(word) + 3);
        char *to = quoted;

        *to++ = '"';
        for (; *word; word++) {
                if (*word == '%' || *word == '$')
                        *to++ = *word;
                if (*word == '"' || *word == '\\')
                        *to++ = '\\';
                *to++ = *word;
        }
        *to = '"';
        return quoted;
}

char *place_command(const char *const *argv)
{
        char *command = text_format("+%s", argv[0]);

        for (size_t i = 1; argv[i]; i++) {
                OWN_TEXT char *word = word_quote(argv[i]);
                char *longer = text_format("%s %s", command, word);

                free(command);
                command = longer;
        }
        return command;
}

static int place_check(const struct place *place, struct ocf_error *err)
{
        if (strpbrk(place->slice, "\n/ ") || strlen(place->slice) > UNIT_NAME_SIZE)
                return ocf_fail(err, -EINVAL, "'%s' is no name of a slice", place->slice);
        if (strchr(place->check, '\n') || strlen(place->check) > COMMAND_MAX)
                return ocf_fail(err, -EINVAL,
                                "the check before a start of %s is no command of one line",
                                place->unit);
        return 0;
}

static char *place_format(const struct place *place)
{
        return text_format("[Service]\n%s%s%s%s%s%s", *place->slice ? "Slice=" : "", place->slice,
                           *place->slice ? "\n" : "", *place->check ? "ExecStartPre=" : "",
                           place->check, *place->check ? "\n" : "");
}

int place_write(const char *dir, const struct place *place, struct ocf_error *err)
{
        OWN_TEXT char *wanted = place_format(place);
        OWN_TEXT char *folder = NULL;
        OWN_TEXT char *path = NULL;
        char full[UNIT_NAME_SIZE], has[COMMAND_MAX + 512];
        size_t length;
        int r = unit_full_name(place->unit, full, err);

        if (r >= 0)
                r = place_check(place, err);
        if (r < 0)
                return r;
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

static int manager_reload(sd_bus *bus, const char *unit, const struct deadline *deadline,
                          struct ocf_error *err)
{
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        int r = manager_message(bus, &call, "Reload", "");

        if (r >= 0)
                r = bus_call(bus, call, deadline, &error, NULL);
        if (r < 0)
                r = unit_fail("place", unit, r, &error, err);
        sd_bus_error_free(&error);
        return r < 0 ? r : 0;
}

int place_unit(sd_bus *bus, const struct place *place, const struct deadline *deadline,
               struct ocf_error *err)
{
        int r = place_write(NULL, place, err);

        return r <= 0 ? r : manager_reload(bus, place->unit, deadline, err);
}

int place_keep(const char *path, const struct place *place, struct ocf_error *err)
{
        struct lines has, wanted;

        lines_clear(&wanted);
        (void)lines_put(&wanted, "unit", "%s", place->unit);
        (void)lines_put(&wanted, "slice", "%s", place->slice);
        if (lines_put(&wanted, "check", "%s", place->check) < 0)
                return ocf_fail(err, -E2BIG, "the check before a start of %s is too long",
                                place->unit);
        if (lines_read(&has, path) == 0 && text_equal(has.text, wanted.text))
                return 0;
        return lines_write(&wanted, path, true, err);
}

int place_again(const char *path, const struct deadline *deadline, struct ocf_error *err)
{
        char unit[UNIT_NAME_SIZE], slice[UNIT_NAME_SIZE], check[COMMAND_MAX + 1];
        const struct place place = {.unit = unit, .slice = slice, .check = check};
        OWN_BUS sd_bus *bus = NULL;
        struct lines note;
        int r = lines_read(&note, path);

        if (r < 0)
                return ocf_fail(err, r, "cannot read '%s': %s", path, strerror(-r));
        if (!lines_get(&note, "unit", unit, sizeof unit))
                return 0;
        (void)lines_get(&note, "slice", slice, sizeof slice);
        (void)lines_get(&note, "check", check, sizeof check);
        r = place_write(NULL, &place, err);
        if (r <= 0)
                return r;
        r = bus_open(deadline, &bus, err);
        return r < 0 ? r : manager_reload(bus, unit, deadline, err);
}
