/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a user's AWS files and the metadata service may hold: a profile file, an HTTP response, the
 * credentials of a role. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/imds.h"
#include "aws/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        OWN_AWS_PROFILE struct aws_profile_file file = {0};
        OWN_AWS_ENDPOINT struct aws_endpoint endpoint = {0};
        OWN_AWS_KEY struct aws_key key = {0};
        OWN_TEXT char *text = malloc(size + 1);
        const char *body;
        size_t length;
        int status;

        /* At its exact size, so that a step beyond the end is seen. */
        (void)aws_profile_parse(&file, "fuzz", (const char *)data, size, NULL);
        (void)aws_profile_get(&file, "default", "region");
        if (imds_response_parse((const char *)data, size, &status, &body, &length) == 0 &&
            ((const uint8_t *)body < data || (const uint8_t *)body + length > data + size))
                abort();
        memcpy(text, data, size);
        text[size] = '\0';
        (void)aws_role_parse(text, &key, NULL);
        (void)aws_endpoint_parse(text, &endpoint, NULL);
        return 0;
}
