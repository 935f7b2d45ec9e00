/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"

#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own.h"
#include "suite.h"

START_TEST(byte_that_is_not_printable_ascii_becomes_a_question_mark)
{
        char text[] = "a\tb\n\x7f\xc3\xa4 ~";

        text_tame(text);
        ck_assert_str_eq(text, "a?b???? ~");
}
END_TEST

START_TEST(absent_text_equals_nothing_and_starts_with_nothing)
{
        ck_assert(!text_equal(NULL, NULL));
        ck_assert(!text_equal(NULL, ""));
        ck_assert(text_equal("", ""));
        ck_assert(!text_starts(NULL, ""));
        ck_assert(text_starts("enode://", "enode:"));
        ck_assert(!text_starts("eno", "enode"));
        ck_assert_ptr_null(text_copy(NULL));
}
END_TEST

START_TEST(list_keeps_its_pieces_in_order_without_empty_ones)
{
        struct text_list list = {0};

        text_list_split(&list, " a, b,,c ", ", ");
        text_list_split(&list, "", ", ");
        text_list_split(&list, NULL, ", ");
        text_list_add(&list, "a");
        ck_assert_uint_eq(list.count, 4);
        ck_assert_str_eq(list.items[0], "a");
        ck_assert_str_eq(list.items[2], "c");
        ck_assert_str_eq(list.items[3], "a");
        ck_assert(text_list_has(&list, "b"));
        ck_assert(!text_list_has(&list, ""));
        text_list_release(&list);
        ck_assert_uint_eq(list.count, 0);
        text_list_release(&list);
}
END_TEST

START_TEST(text_is_formatted_at_any_length)
{
        OWN_TEXT char *text = text_format("%s-%05d", "a", 42);
        OWN_TEXT char *long_text = text_format("%0*d", 70000, 1);

        ck_assert_str_eq(text, "a-00042");
        ck_assert_uint_eq(strlen(long_text), 70000);
}
END_TEST

START_TEST(running_out_of_memory_ends_the_process_with_code_1_and_a_reason)
{
        static const char reason[] = "ocf-exit-reason:out of memory\n";
        char said[4096] = {0};
        int both[2], status;
        pid_t pid;

        ck_assert_int_eq(pipe(both), 0);
        pid = fork();
        if (pid == 0) {
                volatile size_t count = SIZE_MAX; /* the product overflows, so reallocarray fails */

                (void)dup2(both[1], STDERR_FILENO);
                free(mem_grow(NULL, count, 2));
                _exit(0);
        }
        (void)close(both[1]);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert(WIFEXITED(status));
        ck_assert_int_eq(WEXITSTATUS(status), 1);
        ck_assert_int_gt(read(both[0], said, sizeof said - 1), 0);
        /* AddressSanitizer has a word of its own before it. */
        ck_assert_msg(strstr(said, reason), "%s", said);
        (void)close(both[0]);
}
END_TEST

SUITE_MAIN("text", TEST(byte_that_is_not_printable_ascii_becomes_a_question_mark),
           TEST(absent_text_equals_nothing_and_starts_with_nothing),
           TEST(list_keeps_its_pieces_in_order_without_empty_ones),
           TEST(text_is_formatted_at_any_length),
           TEST(running_out_of_memory_ends_the_process_with_code_1_and_a_reason))
