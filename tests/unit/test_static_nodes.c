/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/static_nodes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"
#include "scratch.h"
#include "suite.h"

/* Public keys of 128 digits. */
#define D16(c) c c c c c c c c c c c c c c c c
#define D128(c) D16(c) D16(c) D16(c) D16(c) D16(c) D16(c) D16(c) D16(c)
#define ALMOST D16("aaaaaaa") "aaaaaaaaaaaaaaa" /* 127 */
#define A "kni://" D128("a") "@192.0.2.1:32323?discport=0&ntype=pn"
#define A_ELSEWHERE "kni://" D128("a") "@192.0.2.99:32323"
#define A_CAPITAL "kni://" D128("A") "@192.0.2.99:32323"
#define AT "kni://" D128("a") "@"
#define B "kni://" D128("b") "@192.0.2.2:32323"
#define C "kni://" D128("c") "@192.0.2.3:32323"

struct list_file {
        struct scratch scratch;
        char path[96];
};

static void own_list_file(struct list_file *file)
{
        scratch_remove(&file->scratch);
}

#define OWN_LIST_FILE OWN(own_list_file)

static struct list_file list_file_make(const char *text, size_t length)
{
        struct list_file file = {.scratch = scratch_make()};

        (void)snprintf(file.path, sizeof file.path, "%s/static-nodes.json", file.scratch.path);
        if (text)
                ck_assert_int_eq(path_replace(file.path, text, length, false, NULL), 0);
        return file;
}

static void assert_list(const struct list_file *file, const char *wanted)
{
        char text[4096];
        size_t length;

        ck_assert_int_eq(path_read(file->path, text, sizeof text, &length), 0);
        ck_assert_str_eq(text, wanted);
}

static int ensure(const struct list_file *file, const char *urls, struct ocf_error *err)
{
        OWN(text_list_release) struct text_list wanted = {0};

        text_list_split(&wanted, urls, " ");
        return static_nodes_ensure(file->path, &wanted, err);
}

static const struct {
        const char *before; /* NULL: no file */
        const char *urls;
        const char *after;
} changes[] = {
        {NULL, A, "[\n  \"" A "\"\n]"},
        {"[]", A " " B, "[\n  \"" A "\",\n  \"" B "\"\n]"},
        {"[\"" C "\"]", A, "[\n  \"" C "\",\n  \"" A "\"\n]"},
        /* the order stays, and a node that moved is told once */
        {"[\"" C "\",\"" A_ELSEWHERE "\",\"" B "\"]", A,
         "[\n  \"" C "\",\n  \"" A "\",\n  \"" B "\"\n]"},
        {"[\"" A_CAPITAL "\"]", A, "[\n  \"" A "\"\n]"},
        /* what nobody understands is dropped by nobody */
        {"[\"enode://x\", \"kni://\"]", A, "[\n  \"enode://x\",\n  \"kni://\",\n  \"" A "\"\n]"},
};

START_TEST(wanted_nodes_are_added_and_nothing_is_dropped)
{
        const char *before = changes[_i].before;
        OWN_LIST_FILE struct list_file file = list_file_make(before, before ? strlen(before) : 0);

        for (int i = 0; i < 2; i++) {
                ck_assert_int_eq(ensure(&file, changes[_i].urls, NULL), 0);
                assert_list(&file, changes[_i].after);
        }
}
END_TEST

/* kcn may be reading it. */
START_TEST(list_that_has_all_is_not_touched)
{
        static const char text[] = "  [ \"" B "\" , \"" A "\" ]\n";
        OWN_LIST_FILE struct list_file file = list_file_make(text, strlen(text));
        struct stat before, after;

        ck_assert_int_eq(stat(file.path, &before), 0);
        ck_assert_int_eq(ensure(&file, A " " B, NULL), 0);
        ck_assert_int_eq(ensure(&file, "", NULL), 0);
        ck_assert_int_eq(stat(file.path, &after), 0);
        ck_assert_uint_eq(before.st_ino, after.st_ino);
        assert_list(&file, text);
}
END_TEST

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
        const char *text;
        size_t length;
} broken[] = {
        {BYTES("")},           {BYTES("[")},         {BYTES("{}")},
        {BYTES("null")},       {BYTES("[1]")},       {BYTES("[\"a\", null]")},
        {BYTES("[[\"a\"]]")},  {BYTES("[\"a\"] x")}, {BYTES("[\"a\",]")},
        {BYTES("[\"\xff\"]")}, {BYTES("[\"a\0\"]")}, {BYTES("// a comment\n[]")},
};

START_TEST(broken_list_is_kept_and_told)
{
        OWN_LIST_FILE struct list_file file = list_file_make(broken[_i].text, broken[_i].length);
        struct ocf_error err = {0};
        char text[64];
        size_t length;

        ck_assert_int_eq(ensure(&file, A, &err), -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.sentence, file.path));
        ck_assert_ptr_nonnull(strstr(err.sentence, "left as it is"));
        ck_assert_ptr_null(strstr(err.sentence, "line -1"));
        ck_assert_int_eq(path_read(file.path, text, sizeof text, &length), 0);
        ck_assert_uint_eq(length, broken[_i].length);
        ck_assert_mem_eq(text, broken[_i].text, length);
}
END_TEST

START_TEST(list_without_end_is_refused)
{
        OWN_TEXT char *text = mem_zero((1 << 20) + 2);
        struct ocf_error err = {0};

        memset(text, ' ', (1 << 20) + 1);

        OWN_LIST_FILE struct list_file file = list_file_make(text, (1 << 20) + 1);

        ck_assert_int_eq(ensure(&file, A, &err), -EFBIG);
        ck_assert_ptr_nonnull(strstr(err.sentence, file.path));
}
END_TEST

static const struct {
        const char *url;
        int r;
} urls[] = {
        {A, 0},
        {B, 0},
        {A_CAPITAL, 0},
        {"", -EINVAL},
        {"kni://", -EINVAL},
        {"enode://" D128("a") "@192.0.2.1:32323", -EINVAL},
        {"kni://" D128("a"), -EINVAL},
        {"kni://" D128("a") "@192.0.2.1", -EINVAL},
        {"kni://" D128("a") "b@192.0.2.1:32323", -EINVAL},
        {"kni://a@192.0.2.1:32323", -EINVAL},
        {"kni://" D128("g") "@192.0.2.1:32323", -EINVAL},
        {" " B, -EINVAL},
        {"xni://" D128("a") "@192.0.2.1:32323", -EINVAL},
        {"kni://" D128("a") "x192.0.2.1:32323", -EINVAL},
        {"kni://" ALMOST "g@192.0.2.1:32323", -EINVAL},
        {AT "pn-1.example.net:65535", 0},
        {AT "[2001:db8::1]:32323?ntype=pn", 0},
        {AT "192.0.2.1:1/?discport=0", 0},
        {AT ":", -EINVAL},
        {AT ":32323", -EINVAL},
        {AT "192.0.2.1:", -EINVAL},
        {AT "192.0.2.1:?discport=0", -EINVAL},
        {AT "192.0.2.1:0", -EINVAL},
        {AT "192.0.2.1:99999", -EINVAL},
        {AT "192.0.2.1:65536", -EINVAL},
        {AT "192.0.2.1:32323x", -EINVAL},
        {AT "192.0.2.1:999999999", -EINVAL},
        {AT "0.0.0.0:32323", -EINVAL},
        {AT "[::]:32323", -EINVAL},
        {AT "[::1", -EINVAL},
        {AT "[]:32323", -EINVAL},
        {AT "[2001:db8::1]", -EINVAL},
        {AT "[2001:db8::1]32323", -EINVAL},
        {AT "2001:db8::1:32323", -EINVAL},
        {AT "a b:32323", -EINVAL},
        {AT "a@b:32323", -EINVAL},
};

START_TEST(url_is_of_the_form_or_refused)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(static_nodes_check_url(urls[_i].url, &err), urls[_i].r);
        ck_assert_int_eq(*err.sentence != '\0', urls[_i].r < 0);
}
END_TEST

START_TEST(one_node_is_told_once)
{
        OWN(text_list_release) struct text_list list = {0};
        struct ocf_error err = {0};

        text_list_split(&list, A " " B, " ");
        ck_assert_int_eq(static_nodes_check_urls(&list, &err), 0);
        text_list_add(&list, A_CAPITAL);
        ck_assert_int_eq(static_nodes_check_urls(&list, &err), -EINVAL);
        ck_assert_msg(strstr(err.sentence, "twice"), "%s", err.sentence);
}
END_TEST

/* kcn may run as another user, and the file may be kept elsewhere. */
START_TEST(links_owner_and_mode_stay)
{
        OWN_LIST_FILE struct list_file file = list_file_make("[]", 2);
        OWN_TEXT char *link = text_format("%s/link", file.scratch.path);
        struct list_file linked = file;
        struct stat st;

        ck_assert_int_eq(chmod(file.path, 0644), 0);
        if (geteuid() == 0)
                ck_assert_int_eq(chown(file.path, 65534, 65534), 0);
        ck_assert_int_eq(symlink("static-nodes.json", link), 0);
        (void)snprintf(linked.path, sizeof linked.path, "%s", link);
        ck_assert_int_eq(ensure(&linked, B, NULL), 0);
        ck_assert_int_eq(lstat(link, &st), 0);
        ck_assert(S_ISLNK(st.st_mode));
        assert_list(&file, "[\n  \"" B "\"\n]");
        ck_assert_int_eq(lstat(file.path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0644);
        ck_assert_uint_eq(st.st_uid, geteuid() == 0 ? 65534 : geteuid());
        ck_assert_int_eq(unlink(link), 0);
}
END_TEST

SUITE_MAIN("kcn-node/static_nodes", TABLE(wanted_nodes_are_added_and_nothing_is_dropped, changes),
           TEST(list_that_has_all_is_not_touched), TABLE(broken_list_is_kept_and_told, broken),
           TEST(list_without_end_is_refused), TABLE(url_is_of_the_form_or_refused, urls),
           TEST(one_node_is_told_once), TEST(links_owner_and_mode_stay))
