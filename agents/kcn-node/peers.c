/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/peers.h"

#include <stdbool.h>
#include <stdint.h>
#include <strings.h>

#include "agents/kcn-node/static_nodes.h"
#include "key/keccak.h"
#include "key/secp256k1.h"
#include "own.h"
#include "parse.h"
#include "rpc/ipc.h"

static bool is_node(const char *url, const char *id)
{
        return id && static_nodes_check_url(url, NULL) == 0 &&
               strncasecmp(url + STATIC_NODES_KEY_AT, id, STATIC_NODES_KEY_DIGITS) == 0;
}

enum { ADDRESS_BYTES = 20 };

/* A URL holds the public key, and an address is the end of its digest. */
static bool is_own(const char *url, const char *own_address)
{
        uint8_t key[STATIC_NODES_KEY_DIGITS / 2], digest[KECCAK_256_SIZE];
        char address[KEY_ADDRESS_SIZE];

        if (!own_address || !text_starts(own_address, "0x") ||
            static_nodes_check_url(url, NULL) < 0 ||
            parse_hex_bytes(url + STATIC_NODES_KEY_AT, STATIC_NODES_KEY_DIGITS, key, sizeof key) <
                    0)
                return false;
        keccak_256(key, sizeof key, digest);
        format_hex(digest + KECCAK_256_SIZE - ADDRESS_BYTES, ADDRESS_BYTES, address);
        return strcasecmp(own_address + 2, address) == 0;
}

/* A peer whose protocol is a text ("handshake", p2p.Peer.Info) gives and takes nothing: kcn refuses
 * validators that it reaches before its own consensus has started, and still lists some of them. */
static bool is_of_use(const json_t *peer)
{
        const json_t *protocols = json_object_get(peer, "protocols");

        return !json_is_string(json_object_get(protocols, "istanbul"));
}

static bool is_connected(const char *url, const json_t *peers)
{
        json_t *peer;
        size_t i;

        json_array_foreach (peers, i, peer) {
                if (is_node(url, json_string_value(json_object_get(peer, "id"))))
                        return is_of_use(peer);
        }
        return false;
}

void peers_missing(const json_t *listed, const json_t *peers, const char *own_address,
                   struct text_list *ret_urls)
{
        json_t *item;
        size_t i;

        json_array_foreach (listed, i, item) {
                const char *url = json_string_value(item);

                if (url && !is_own(url, own_address) && !is_connected(url, peers) &&
                    ret_urls->count < PEERS_MAX)
                        text_list_add(ret_urls, url);
        }
}

/* What the node is not connected to, as it says itself. admin_nodeInfo would tell its public key,
 * but also the chain's minting amount as a number beyond 2^63, which no integer here takes. */
static int missing_fetch(const char *ipc, const json_t *listed, const struct deadline *deadline,
                         struct text_list *ret_urls, struct ocf_error *err)
{
        struct rpc_call calls[] = {{.method = "admin_peers"}, {.method = "klay_nodeAddress"}};
        int r = ipc_call(ipc, calls, 2, deadline, err);

        if (r >= 0)
                r = calls[0].r < 0 ? calls[0].r : calls[1].r;
        if (r >= 0)
                peers_missing(listed, calls[0].result, json_string_value(calls[1].result),
                              ret_urls);
        rpc_calls_release(calls, 2);
        return r;
}

/* kcn takes the calls of a batch one after the other. */
static int dial(const char *ipc, const struct text_list *urls, const struct deadline *deadline,
                struct ocf_error *err)
{
        struct rpc_call calls[2 * PEERS_MAX] = {0};
        size_t count = 0;
        int r;

        for (size_t i = 0; i < urls->count; i++) {
                calls[count++] = (struct rpc_call){.method = "admin_removePeer",
                                                   .params = json_pack("[s]", urls->items[i])};
                calls[count++] = (struct rpc_call){.method = "admin_addPeer",
                                                   .params = json_pack("[s]", urls->items[i])};
        }
        r = ipc_call(ipc, calls, count, deadline, err);
        rpc_calls_release(calls, count);
        return r;
}

int peers_redial(const char *ipc, const char *static_nodes, const struct deadline *deadline,
                 struct text_list *ret_urls, struct ocf_error *err)
{
        OWN_JSON json_t *listed = NULL;
        int r = static_nodes_read(static_nodes, &listed, err);

        if (r >= 0 && json_array_size(listed) > 0)
                r = missing_fetch(ipc, listed, deadline, ret_urls, err);
        if (r >= 0 && ret_urls->count > 0)
                r = dial(ipc, ret_urls, deadline, err);
        return r < 0 ? r : (int)ret_urls->count;
}

int peers_renew(const char *ipc, const char *url, const struct deadline *deadline,
                struct ocf_error *err)
{
        OWN(text_list_release) struct text_list urls = {0};

        text_list_add(&urls, url);
        return dial(ipc, &urls, deadline, err);
}
