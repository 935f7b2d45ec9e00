/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a kcnd.conf. What is read from it is what a file of quoted values gives that says
 * the same; what is refused has a sentence that names the line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assignments.h"
#include "own.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void name_is_sound(const char *name)
{
        holds(*name && !(*name >= '0' && *name <= '9'));
        holds(strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
              strlen(name));
}

/* The last one of a name wins, as in a shell. */
static void value_is_found(const struct assignments *all, size_t i)
{
        const struct assignment *last = &all->items[i];
        struct ocf_error err = {0};
        const char *value = "untouched";
        int r;

        for (size_t later = i + 1; later < all->count; later++)
                if (strcmp(all->items[later].name, last->name) == 0)
                        last = &all->items[later];
        r = assignments_get(all, last->name, &value, &err);
        holds((r == 0) == (last->value != NULL));
        holds(ocf_error_set(&err) == (r < 0));
        holds(r < 0 || value == last->value);
}

static void value_survives_quoting(const struct assignment *item)
{
        OWN(assignments_release) struct assignments again = {0};
        OWN_TEXT char *line = NULL;

        if (!item->value || strpbrk(item->value, "'\n\r"))
                return;
        line = text_format("%s='%s'\n", item->name, item->value);
        if (strlen(line) >= ASSIGNMENTS_FILE_MAX)
                return;
        holds(assignments_parse(&again, "kcnd.conf", line, NULL) == 0 && again.count == 1);
        holds(strcmp(again.items[0].name, item->name) == 0);
        holds(strcmp(again.items[0].value, item->value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        OWN(assignments_release) struct assignments all = {0};
        OWN_TEXT char *text = mem_zero(size + 1);
        struct ocf_error err = {0};
        int r;

        if (size)
                memcpy(text, data, size);
        r = assignments_parse(&all, "kcnd.conf", text, &err);
        holds(ocf_error_set(&err) == (r < 0));
        holds(r == 0 || strstr(err.sentence, "kcnd.conf"));
        for (size_t i = 0; r == 0 && i < all.count; i++) {
                name_is_sound(all.items[i].name);
                holds(!all.items[i].value || strlen(all.items[i].value) <= ASSIGNMENTS_FILE_MAX);
                value_is_found(&all, i);
                value_survives_quoting(&all.items[i]);
        }
        return 0;
}
