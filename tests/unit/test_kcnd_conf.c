/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/kcnd_conf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "path.h"
#include "suite.h"
#include "text.h"

#define OWN_CONF OWN(kcnd_conf_release)

static struct kcnd_conf conf_of(const char *text, int expected, struct ocf_error *err)
{
        char path[] = "kcnd_conf.XXXXXX";
        OWN_FD int fd = mkstemp(path);
        struct kcnd_conf conf;

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(path_replace(path, text, strlen(text), false, err), 0);
        ck_assert_int_eq(kcnd_conf_read(&conf, path, err), expected);
        ck_assert_int_eq(unlink(path), 0);
        return conf;
}

START_TEST(absent_keys_are_empty)
{
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf conf = conf_of("DATA_DIR=/var/kcnd/data\n", 0, &err);

        ck_assert_str_eq(conf.data_dir, "/var/kcnd/data");
        ck_assert_str_eq(conf.rewardbase, "");
        ck_assert_int_eq(kcnd_conf_check(&conf, &err), 0);
}
END_TEST

START_TEST(port_that_the_shell_works_out_is_of_no_interest_unless_it_is_port)
{
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf good =
                conf_of("DATA_DIR=/d\nPORT=32323\nSUBPORT=$((PORT + 1))\n", 0, &err);
        OWN_CONF struct kcnd_conf bad =
                conf_of("DATA_DIR=/d\nPORT=$((32322 + 1))\n", -EINVAL, &err);

        ck_assert_str_eq(good.port, "32323");
        ck_assert_msg(strstr(err.sentence, "PORT is worked out by the shell"), "%s", err.sentence);
}
END_TEST

static const char *const no_places[] = {"", "DATA_DIR=", "DATA_DIR=data", "DATA_DIR=~/data",
                                        "DATA_DIR=$HOME/data"};

START_TEST(data_dir_is_told_absolutely_or_refused)
{
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf conf = conf_of(no_places[_i], -EINVAL, &err);

        ck_assert_msg(strstr(err.sentence, "DATA_DIR"), "%s", err.sentence);
}
END_TEST

static const struct {
        const char *line, *mend;
} dangers[] = {
        {"AUTO_RESTART=1", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=0\nAUTO_RESTART=1", "write AUTO_RESTART=0"},
        {"AUTO_RESTART_NODE=1", "write AUTO_RESTART_NODE=0"},
        {"ADDITIONAL='--nodekey /root/key'", "--nodekey"},
        {"ADDITIONAL=--nodekeyhex=00", "--nodekey"},
        {"ADDITIONAL=\"--verbosity 3 --bls-nodekey /k\"", "--bls-nodekey"},
        {"ADDITIONAL=--autorestart.enable", "--autorestart"},
};

START_TEST(what_brings_a_signer_back_or_another_key_is_refused_with_its_mend)
{
        OWN_TEXT char *text = text_format("DATA_DIR=/d\n%s\n", dangers[_i].line);
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf conf = conf_of(text, 0, &err);

        ck_assert_int_eq(kcnd_conf_check(&conf, &err), -EINVAL);
        ck_assert_msg(strstr(err.sentence, dangers[_i].mend), "%s", err.sentence);
}
END_TEST

START_TEST(difference_between_two_nodes_is_named_with_both_values)
{
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf one =
                conf_of("DATA_DIR=/a\nREWARDBASE=0x1\nPORT=32323\n", 0, &err);
        OWN_CONF struct kcnd_conf two =
                conf_of("DATA_DIR=/b\nREWARDBASE=0x2\nPORT=32323\n", 0, &err);
        OWN_TEXT char *first = kcnd_conf_digest(&one);
        OWN_TEXT char *second = kcnd_conf_digest(&two);
        OWN_TEXT char *differences = kcnd_conf_differences(first, second);

        ck_assert_str_eq(differences, "REWARDBASE=0x1 here, REWARDBASE=0x2 there");
        ck_assert_ptr_null(kcnd_conf_differences(first, first));
}
END_TEST

SUITE_MAIN("kcnd_conf", TEST(absent_keys_are_empty),
           TEST(port_that_the_shell_works_out_is_of_no_interest_unless_it_is_port),
           TABLE(data_dir_is_told_absolutely_or_refused, no_places),
           TABLE(what_brings_a_signer_back_or_another_key_is_refused_with_its_mend, dangers),
           TEST(difference_between_two_nodes_is_named_with_both_values))
