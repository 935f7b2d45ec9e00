/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a key file's content; its first byte chooses the kind. What is read is what stands
 * there; what is refused has a sentence that shows nothing of it. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "key/file.h"
#include "parse.h"

#define SHOWN_MAX 12 /* bytes in a row that a sentence may share with a file by chance */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void secret_is_the_content(const struct key_file *file, const struct secret *secret,
                                  const uint8_t *content, size_t size)
{
        uint8_t bytes[SECRET_SIZE];

        holds(size == SECRET_HEX || (size == SECRET_HEX + 1 && content[SECRET_HEX] == '\n'));
        holds(parse_hex_bytes((const char *)content, SECRET_HEX, bytes, sizeof bytes) == 0);
        holds(memcmp(bytes, secret->bytes, sizeof bytes) == 0);
        holds(key_valid(file->kind, secret));
}

static void sentence_shows_nothing(const struct ocf_error *err, const uint8_t *content, size_t size)
{
        size_t length = strlen(err->sentence);

        holds(length > 0);
        for (size_t i = 0; i + SHOWN_MAX <= size; i++)
                holds(!memmem(err->sentence, length, content + i, SHOWN_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const struct secret zero = {.hex = "0000000000000000000000000000000000000000000000"
                                                  "000000000000000000"};
        OWN_FD int fd = memfd_create("k", MFD_CLOEXEC);
        OWN_SECRET struct secret secret;
        struct ocf_error err = {0};
        struct key_file file = {.owner = geteuid(), .follow = true};
        char path[32];

        if (size == 0)
                return 0;
        file.kind = data[0] & 1 ? KEY_BLS12_381 : KEY_SECP256K1;
        data++;
        size--;
        secret_init(&secret);
        holds(fd >= 0 && fchmod(fd, 0600) == 0);
        holds(write(fd, data, size) == (ssize_t)size);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        file.path = path;
        if (key_file_read(&file, &secret, &err) == 0) {
                secret_is_the_content(&file, &secret, data, size);
                return 0;
        }
        holds(memcmp(&secret, &zero, sizeof zero) == 0);
        sentence_shows_nothing(&err, data, size);
        return 0;
}
