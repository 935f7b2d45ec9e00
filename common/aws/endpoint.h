/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_AWS_ENDPOINT_H
#define VALIDATOR_AWS_ENDPOINT_H

/* Where a service of AWS is asked: the public endpoint of a region, in whichever partition it lies,
 * or one that the operator names (a VPC endpoint, a private cloud, a test server). */

#include <stdbool.h>

#include "ocf/error.h"
#include "own.h"

struct aws_endpoint {
        char *url;  /* scheme://host[:port]/path, to be asked as it stands */
        char *host; /* the Host header: lower case, no default port */
        char *path; /* begins with '/' */
};

/* Takes an http or https URL apart. Refuses (-EINVAL) user names, queries, fragments, and path
 * bytes or dot segments that would need escaping. Release with aws_endpoint_release. */
int aws_endpoint_parse(const char *url, struct aws_endpoint *ret_endpoint, struct ocf_error *err);

/* The public endpoint's URL for a service in a region. `fips` and `dualstack` as AWS's own tools
 * read AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT. The caller frees. */
char *aws_endpoint_public(const char *service, const char *region, bool fips, bool dualstack);

/* True when the text can be a region's name (it becomes part of a host name): lower-case letters,
 * digits and single '-'. */
bool aws_region_is_valid(const char *region);

void aws_endpoint_release(struct aws_endpoint *endpoint);

#define OWN_AWS_ENDPOINT OWN(aws_endpoint_release)

#endif
