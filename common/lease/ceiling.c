/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease/ceiling.h"

#include <errno.h>
#include <inttypes.h>

/* Generous: Kaia makes one block in a second, Solana 2.5 slots. A floor of unknown age may be that
 * of a seat that nobody used for a month. */
enum { BLOCKS_PER_S = 10, BLOCKS_AT_ONCE = 1000, AGED_S = 30 * 24 * 3600 };

/* Of a seat whose first height this is. */
#define BLOCKS_EVER UINT64_C(1000000000000)

void ceiling_follow(struct ceiling *ceiling, uint64_t floor, bool watched, int64_t now_ms)
{
        if (floor > ceiling->floor) {
                ceiling->floor = floor;
                ceiling->since_ms = now_ms;
                ceiling->aged = !ceiling->watched;
        }
        ceiling->watched |= watched;
}

static uint64_t ceiling_height(const struct ceiling *ceiling, int64_t now_ms)
{
        const int64_t seconds = (now_ms - ceiling->since_ms) / 1000 + (ceiling->aged ? AGED_S : 0);
        const uint64_t rise = BLOCKS_AT_ONCE + BLOCKS_PER_S * (uint64_t)seconds;

        if (ceiling->floor == 0)
                return BLOCKS_EVER;
        return ceiling->floor > UINT64_MAX - rise ? UINT64_MAX : ceiling->floor + rise;
}

int ceiling_check(const struct ceiling *ceiling, uint64_t height, int64_t now_ms,
                  struct ocf_error *err)
{
        const uint64_t most = ceiling_height(ceiling, now_ms);

        if (height <= most)
                return 0;
        return ocf_fail(err, -EPERM,
                        "the height '%" PRIu64 "' is refused: the seat's floor is '%" PRIu64
                        "', and since it rose last no chain can have come further than '%" PRIu64
                        "'; has this node another network's data?",
                        height, ceiling->floor, most);
}
