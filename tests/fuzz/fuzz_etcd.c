/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is an answer of etcd's gateway, its first byte whether to a swap. It tells an outcome
 * and holds what that needs, or it is refused with a sentence; so is the seat's record in it. */
#include <stdint.h>
#include <string.h>

#include "etcd/codec.h"
#include "lease/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void record_is_sound(const struct etcd_answer *answer)
{
        struct lease_record record = {.epoch = 7}, again;
        struct ocf_error err = {0};
        struct lines lines, back;
        int r = lines_parse(&lines, answer->value, answer->value_size);

        if (r == 0)
                r = lease_record_parse(&lines, &record, &err);
        if (r < 0) {
                holds(record.epoch == 7);
                return;
        }
        holds(lease_name_fits(record.owner, LEASE_NODE_MAX) && record.takeover_ms >= 0);
        lease_record_format(&record, &back);
        holds(lease_record_parse(&back, &again, NULL) == 0);
        holds(strcmp(again.owner, record.owner) == 0 && again.epoch == record.epoch &&
              again.floor == record.floor && again.released == record.released &&
              memcmp(again.incarnation, record.incarnation, sizeof again.incarnation) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct etcd_answer answer = {.cluster = 7};
        struct ocf_error err = {0};
        bool swap;
        int r;

        if (size == 0)
                return 0;
        swap = data[0] == 's';
        r = etcd_answer_parse((const char *)data + 1, size - 1, swap, &answer, &err);
        holds(ocf_error_set(&err) == (r < 0));
        if (r < 0) {
                holds(answer.cluster == 7);
                return 0;
        }
        holds(answer.outcome != ETCD_UNKNOWN && (answer.outcome == ETCD_SHOWN) == !swap);
        holds(answer.cluster != 0 && answer.key_revision <= answer.revision);
        holds(answer.value_size <= ETCD_VALUE_MAX);
        if (answer.exists)
                record_is_sound(&answer);
        return 0;
}
