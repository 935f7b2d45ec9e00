/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/floor_book.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "keeper/errand.h"
#include "lease/store.h"
#include "ocf/log.h"
#include "text.h"

enum { EVERY_MS = 5000, AGAIN_MS = 200 };

static void floor_write(void *data)
{
        struct floor_book *book = data;

        ocf_error_clear(&book->writing.fault);
        if (floor_raise(book->path, book->writing.height, &book->writing.fault) >= 0)
                (void)floor_read(book->path, &book->writing.height, &book->writing.fault);
}

int floor_book_open(struct floor_book *ret_book, const char *dir, struct ocf_error *err)
{
        *ret_book = (struct floor_book){.path = text_format("%s/floor", dir)};
        (void)floor_read(ret_book->path, &ret_book->height, &ret_book->fault);
        return errand_new(floor_write, ret_book, false, &ret_book->errand, err);
}

void floor_book_close(struct floor_book *book)
{
        errand_free(book->errand);
        free(book->path);
        *book = (struct floor_book){0};
}

int floor_book_fd(const struct floor_book *book)
{
        return errand_fd(book->errand);
}

static void written_take(struct floor_book *book)
{
        const struct ocf_error *fault = &book->writing.fault;

        if (!book->under_way || !errand_done(book->errand))
                return;
        book->under_way = false;
        if (*fault->sentence && strcmp(fault->sentence, book->fault.sentence) != 0)
                ocf_log_warning("%s", fault->sentence);
        if (!*fault->sentence)
                book->height = book->writing.height;
        book->fault = *fault;
}

static int64_t pause_ms(const struct floor_book *book, bool urgent)
{
        if (!urgent)
                return EVERY_MS;
        return *book->fault.sentence ? AGAIN_MS : 0;
}

bool floor_book_keep(struct floor_book *book, uint64_t height, bool urgent)
{
        const int64_t now_ms = clock_now_ms();

        written_take(book);
        if (height <= book->height && !*book->fault.sentence)
                return true;
        if (book->under_way || now_ms < book->begun_ms + pause_ms(book, urgent))
                return false;
        book->writing.height = height;
        book->begun_ms = now_ms;
        book->under_way = true;
        errand_begin(book->errand);
        return false;
}
