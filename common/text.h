/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TEXT_H
#define VALIDATOR_TEXT_H

/* Text on the heap and memory that cannot fail. An agent may be killed at any moment by its
 * timeout, so running out of memory is treated alike: the process ends with a reason and code 1.
 * Sizes that come from outside are bounded before they reach these calls. */

#include <stdbool.h>
#include <stddef.h>

/* As malloc, calloc-like zeroed; never NULL. The caller frees. */
void *mem_zero(size_t size);

/* As realloc for `count` items of `size`; never NULL. */
void *mem_grow(void *old, size_t count, size_t size);

/* A copy of `text`; NULL gives NULL. The caller frees. */
char *text_copy(const char *text);

/* A new text by printf's rules. The caller frees. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Replaces each byte that is not printable ASCII by '?', so that a foreign answer can be shown. */
void text_tame(char *text);

bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);

/* A growing list of texts, owned. */
struct text_list {
        char **items;
        size_t count;
};

/* Appends a copy. */
void text_list_add(struct text_list *list, const char *text);
bool text_list_has(const struct text_list *list, const char *text);
void text_list_release(struct text_list *list);

/* Splits at any of the bytes in `separators`, dropping empty pieces, and appends the pieces. */
void text_list_split(struct text_list *list, const char *text, const char *separators);

#endif
