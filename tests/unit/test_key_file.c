/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "scratch.h"
#include "suite.h"

#define DIGITS "d2204985d356bc43666a813f097ec986484f31b15138b3c902c70d8e9400b7b9"
#define ORDER "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define ABOVE_R "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"
#define STRANGER 4242

static void file_put(const char *path, const char *content, mode_t mode)
{
        OWN_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
        ck_assert_int_eq(fchmod(fd, mode), 0);
}

/* `sentence` is the part that follows the file's name. */
static const struct {
        const char *content;
        mode_t mode;
        enum key_kind kind;
        int r;
        const char *sentence;
} contents[] = {
        {DIGITS, 0600, KEY_SECP256K1, 0, ""},
        {DIGITS "\n", 0600, KEY_SECP256K1, 0, ""},
        {DIGITS, 0400, KEY_SECP256K1, 0, ""},
        {ABOVE_R, 0600, KEY_SECP256K1, 0, ""},
        {ABOVE_R, 0600, KEY_BLS12_381, -EBADMSG, "holds no valid BLS12-381 private key"},
        {ORDER, 0600, KEY_SECP256K1, -EBADMSG, "holds no valid secp256k1 private key"},
        {"", 0600, KEY_SECP256K1, -EBADMSG, "is empty"},
        {"d220", 0600, KEY_SECP256K1, -EBADMSG, "has 4 bytes, too few for 64 hex digits"},
        {DIGITS "\n\n", 0600, KEY_SECP256K1, -EBADMSG,
         "goes on after 64 bytes; it must hold 64 hex digits and at most one newline"},
        {DIGITS "0", 0600, KEY_SECP256K1, -EBADMSG,
         "goes on after 64 bytes; it must hold 64 hex digits and at most one newline"},
        {DIGITS "\r\n", 0600, KEY_SECP256K1, -EBADMSG,
         "goes on after 64 bytes; it must hold 64 hex digits and at most one newline"},
        {"0x" DIGITS, 0600, KEY_SECP256K1, -EBADMSG,
         "begins with '0x'; take the prefix away, kcn wants 64 hex digits alone"},
        {" 2204985d356bc43666a813f097ec986484f31b15138b3c902c70d8e9400b7b9", 0600, KEY_SECP256K1,
         -EBADMSG, "holds bytes that are no hex digits"},
        {"d2204985d356bc43666a813f097ec986484f31b15138b3c902c70d8e9400b7b\n", 0600, KEY_SECP256K1,
         -EBADMSG, "holds bytes that are no hex digits"},
        {DIGITS, 0644, KEY_SECP256K1, -EPERM,
         "has mode 0644, others than its owner can reach it; run `chmod 600 "},
        {DIGITS, 0640, KEY_SECP256K1, -EPERM,
         "has mode 0640, others than its owner can reach it; run `chmod 600 "},
        {DIGITS, 0602, KEY_SECP256K1, -EPERM,
         "has mode 0602, others than its owner can reach it; run `chmod 600 "},
};

START_TEST(key_file_is_read_or_refused_with_its_reason)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "nodekey");
        OWN_TEXT char *begin = text_format("key file '%s' %s", path, contents[_i].sentence);
        struct key_file file = {.path = path, .kind = contents[_i].kind, .owner = geteuid()};
        OWN_SECRET struct secret secret;
        struct ocf_error err = {0};

        secret_init(&secret);
        file_put(path, contents[_i].content, contents[_i].mode);
        ck_assert_int_eq(key_file_read(&file, &secret, &err), contents[_i].r);
        ck_assert_ptr_null(strstr(err.sentence, "d2204985"));
        if (contents[_i].r == 0) {
                ck_assert_int_eq(strncmp(secret.hex, contents[_i].content, SECRET_HEX), 0);
                ck_assert_str_eq(err.sentence, "");
                return;
        }
        ck_assert_int_eq(strncmp(err.sentence, begin, strlen(begin)), 0);
        ck_assert(!key_valid(KEY_SECP256K1, &secret)); /* as it was: zero */
}
END_TEST

START_TEST(link_is_refused_unless_it_is_wanted)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "nodekey");
        OWN_TEXT char *target = scratch_path(&scratch, "target");
        struct key_file file = {.path = path, .owner = geteuid()};
        OWN_SECRET struct secret secret;
        struct ocf_error err = {0};

        secret_init(&secret);
        file_put(target, DIGITS, 0600);
        ck_assert_int_eq(symlink(target, path), 0);
        ck_assert_int_eq(key_file_read(&file, &secret, &err), -ELOOP);
        ck_assert_ptr_nonnull(strstr(err.sentence, "it is a symbolic link"));
        file.follow = true;
        ck_assert_int_eq(key_file_read(&file, &secret, NULL), 0);
        ck_assert_str_eq(secret.hex, DIGITS);
}
END_TEST

START_TEST(what_is_no_file_is_refused_at_once)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *fifo = scratch_path(&scratch, "fifo");
        struct key_file file = {.path = fifo, .owner = geteuid()};
        OWN_SECRET struct secret secret;
        struct ocf_error err = {0};

        secret_init(&secret);
        ck_assert_int_eq(key_file_read(&file, &secret, &err), -ENOENT);
        ck_assert_int_eq(mkfifo(fifo, 0600), 0);
        ck_assert_int_eq(key_file_read(&file, &secret, NULL), -EBADMSG);
        file.path = scratch.path;
        ocf_error_clear(&err);
        ck_assert_int_eq(key_file_read(&file, &secret, &err), -EBADMSG);
        ck_assert_ptr_nonnull(strstr(err.sentence, "is not a regular file"));
}
END_TEST

START_TEST(owner_must_be_root_or_the_one_expected)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "nodekey");
        struct key_file file = {.path = path, .owner = STRANGER};
        OWN_SECRET struct secret secret;
        struct ocf_error err = {0};

        if (geteuid() != 0)
                return; /* only root can give files away */
        secret_init(&secret);
        file_put(path, DIGITS, 0600);
        ck_assert_int_eq(key_file_read(&file, &secret, NULL), 0);
        ck_assert_int_eq(chown(path, STRANGER, STRANGER), 0);
        ck_assert_int_eq(key_file_read(&file, &secret, NULL), 0);
        file.owner = STRANGER + 1;
        ck_assert_int_eq(key_file_read(&file, &secret, &err), -EPERM);
        ck_assert_ptr_nonnull(strstr(err.sentence, "belongs to user 4242, not to 4243 or root"));
}
END_TEST

SUITE_MAIN("key_file", TABLE(key_file_is_read_or_refused_with_its_reason, contents),
           TEST(link_is_refused_unless_it_is_wanted), TEST(what_is_no_file_is_refused_at_once),
           TEST(owner_must_be_root_or_the_one_expected))
