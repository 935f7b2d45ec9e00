/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/rpc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"
#include "rpc/ipc.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

int kcn_head_fetch(const char *ipc, const struct deadline *deadline, struct kcn_head *ret_head,
                   struct ocf_error *err)
{
        struct rpc_call calls[] = {
                {.method = "klay_nodeAddress"},
                {.method = "klay_getBlockByNumber", .params = json_pack("[s,b]", "latest", 0)},
                {.method = "net_peerCount"},
        };
        struct kcn_head head = {0};
        uint64_t timestamp = 0;
        const char *address;
        int r = ipc_call(ipc, calls, COUNT(calls), deadline, err);

        if (r >= 0)
                r = rpc_result_text(&calls[0], &address, err);
        if (r >= 0)
                (void)snprintf(head.address, sizeof head.address, "%s", address);
        if (r >= 0)
                r = rpc_member_quantity(&calls[1], "number", &head.height, err);
        if (r >= 0)
                r = rpc_member_quantity(&calls[1], "timestamp", &timestamp, err);
        if (r >= 0)
                r = rpc_result_quantity(&calls[2], &head.peers, err);
        if (r >= 0 && timestamp > KCN_TIMESTAMP_MAX)
                r = ocf_fail(err, -EPROTO, "klay_getBlockByNumber: the block's timestamp is none");
        rpc_calls_release(calls, COUNT(calls));
        if (r < 0)
                return r;
        head.timestamp_s = (int64_t)timestamp;
        *ret_head = head;
        return 0;
}

static struct turn_block block_read(json_t *block, uint64_t number, const char *address)
{
        const char *proposer = json_string_value(json_object_get(block, "proposer"));
        const char *due = json_string_value(json_object_get(block, "originProposer"));

        return (struct turn_block){
                .number = number,
                .proposed_here = proposer && strcasecmp(proposer, address) == 0,
                .due_here = due && strcasecmp(due, address) == 0,
                .round = (uint64_t)json_integer_value(json_object_get(block, "round")),
        };
}

int kcn_blocks_fetch(const char *ipc, const struct kcn_range *range,
                     const struct deadline *deadline, struct turn_block *ret_blocks,
                     struct ocf_error *err)
{
        struct rpc_call calls[KCN_BLOCKS_MAX] = {0};
        uint64_t more = range->to - range->from;
        size_t count = more < KCN_BLOCKS_MAX ? (size_t)more + 1 : KCN_BLOCKS_MAX;
        int fetched = 0;
        int r;

        for (size_t i = 0; i < count; i++) {
                OWN_TEXT char *number = text_format("0x%" PRIx64, range->from + i);

                calls[i].method = "klay_getBlockWithConsensusInfoByNumber";
                calls[i].params = json_pack("[s]", number);
        }
        r = ipc_call(ipc, calls, count, deadline, err);
        for (size_t i = 0; r >= 0 && i < count && calls[i].r == 0; i++)
                ret_blocks[fetched++] =
                        block_read(calls[i].result, range->from + i, range->address);
        rpc_calls_release(calls, count);
        return r < 0 ? r : fetched;
}

static bool bls_info_good(json_t *infos, const char *address)
{
        const char *key;
        json_t *info;

        json_object_foreach (infos, key, info) {
                if (strcasecmp(key, address) == 0)
                        return json_is_string(json_object_get(info, "publicKey")) &&
                               !json_is_string(json_object_get(info, "verifyErr"));
        }
        return false;
}

int kcn_bls_fetch(const char *ipc, const char *address, const struct deadline *deadline,
                  struct ocf_error *err)
{
        struct rpc_call call = {.method = "kaia_getBlsInfos", .params = json_pack("[s]", "latest")};
        int r = ipc_call(ipc, &call, 1, deadline, err);

        if (r >= 0)
                r = call.r;
        if (r >= 0)
                r = bls_info_good(call.result, address);
        rpc_calls_release(&call, 1);
        return r;
}
