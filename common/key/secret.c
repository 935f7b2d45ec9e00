/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/secret.h"

#include <errno.h>
#include <nettle/memops.h>
#include <string.h>
#include <sys/mman.h>

#include "parse.h"

void secret_init(struct secret *secret)
{
        static const uint8_t zero[SECRET_SIZE];

        /* Never unlocked again: locks do not nest, and another secret may share the page. */
        (void)mlock(secret, sizeof *secret);
        secret_set(secret, zero);
}

void secret_wipe(struct secret *secret)
{
        explicit_bzero(secret, sizeof *secret);
}

void secret_set(struct secret *secret, const uint8_t bytes[static SECRET_SIZE])
{
        memcpy(secret->bytes, bytes, SECRET_SIZE);
        format_hex(secret->bytes, SECRET_SIZE, secret->hex);
}

int secret_parse(struct secret *secret, const char *text, size_t length)
{
        int r = parse_hex_bytes(text, length, secret->bytes, SECRET_SIZE);

        if (r == 0)
                format_hex(secret->bytes, SECRET_SIZE, secret->hex);
        return r;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
        return memeql_sec(a->bytes, b->bytes, SECRET_SIZE) != 0;
}
