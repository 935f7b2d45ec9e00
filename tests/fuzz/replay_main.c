/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzz target on the files that it is given, or that are in the folders that it is given: so
 * that any compiler replays the corpus. */
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "own.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file_replay(const char *path)
{
        OWN_FILE FILE *file = fopen(path, "re");
        OWN_TEXT uint8_t *data = NULL;
        struct stat found;

        if (!file || fstat(fileno(file), &found) < 0)
                return -1;
        /* of just its size, so that a sanitizer sees a read beyond */
        data = mem_grow(NULL, (size_t)found.st_size, 1);
        if (fread(data, 1, (size_t)found.st_size, file) != (size_t)found.st_size)
                return -1;
        return LLVMFuzzerTestOneInput(data, (size_t)found.st_size);
}

static int folder_replay(const char *folder)
{
        OWN_DIR DIR *entries = opendir(folder);
        const struct dirent *entry;
        int count = 0;

        while (entries && (entry = readdir(entries))) {
                OWN_TEXT char *path = text_format("%s/%s", folder, entry->d_name);

                if (entry->d_name[0] == '.')
                        continue;
                if (file_replay(path) < 0)
                        return -1;
                count++;
        }
        return count;
}

int main(int argc, char **argv)
{
        for (int i = 1; i < argc; i++) {
                int count = folder_replay(argv[i]);

                if (count == 0)
                        count = file_replay(argv[i]) < 0 ? -1 : 1;
                if (count < 0) {
                        (void)fprintf(stderr, "cannot replay '%s'\n", argv[i]);
                        return 1;
                }
                (void)printf("%s: %d replayed\n", argv[i], count);
        }
        return argc < 2;
}
