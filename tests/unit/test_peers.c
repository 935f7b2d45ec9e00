/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/peers.h"

#include <string.h>

#include "key/keccak.h"
#include "own.h"
#include "parse.h"
#include "rpc/json_rpc.h"
#include "suite.h"

/* A public key of 128 times the same digit, and its URL. */
struct peer {
        char key[129];
        char url[160];
};

static struct peer peer_make(char digit)
{
        struct peer peer = {{0}, {0}};

        memset(peer.key, digit, 128);
        (void)snprintf(peer.url, sizeof peer.url, "kni://%s@192.0.2.1:32323?ntype=cn", peer.key);
        return peer;
}

static void address_of(char digit, char ret_address[static 41])
{
        uint8_t key[64], digest[KECCAK_256_SIZE];

        ck_assert_int_eq(parse_hex_bytes(peer_make(digit).key, 128, key, sizeof key), 0);
        keccak_256(key, sizeof key, digest);
        format_hex(digest + 12, 20, ret_address);
}

/* `listed` and `connected` are digits of peers; the node itself is 'f'. Gives the digits of those
 * that are to be dialled. */
static void missing_of(const char *listed, const char *connected, char *ret_digits)
{
        OWN(text_list_release) struct text_list urls = {0};
        OWN_JSON json_t *list = json_array(), *peers = json_array();
        char own[2 + 40 + 1] = "0x";
        size_t i;

        for (i = 0; listed[i]; i++)
                (void)json_array_append_new(list, json_string(peer_make(listed[i]).url));
        for (i = 0; connected[i]; i++)
                (void)json_array_append_new(peers,
                                            json_pack("{s:s}", "id", peer_make(connected[i]).key));
        address_of('f', own + 2);
        peers_missing(list, peers, own, &urls);
        for (i = 0; i < urls.count; i++)
                ret_digits[i] = urls.items[i][6];
        ret_digits[i] = '\0';
}

static const struct {
        const char *listed, *connected, *missing;
} lists[] = {
        {"123", "123", ""}, {"123", "", "123"}, {"123", "2", "13"}, {"", "12", ""},
        {"f12", "1", "2"},  {"fa", "", "a"},    {"A", "a", ""},     {"12", "345", "12"},
};

START_TEST(what_is_listed_and_not_connected_is_missing)
{
        char digits[16];

        missing_of(lists[_i].listed, lists[_i].connected, digits);
        ck_assert_str_eq(digits, lists[_i].missing);
}
END_TEST

START_TEST(answers_of_another_form_make_nothing_be_connected)
{
        OWN(text_list_release) struct text_list urls = {0};
        OWN_JSON json_t *list = json_pack("[s,s,i]", peer_make('1').url, "not a url", 7);
        OWN_JSON json_t *peers = json_pack("[s,{},{s:i},n]", "x", "id", 5);

        peers_missing(list, peers, NULL, &urls);
        ck_assert_uint_eq(urls.count, 2);
        peers_missing(list, NULL, "", &urls);
        ck_assert_uint_eq(urls.count, 4);
}
END_TEST

/* As kcn v1.0.3 shows a peer that it refused while its consensus was not running yet. */
START_TEST(peer_that_never_left_the_handshake_is_missing)
{
        struct peer one = peer_make('1'), two = peer_make('2');
        OWN(text_list_release) struct text_list urls = {0};
        OWN_JSON json_t *list = json_pack("[s,s]", one.url, two.url);
        OWN_JSON json_t *peers = json_pack("[{s:s,s:{s:s}},{s:s,s:{s:{s:i}}}]", "id", one.key,
                                           "protocols", "istanbul", "handshake", "id", two.key,
                                           "protocols", "istanbul", "version", 65);

        peers_missing(list, peers, NULL, &urls);
        ck_assert_uint_eq(urls.count, 1);
        ck_assert_str_eq(urls.items[0], one.url);
}
END_TEST

START_TEST(no_more_are_dialled_than_one_batch_takes)
{
        OWN(text_list_release) struct text_list urls = {0};
        OWN_JSON json_t *list = json_array();

        for (int i = 0; i < 3 * PEERS_MAX; i++)
                (void)json_array_append_new(list, json_string(peer_make('1').url));
        peers_missing(list, NULL, NULL, &urls);
        ck_assert_uint_eq(urls.count, PEERS_MAX);
}
END_TEST

SUITE_MAIN("kcn-node/peers", TABLE(what_is_listed_and_not_connected_is_missing, lists),
           TEST(answers_of_another_form_make_nothing_be_connected),
           TEST(peer_that_never_left_the_handshake_is_missing),
           TEST(no_more_are_dialled_than_one_batch_takes))
