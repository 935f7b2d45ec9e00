/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a static-nodes.json. Afterwards it holds what was wanted and all that it held, in
 * its order; or it is as it was, and a sentence says why. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* the file itself: the agents are no library */
#include "agents/kcn-node/static_nodes.c"

#define KEY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define WANTED "kni://" KEY KEY "@192.0.2.1:32323"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void folder_remove(const char *folder)
{
        OWN_TEXT char *path = text_format("%s/nodes", folder);

        (void)unlink(path);
        holds(rmdir(folder) == 0); /* nothing else was left there */
}

/* Every node that was there still is, at its place; the wanted one is there once. */
static void list_is_kept(json_t *before, json_t *after)
{
        size_t wanted = 0;
        json_t *item;
        size_t i;

        holds(json_is_array(before) && json_array_size(after) >= json_array_size(before));
        json_array_foreach (after, i, item) {
                const char *url = json_string_value(item);
                const char *was = json_string_value(json_array_get(before, i));

                wanted += strcmp(url, WANTED) == 0;
                holds(!was || strcmp(url, was) == 0 || same_node(was, WANTED));
        }
        holds(wanted >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char *urls[] = {(char[]){WANTED}};
        const struct text_list wanted = {.items = urls, .count = 1};
        char folder[] = "/dev/shm/validator-fuzz.XXXXXX";
        OWN_TEXT char *path = NULL;
        OWN_JSON json_t *before = json_loadb((const char *)data, size, 0, NULL);
        OWN_JSON json_t *after = NULL;
        OWN_TEXT char *text = mem_zero(FILE_MAX);
        OWN_TEXT char *again = mem_zero(FILE_MAX);
        struct ocf_error err = {0};
        size_t length, length_again;

        if (size >= FILE_MAX / 2 || !mkdtemp(folder))
                return 0;
        path = text_format("%s/nodes", folder);
        holds(path_replace(path, (const char *)data, size, false, NULL) == 0);
        if (static_nodes_ensure(path, &wanted, &err) < 0) {
                holds(strstr(err.sentence, path) && strstr(err.sentence, "left as it is"));
                holds(path_read(path, text, FILE_MAX, &length) == 0);
                holds(length == size && memcmp(text, data, size) == 0);
                folder_remove(folder);
                return 0;
        }
        holds(path_read(path, text, FILE_MAX, &length) == 0);
        after = json_loadb(text, length, 0, NULL);
        list_is_kept(before, after);
        holds(static_nodes_ensure(path, &wanted, &err) == 0);
        holds(path_read(path, again, FILE_MAX, &length_again) == 0);
        holds(length == length_again && memcmp(text, again, length) == 0);
        folder_remove(folder);
        return 0;
}
