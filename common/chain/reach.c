/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain/reach.h"

int chain_reach_peers(struct validator *validator, struct ocf_error *ret_why)
{
        const struct ocf_error before = validator->ctx->err;
        int lacking;

        ocf_error_clear(&validator->ctx->err);
        lacking = validator->driver->reach_peers(validator);
        if (ret_why)
                *ret_why = validator->ctx->err;
        validator->ctx->err = before;
        return lacking;
}
