/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/kcnd_conf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agents/kcn-node/options.h"
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
                conf_of("DATA_DIR=/d\nPORT=32323\nOTHER=$(port)\n", 0, &err);
        OWN_CONF struct kcnd_conf bad = conf_of("DATA_DIR=/d\nPORT=$(port)\n", -EINVAL, &err);

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
        {"AUTO_RESTART=01", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=\" 1\"", "write AUTO_RESTART=0"},
        {"ON=1\nAUTO_RESTART=ON", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=ON", "AUTO_RESTART='ON' is worked out"},
        {"AUTO_RESTART=0x1", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=2-1", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=+1", "write AUTO_RESTART=0"},
        {"AUTO_RESTART='!0'", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=2#1", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=18446744073709551617", "write AUTO_RESTART=0"},
        {"AUTO_RESTART=$((0 + 1))", "write AUTO_RESTART=0"},
        {"AUTO_RESTART_NODE=\"1 \"", "write AUTO_RESTART_NODE=0"},
        {"AUTO_RESTART_NODE=off", "write AUTO_RESTART_NODE=0"},
        {"ADDITIONAL='--nodekey /root/key'", "--nodekey"},
        {"ADDITIONAL=--nodekeyhex=00", "--nodekey"},
        {"ADDITIONAL=\"--verbosity 3 --bls-nodekey /k\"", "--bls-nodekey"},
        {"ADDITIONAL=--autorestart.enable", "--autorestart"},
        {"DATA_DIR='/d --nodekey /k'", "give it a path without"},
        {"DATA_DIR='/d e'", "give it a path without"},
        {"VERBOSITY=\"3 --nodekeyhex 01\"", "VERBOSITY holds --nodekeyhex, which"},
        {"NETWORK_ID='1 -nodekey=/k'", "NETWORK_ID holds -nodekey, which"},
        {"WHATEVER=x\nVERBOSITY='3\t--conf /c'", "VERBOSITY holds --conf, which"},
        {"A=--datadir\nADDITIONAL=\"--nat none $A /e\"", "holds --datadir, which"},
        {"ADDITIONAL=--node\"key\" # joined by the shell", "ADDITIONAL holds --nodekey, which"},
        {"ADDITIONAL='--no''dekey /k'", "ADDITIONAL holds --nodekey, which"},
        {"ADDITIONAL=\"--nodek\\ey /k\"", "ADDITIONAL is worked out by the shell"},
        {"WS_PORT=$(echo 1 --nodekey /k)", "WS_PORT is worked out by the shell"},
        {"VERBOSITY=$KEY", "VERBOSITY is worked out by the shell"},
        {"IFS=,", "remove it"},
        {"BIN=bin", "BIN is 'bin', but must be the absolute path"},
        {"BIN=", "BIN is '', but must be the absolute path"},
        {"BIN='/opt/kaia /x'", "without a blank"},
        {"BIN='/opt/kaia --nodekey'", "without a blank"},
        {"export KAIA_NODEKEY=/k", "sets KAIA_NODEKEY, which overrides the key"},
        {"KLAYTN_BLS_NODEKEYHEX=00", "sets KLAYTN_BLS_NODEKEYHEX, which overrides the key"},
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

/* Each name of each option (cmd/utils/flags.go of kaia v1.0.3). */
static const char *const names[] = {
        "nodekey",
        "p2p.node-key",
        "nodekeyhex",
        "p2p.node-key-hex",
        "bls-nodekey",
        "p2p.bls-node-key",
        "bls-nodekeyhex",
        "p2p.bls-node-key-hex",
        "datadir",
        "common.datadir",
        "migration.src.datadir",
        "chaindatadir",
        "common.chaindatadir",
        "ipcpath",
        "ipc.path",
        "ipcdisable",
        "ipc.disable",
        "conf",
        "config",
        "autorestart.enable",
        "autorestart.timeout",
        "autorestart.daemon.path",
        "autorestart.daemon-path",
};

static const char *const ways[] = {"-%s /k",  "--%s /k",          "-%s=/k",
                                   "--%s=/k", "--nat none\t--%s", "%s"};

START_TEST(an_option_is_known_by_all_its_names_and_in_all_ways)
{
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
                const char *at = strstr(ways[i], "%s");
                OWN_TEXT char *text = text_format("DATA_DIR=/d\nADDITIONAL='%.*s%s%s'\n",
                                                  (int)(at - ways[i]), ways[i], names[_i], at + 2);
                struct ocf_error err = {0};
                OWN_CONF struct kcnd_conf conf = conf_of(text, 0, &err);
                const bool is_option = at > ways[i];

                ck_assert_int_eq(kcnd_conf_check(&conf, &err), is_option ? -EINVAL : 0);
                ck_assert_int_eq(strstr(err.sentence, names[_i]) != NULL, is_option);
                ck_assert_ptr_null(strstr(err.sentence, "/secret"));
        }
}
END_TEST

/* What is not among them, though it looks like them. */
static const char *const harmless[] = {
        "ADDITIONAL='--nodekeys --data --xdatadir /x --nodiscover'",
        "ADDITIONAL='---nodekey'",
        "ADDITIONAL='--keystore /k --rpcapi admin,debug'",
        "ADDITIONAL='--identity nodekey'",
        "ADDITIONAL='--nodekey /k'\nADDITIONAL=",
        "ADDITIONAL='--nat none --ntp.disable --db.leveldb.cache-size 16 --cache.level saving'",
        "IFS_OF_MINE=,",
        "BIN=/opt/kaia-v1.0.4/bin",
        "KAIA_HOME=/k\nKAIA_NODEKEYS=/k",
        "AUTO_RESTART=",
        "AUTO_RESTART=0",
        "AUTO_RESTART='0'\nAUTO_RESTART_NODE=\"\"",
        "AUTO_RESTART=2",
        "AUTO_RESTART_NODE=10",
};

START_TEST(what_only_looks_like_a_danger_is_left_alone)
{
        OWN_TEXT char *text = text_format("DATA_DIR=/d\n%s\n", harmless[_i]);
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf conf = conf_of(text, 0, &err);

        ck_assert_msg(kcnd_conf_check(&conf, &err) == 0, "%s", err.sentence);
}
END_TEST

START_TEST(the_packaged_file_needs_no_more_than_its_switch_off)
{
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf conf =
                conf_of("NETWORK=\"mainnet\"\nNETWORK_ID=\n\nPORT=32323\n"
                        "SERVER_TYPE=\"http\"\nREWARDBASE=\"0x0\"\n"
                        "RPC_API=\"klay,eth,net,web3\" # apis: admin,debug\nRPC_VHOSTS=\"*\"\n"
                        "AUTO_RESTART=0\nMULTICHANNEL=1\n"
                        "SUBPORT=$((PORT + 1)) # used for multi channel option\n"
                        "ADDITIONAL=\"\"\nAUTO_RESTART_NODE=0\nAUTO_RESTART_INTERVAL=0.1\n"
                        "DATA_DIR=/var/kcnd/data\nLOG_DIR=$DATA_DIR/logs\n",
                        0, &err);

        ck_assert_msg(kcnd_conf_check(&conf, &err) == 0, "%s", err.sentence);
}
END_TEST

static const struct {
        const char *variable, *says; /* NULL: it is of no interest */
} variables[] = {
        {"KAIA_NODEKEY=/secret", "unit sets KAIA_NODEKEY, which overrides the key"},
        {"KLAYTN_NODEKEYHEX=00", "sets KLAYTN_NODEKEYHEX"},
        {"KAIA_BLS_NODEKEY=/secret", "sets KAIA_BLS_NODEKEY"},
        {"KLAYTN_BLS_NODEKEYHEX=", "sets KLAYTN_BLS_NODEKEYHEX"},
        {"KAIA_DATADIR=/e", "sets KAIA_DATADIR"},
        {"KAIA_CHAINDATADIR=/e", "sets KAIA_CHAINDATADIR"},
        {"KAIA_IPCPATH=x", "sets KAIA_IPCPATH"},
        {"KLAYTN_IPCDISABLE=1", "sets KLAYTN_IPCDISABLE"},
        {"KAIA_CONFIG=/c", "sets KAIA_CONFIG"},
        {"KLAYTN_AUTORESTART_ENABLE=true", "sets KLAYTN_AUTORESTART_ENABLE"},
        {"ADDITIONAL=--nodekey /secret", "unit: ADDITIONAL holds --nodekey"},
        {"AUTO_RESTART_NODE=1", "unit: AUTO_RESTART_NODE=1 lets"},
        {"VERBOSITY=3 --nodekey /secret", NULL}, /* the file sets it */
        {"AUTO_RESTART=1", NULL},                /* so it does this */
        {"AUTO_RESTART_INTERVAL=1", NULL},
        {"KAIA_VERBOSITY=3", NULL},
        {"PATH=/usr/bin:/bin", NULL},
        {"ADDITIONAL=", NULL},
        {"ADDITIONAL", NULL},
        {"=", NULL},
};

START_TEST(environment_tells_kcn_of_no_other_key_or_place)
{
        struct ocf_error err = {0};
        OWN_CONF struct kcnd_conf conf =
                conf_of("DATA_DIR=/d\nVERBOSITY=3\nAUTO_RESTART=0\n", 0, &err);
        const char *says = variables[_i].says;

        ck_assert_int_eq(kcnd_conf_check_variable(&conf, "unit", variables[_i].variable, &err),
                         says ? -EINVAL : 0);
        ck_assert_msg(!says || strstr(err.sentence, says), "%s", err.sentence);
        ck_assert_ptr_null(strstr(err.sentence, "/secret"));
}
END_TEST

static const struct {
        const char *text;
        bool tells;
} texts[] = {
        {"A=1\nKAIA_NODEKEY=/k\n", true},
        {"KAIA_NODEKEY = '/k'\n", true},
        {"A=1\rKLAYTN_NODEKEYHEX=00", true},
        {"ADDITIONAL=\"--nat none \\\n--nodekey /k\"\n", true},
        {"ADDITIONAL=--nodekey=/k", true},
        {"ADDITIONAL='-ipcdisable'", true},
        {"# nothing\nHOME=/root\nLANG=C\n#KAIA_NODEKEY=/k\n", false},
        {"/usr/bin/kcn kcn --datadir /other", true},
        {"/usr/bin/kcn kcn --datadir /var/kcnd/data2", true},
        {"/usr/bin/kcn kcn --datadir /var/kcnd", true},
        {"/usr/bin/kcn kcn --datadir /var/kcnd/data --datadir=/other", true},
        {"/usr/bin/kcn kcn --chaindatadir /var/kcnd/data", true},
        {"/usr/bin/kcn kcn --migration.src.datadir /var/kcnd/data", true},
        {"/usr/bin/kcn kcn --datadir", true},
        {"/bin/sh sh -c exec kcn --datadir /var/kcnd/data '--nodekey' /k", true},
        {"/usr/bin/env env KAIA_NODEKEY=/k kcn", true},
        {"/usr/bin/kcn kcn --datadir=/var/kcnd/data/ -common.datadir /var/kcnd/data", false},
        {"/etc/kcnd/bin/kcnd /etc/kcnd/bin/kcnd start", false},
        {"", false},
};

START_TEST(text_in_any_notation_is_searched_word_by_word)
{
        struct ocf_error err = {0};

        ck_assert_int_eq(
                options_check_text("/etc/default/kcnd", texts[_i].text, "/var/kcnd/data", &err),
                texts[_i].tells ? -EINVAL : 0);
        ck_assert_int_eq(text_starts(err.sentence, "/etc/default/kcnd "), texts[_i].tells);
}
END_TEST

static const struct {
        const char *here, *there, *differences; /* NULL: none */
} pairs[] = {
        {"REWARDBASE=0x1\nPORT=32323", "REWARDBASE=0x2\nPORT=32323",
         "REWARDBASE=0x1 here, REWARDBASE=0x2 there"},
        {"REWARDBASE=0xAb", "REWARDBASE=0xaB", NULL},
        {"NETWORK=Mainnet", "NETWORK=mainnet", "NETWORK=Mainnet here, NETWORK=mainnet there"},
        {"PORT=1\nSUBPORT=$((PORT + 1))", "PORT=1\nSUBPORT=2", NULL},
        {"PORT=1\nSUBPORT=$((PORT + 1))", "PORT=1\nSUBPORT=3", "SUBPORT=2 here, SUBPORT=3 there"},
        {"MULTICHANNEL=1\nRPC_PORT=1", "MULTICHANNEL=0\nRPC_PORT=2",
         "MULTICHANNEL=1 here, MULTICHANNEL=0 there; RPC_PORT=1 here, RPC_PORT=2 there"},
        {"PORT=1\nNETWORK_ID=1", "PORT=1", "NETWORK_ID=1 here, NETWORK_ID= there"},
        {"LOG_DIR=/a\nVERBOSITY=3", "LOG_DIR=/b", NULL},
};

static char *digest_of(const char *lines)
{
        OWN_TEXT char *text = text_format("DATA_DIR=/d\n%s\n", lines);
        OWN_CONF struct kcnd_conf conf = conf_of(text, 0, NULL);

        return kcnd_conf_digest(&conf);
}

START_TEST(difference_between_two_nodes_is_named_with_both_values)
{
        OWN_TEXT char *here = digest_of(pairs[_i].here);
        OWN_TEXT char *there = digest_of(pairs[_i].there);
        OWN_TEXT char *differences = kcnd_conf_differences(here, there);

        ck_assert_pstr_eq(differences, pairs[_i].differences);
        ck_assert_ptr_null(kcnd_conf_differences(here, here));
}
END_TEST

START_TEST(what_a_node_of_another_release_does_not_tell_is_not_compared)
{
        OWN_TEXT char *here = digest_of("PORT=1\nSUBPORT=2");
        OWN_TEXT char *differences = kcnd_conf_differences(here, "PORT=3");

        ck_assert_pstr_eq(differences, "PORT=1 here, PORT=3 there");
}
END_TEST

SUITE_MAIN("kcnd_conf", TEST(absent_keys_are_empty),
           TEST(port_that_the_shell_works_out_is_of_no_interest_unless_it_is_port),
           TABLE(data_dir_is_told_absolutely_or_refused, no_places),
           TABLE(what_brings_a_signer_back_or_another_key_is_refused_with_its_mend, dangers),
           TABLE(an_option_is_known_by_all_its_names_and_in_all_ways, names),
           TABLE(what_only_looks_like_a_danger_is_left_alone, harmless),
           TEST(the_packaged_file_needs_no_more_than_its_switch_off),
           TABLE(environment_tells_kcn_of_no_other_key_or_place, variables),
           TABLE(text_in_any_notation_is_searched_word_by_word, texts),
           TABLE(difference_between_two_nodes_is_named_with_both_values, pairs),
           TEST(what_a_node_of_another_release_does_not_tell_is_not_compared))
