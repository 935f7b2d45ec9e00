/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "path.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own.h"
#include "suite.h"
#include "text.h"

/* A directory of the test's own, entered and left again. */
struct place {
        char dir[32];
};

static struct place place_enter(void)
{
        struct place place = {.dir = "path.XXXXXX"};

        ck_assert_ptr_nonnull(mkdtemp(place.dir));
        ck_assert_int_eq(chdir(place.dir), 0);
        return place;
}

static int place_count(void)
{
        OWN_DIR DIR *dir = opendir(".");
        int count = -2; /* . and .. */

        while (readdir(dir))
                count++;
        return count;
}

static void place_leave(struct place *place, const char *const *names, size_t count)
{
        for (size_t i = 0; i < count; i++)
                ck_assert_int_eq(remove(names[i]), 0);
        ck_assert_int_eq(chdir(".."), 0);
        ck_assert_int_eq(rmdir(place->dir), 0);
}

#define LEAVE(place, ...)                                                      \
        do {                                                                   \
                const char *const names_[] = {__VA_ARGS__};                    \
                                                                               \
                place_leave(&(place), names_, sizeof names_ / sizeof *names_); \
        } while (0)

START_TEST(file_is_replaced_whole_and_is_the_owners_alone)
{
        struct place place = place_enter();
        struct ocf_error err = {0};
        char text[16];
        size_t length;
        struct stat st;

        ck_assert_int_eq(path_replace("f", "one", 3, false, &err), 0);
        ck_assert_int_eq(chmod("f", 0644), 0);
        ck_assert_int_eq(path_replace("f", "second", 6, true, &err), 0);
        ck_assert_int_eq(path_read("f", text, sizeof text, &length), 0);
        ck_assert_str_eq(text, "second");
        ck_assert_uint_eq(length, 6);
        ck_assert_int_eq(stat("f", &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0600);
        ck_assert_int_eq(place_count(), 1);
        LEAVE(place, "f");
}
END_TEST

START_TEST(replacement_that_fails_leaves_the_old_and_no_temporary_file)
{
        struct place place = place_enter();
        struct ocf_error err = {0};

        ck_assert_int_eq(mkdir("d", 0700), 0);
        ck_assert_int_eq(path_replace("d", "x", 1, false, &err), -EISDIR);
        ck_assert_str_eq(err.sentence, "cannot write 'd': Is a directory");
        ck_assert_int_eq(place_count(), 1);
        ck_assert_int_eq(path_replace("absent/f", "x", 1, false, NULL), -ENOENT);
        LEAVE(place, "d");
}
END_TEST

START_TEST(file_longer_than_the_buffer_is_not_read_in_part)
{
        struct place place = place_enter();
        struct ocf_error err = {0};
        char text[8];
        size_t length = 99;

        ck_assert_int_eq(path_replace("f", "12345678", 8, false, &err), 0);
        ck_assert_int_eq(path_read("f", text, sizeof text, &length), -EFBIG);
        ck_assert_int_eq(path_read("/dev/zero", text, sizeof text, &length), -EFBIG);
        ck_assert_int_eq(path_read(".", text, sizeof text, &length), -EISDIR);
        ck_assert_int_eq(path_read("absent", text, sizeof text, &length), -ENOENT);
        ck_assert_uint_eq(length, 99);
        ck_assert_int_eq(path_replace("f", "1234567", 7, false, &err), 0);
        ck_assert_int_eq(path_read("f", text, sizeof text, NULL), 0);
        ck_assert_str_eq(text, "1234567");
        LEAVE(place, "f");
}
END_TEST

START_TEST(tail_is_the_logs_end_from_a_place_on)
{
        struct place place = place_enter();
        struct ocf_error err = {0};
        char text[5];

        ck_assert_int_eq(path_replace("f", "abcdefgh", 8, false, &err), 0);
        ck_assert_int_eq(path_read_tail("f", 0, text, sizeof text), 0);
        ck_assert_str_eq(text, "efgh");
        ck_assert_int_eq(path_read_tail("f", 6, text, sizeof text), 0);
        ck_assert_str_eq(text, "gh");
        ck_assert_int_eq(path_read_tail("f", 100, text, sizeof text), 0);
        ck_assert_str_eq(text, "");
        ck_assert_int_eq(path_read_tail("absent", 0, text, sizeof text), 0);
        ck_assert_str_eq(text, "");
        LEAVE(place, "f");
}
END_TEST

START_TEST(directory_is_made_with_its_parents)
{
        struct place place = place_enter();
        struct ocf_error err = {0};
        struct stat st;

        ck_assert_int_eq(path_make_dir("a/b//c/", &err), 0);
        ck_assert_int_eq(path_make_dir("a/b/c", &err), 0);
        ck_assert_int_eq(stat("a/b", &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0700);
        ck_assert_int_eq(path_make_dir("/", &err), 0);
        ck_assert_int_eq(path_sync_dir("a/b"), 0);
        LEAVE(place, "a/b/c", "a/b", "a");
}
END_TEST

START_TEST(directory_whose_name_is_taken_by_something_else_is_refused)
{
        struct place place = place_enter();
        struct ocf_error err = {0};

        ck_assert_int_eq(path_replace("f", "", 0, false, &err), 0);
        ck_assert_int_eq(symlink("nowhere", "l"), 0);
        ck_assert_int_eq(path_make_dir("f", &err), -ENOTDIR);
        ck_assert_str_eq(err.sentence, "cannot make the directory 'f': Not a directory");
        ck_assert_int_eq(path_make_dir("f/g", NULL), -ENOTDIR);
        ck_assert_int_eq(path_make_dir("l", NULL), -ENOENT);
        ck_assert_int_eq(path_make_dir("", NULL), -ENOENT);
        ck_assert_int_eq(path_sync_dir("f"), -ENOTDIR);
        LEAVE(place, "f", "l");
}
END_TEST

SUITE_MAIN("path", TEST(file_is_replaced_whole_and_is_the_owners_alone),
           TEST(replacement_that_fails_leaves_the_old_and_no_temporary_file),
           TEST(file_longer_than_the_buffer_is_not_read_in_part),
           TEST(tail_is_the_logs_end_from_a_place_on), TEST(directory_is_made_with_its_parents),
           TEST(directory_whose_name_is_taken_by_something_else_is_refused))
