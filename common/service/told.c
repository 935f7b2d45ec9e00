/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/told.h"

#include <stdlib.h>

#include "own.h"
#include "service/manager.h"

/* One property of the service, and how its value is read. */
struct property {
        const char *name;
        int (*read)(sd_bus_message *message, struct text_list *into);
        struct text_list *into;
};

/* One command of ExecStart=; what is behind its arguments tells of its runs. */
static int command_read(sd_bus_message *message, struct text_list *into)
{
        OWN_TEXT char *line = NULL;
        const char *word;
        int r = sd_bus_message_read(message, "s", &word);

        if (r >= 0)
                line = text_copy(word);
        if (r >= 0)
                r = sd_bus_message_enter_container(message, 'a', "s");
        while (r >= 0 && (r = sd_bus_message_read(message, "s", &word)) > 0) {
                char *longer = text_format("%s %s", line, word);

                free(line);
                line = longer;
        }
        if (r >= 0)
                r = sd_bus_message_exit_container(message);
        if (r >= 0)
                r = sd_bus_message_skip(message, "bttttuii");
        if (r >= 0)
                text_list_add(into, line);
        return r;
}

static int commands_read(sd_bus_message *message, struct text_list *into)
{
        int r = sd_bus_message_enter_container(message, 'v', "a(sasbttttuii)");

        if (r >= 0)
                r = sd_bus_message_enter_container(message, 'a', "(sasbttttuii)");
        while (r >= 0 && (r = sd_bus_message_enter_container(message, 'r', "sasbttttuii")) > 0) {
                r = command_read(message, into);
                if (r >= 0)
                        r = sd_bus_message_exit_container(message);
        }
        return r;
}

static int variables_read(sd_bus_message *message, struct text_list *into)
{
        const char *text;
        int r = sd_bus_message_enter_container(message, 'v', "as");

        if (r >= 0)
                r = sd_bus_message_enter_container(message, 'a', "s");
        while (r >= 0 && (r = sd_bus_message_read(message, "s", &text)) > 0)
                text_list_add(into, text);
        return r;
}

static int file_names_read(sd_bus_message *message, struct text_list *into)
{
        const char *path;
        int may_lack;
        int r = sd_bus_message_enter_container(message, 'v', "a(sb)");

        if (r >= 0)
                r = sd_bus_message_enter_container(message, 'a', "(sb)");
        while (r >= 0 && (r = sd_bus_message_read(message, "(sb)", &path, &may_lack)) > 0)
                text_list_add(into, path);
        return r;
}

static int property_fetch(sd_bus *bus, const char *unit, const struct property *property,
                          const struct deadline *deadline, struct ocf_error *err)
{
        OWN_BUS_ERROR sd_bus_error error = SD_BUS_ERROR_NULL;
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_BUS_MESSAGE sd_bus_message *reply = NULL;
        int r = manager_property(bus, &call, unit, property->name);

        if (r >= 0)
                r = bus_call(bus, call, deadline, &error, &reply);
        if (r >= 0)
                r = property->read(reply, property->into);
        return r < 0 ? unit_fail("read the configuration of", unit, r, &error, err) : 0;
}

int unit_told_fetch(sd_bus *bus, const char *name, const struct deadline *deadline,
                    struct unit_told *ret_told, struct ocf_error *err)
{
        const struct property properties[] = {
                {"ExecStart", commands_read, &ret_told->commands},
                {"Environment", variables_read, &ret_told->variables},
                {"EnvironmentFiles", file_names_read, &ret_told->files},
        };
        char full[UNIT_NAME_SIZE];
        int r;

        *ret_told = (struct unit_told){0};
        r = unit_full_name(name, full, err);
        for (size_t i = 0; r >= 0 && i < sizeof properties / sizeof *properties; i++)
                r = property_fetch(bus, full, &properties[i], deadline, err);
        return r;
}

void unit_told_release(struct unit_told *told)
{
        text_list_release(&told->commands);
        text_list_release(&told->variables);
        text_list_release(&told->files);
}
