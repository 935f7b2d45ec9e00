/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a packet of the keeper's protocol. What is taken is taken whole, byte for byte, can
 * be put together again from its values, and says one thing by each name. */
#include <stdint.h>
#include <string.h>

#include "lines.h"
#include "seat/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

/* Takes one line after the other out, by its name, and puts it into another set. */
static void lines_move(struct lines *from, struct lines *to)
{
        char name[LINES_MAX], value[LINES_MAX];

        while (from->length) {
                size_t before = from->length;
                size_t length = strcspn(from->text, "=");

                memcpy(name, from->text, length);
                name[length] = '\0';
                holds(lines_get(from, name, value, sizeof value));
                holds(lines_is(from, name, value));
                holds(lines_put(from, name, "%s", value) < 0); /* it stands there already */
                holds(lines_put(to, name, "%s", value) == 0);
                lines_remove(from, name);
                holds(from->length == before - length - strlen(value) - 2);
                holds(from->length == strlen(from->text));
                holds(!lines_get(from, name, value, sizeof value));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct lines lines, taken, again;
        struct ocf_error err = {0};
        int r = lines_parse(&lines, (const char *)data, size);

        if (r < 0) {
                holds(lines.length == 0 && lines.text[0] == '\0');
                return 0;
        }
        holds(lines.length == size && memcmp(lines.text, data, size) == 0);
        r = seat_version_check(&lines, &err);
        holds((r == 0) == (lines_get_u64(&lines, "version", 0) == SEAT_PROTOCOL_VERSION));
        holds(ocf_error_set(&err) == (r < 0));
        taken = lines;
        lines_clear(&again);
        lines_move(&taken, &again);
        holds(again.length == size && memcmp(again.text, lines.text, size) == 0);
        return 0;
}
