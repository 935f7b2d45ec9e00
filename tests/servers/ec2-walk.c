/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks all instances up, page by page, and prints how many there are: for the tests of the client.
 * usage: ec2-walk, told the rest by AWS's variables */
#include <stdio.h>
#include <stdlib.h>

#include "aws/ec2.h"

static int instance_count(const struct aws_node *item, void *context)
{
        *(int *)context += aws_node_find(item, "instancesSet") ? 1 : 0;
        return 0;
}

int main(void)
{
        OWN_AWS_SESSION struct aws_session session = {0};
        struct deadline deadline = deadline_in(20000);
        struct aws_settings settings = {0};
        struct ocf_error err = {0};
        int count = 0;
        struct ec2_action action = {.name = "DescribeInstances", .effect = EC2_LOOKUP};
        struct ec2_walk walk = {.set = "reservationSet", .item = instance_count, .context = &count};
        int r = aws_session_open(&session, &settings, NULL, &deadline, &err);

        if (r >= 0)
                r = ec2_each(&session, &action, &walk, &deadline, &err);
        if (r < 0)
                (void)fprintf(stderr, "%s\n", err.sentence);
        else
                (void)printf("%d\n", count);
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
