/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An answer of the EC2 API: as a document, and as an error. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/fault.h"
#include "aws/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        OWN_AWS_REPLY struct aws_reply reply = {0};
        const struct aws_node *set, *item = NULL;
        struct aws_fault fault;

        aws_fault_read(400, (const char *)data, size, &fault);
        if (aws_fault_errno(fault.kind) >= 0 || strlen(fault.code) >= sizeof fault.code)
                abort();
        if (aws_reply_parse((const char *)data, size, &reply, NULL) < 0)
                return 0;
        set = aws_node_find(reply.root, "addressesSet");
        while ((item = aws_node_next(set, item)))
                (void)aws_node_text(item, "tagSet/item/key");
        return 0;
}
