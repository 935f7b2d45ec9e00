/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/actions.h"
#include "agents/elastic-ip/address.h"

/* In the order of enum aws_auth. */
static const char *const auth_types[] = {"auto", "key", "role", NULL};

#define INTO(field) OCF_INTO(struct address_params, field)

static const struct ocf_param params[] = {
        {.name = "elastic_ip",
         .type = OCF_STRING,
         .required = true,
         .unique_group = "address",
         .into = INTO(elastic_ip),
         .brief = "Elastic IP address",
         .help = "The public IPv4 address that is to follow the resource. It is compared exactly."},
        {.name = "allocation_id",
         .type = OCF_STRING,
         .required = true,
         .unique_group = "allocation",
         .into = INTO(allocation_id),
         .brief = "allocation of the Elastic IP",
         .help = "The allocation id of the address, eipalloc-..., as the EC2 console and "
                 "DescribeAddresses show it."},
        {.name = "private_ip_address",
         .type = OCF_STRING,
         .into = INTO(private_ip_address),
         .brief = "private address to associate with",
         .help = "The private IPv4 address of this instance that the Elastic IP is to lead to. "
                 "Its interface is found by itself. Default: the interface's first."},
        {.name = "network_interface",
         .type = OCF_STRING,
         .into = INTO(network_interface),
         .brief = "network interface to associate with",
         .help = "The interface, eni-..., that the address is to come to. It must be attached to "
                 "this instance. Default: the one with private_ip_address, or the instance's "
                 "first."},
        {.name = "region",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(region),
         .brief = "AWS region",
         .help = "Default: AWS_REGION, AWS_DEFAULT_REGION, the profile's region, the region that "
                 "the instance is in."},
        {.name = "profile",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(profile),
         .brief = "profile of the AWS files",
         .help = "A profile in ~/.aws/credentials and ~/.aws/config of the user that runs the "
                 "agent (root). One that is named here is used whatever the environment holds."},
        {.name = "auth_type",
         .type = OCF_SELECT,
         .reloadable = true,
         .def = "auto",
         .choices = auth_types,
         .into = INTO(auth_type),
         .brief = "where the AWS credentials come from",
         .help = "key: environment or profile; role: the role of the instance; auto: the first of "
                 "them that is there. A role needs no secret on the machine."},
        {.name = "credentials_file",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(credentials_file),
         .brief = "file with AWS credentials",
         .help = "Instead of AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials. No other user may "
                 "be able to read it."},
        {.name = "endpoint",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(endpoint),
         .brief = "URL of the EC2 API",
         .help = "For a VPC endpoint or another cloud that speaks the EC2 API. Default: "
                 "AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL, the profile's endpoint_url, the "
                 "region's public endpoint."},
        {.name = "proxy",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(proxy),
         .brief = "HTTP proxy for the EC2 API",
         .help = "http://HOST:PORT. Pacemaker starts agents without the proxy variables of a "
                 "login. The metadata service is never asked through it."},
        {.name = "ca_bundle",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(ca_bundle),
         .brief = "certificates to trust",
         .help = "A PEM file, instead of AWS_CA_BUNDLE, the profile's ca_bundle or the system's."},
        {.name = "api_interval",
         .type = OCF_SECONDS,
         .reloadable = true,
         .def = "60s",
         .into = INTO(api_interval_s),
         .brief = "how often a monitor asks the API",
         .help = "A monitor looks at the instance's metadata, which costs nothing, and asks the "
                 "EC2 API too when this much time has passed, when the metadata does not have the "
                 "address, or at check level 10. 0: only then."},
        {.name = "api_grace",
         .type = OCF_SECONDS,
         .reloadable = true,
         .def = "600s",
         .into = INTO(api_grace_s),
         .brief = "how long an API outage is waited out",
         .help = "When the API does not answer and the metadata does not show the address here, or "
                 "at check level 10 whatever it shows, a monitor answers as was last known for "
                 "this long; then it fails. It never answers \"not running\" for want of an "
                 "answer."},
        {.name = "api_delay",
         .type = OCF_SECONDS,
         .reloadable = true,
         .def = "3s",
         .into = INTO(api_delay_s),
         .brief = "accepted for heartbeat:awseip's sake",
         .help = "Not needed: start and stop wait until the change is seen, not for a fixed time."},
        {.name = "awscli",
         .type = OCF_STRING,
         .reloadable = true,
         .into = INTO(awscli),
         .brief = "accepted for heartbeat:awseip's sake",
         .help = "Not needed: the agent speaks to the EC2 API itself and runs no program."},
        {.name = "curl_retries",
         .type = OCF_INTEGER,
         .reloadable = true,
         .def = "4",
         .into = INTO(curl_retries),
         .brief = "accepted for heartbeat:awseip's sake",
         .help = "Not needed: the agent tries again for as long as the action's timeout allows."},
        {.name = "curl_sleep",
         .type = OCF_SECONDS,
         .reloadable = true,
         .def = "3s",
         .into = INTO(curl_sleep_s),
         .brief = "accepted for heartbeat:awseip's sake",
         .help = "Not needed, see curl_retries."},
        {0},
};

static const struct ocf_action actions[] = {
        {.name = "start", .timeout_s = 60, .strict = OCF_STRICT, .run = address_start},
        {.name = "stop", .timeout_s = 60, .strict = OCF_LENIENT, .run = address_stop},
        {.name = "monitor",
         .timeout_s = 30,
         .interval_s = 10,
         .strict = OCF_LENIENT_PROBE,
         .run = address_monitor},
        {.name = "reload-agent", .timeout_s = 10, .strict = OCF_STRICT, .run = address_reload},
        {0},
};

static const struct ocf_agent elastic_ip = {
        .name = "elastic-ip",
        .brief = "moves an EC2 Elastic IP to the node that runs the resource",
        .help = "Associates an Elastic IP with the instance on which the resource runs, so that a "
                "validator keeps its public address on another machine. Takes the parameters of "
                "ocf:heartbeat:awseip, so that changing the agent's name is the migration.\n\n"
                "A start that succeeds has been seen twice: EC2 shows the association, and so does "
                "the instance's metadata. A stop gives up only an association of this instance. "
                "An API that does not answer is never taken for an address that is not here: a "
                "healthy node keeps its address through an outage of the API.\n\n"
                "The node that is to take the address over must reach the EC2 API without it: by "
                "a VPC endpoint, a NAT, or a public address of its own. validate-all with "
                "OCF_CHECK_LEVEL=10 on each node proves that, and the permissions, by dry runs.",
        .example = "primitive elastic-ip ocf:validator:elastic-ip \\\n"
                   "        params elastic_ip=192.0.2.10 allocation_id=eipalloc-0123456789abcdef0 "
                   "\\\n"
                   "        op start timeout=60s interval=0s on-fail=restart \\\n"
                   "        op monitor timeout=60s interval=10s on-fail=restart \\\n"
                   "        op stop timeout=60s interval=0s on-fail=block \\\n"
                   "        meta migration-threshold=2 failure-timeout=60s "
                   "resource-stickiness=100",
        .params = params,
        .actions = actions,
        .params_size = sizeof(struct address_params),
        .check = address_check,
        .check_host = address_check_host,
};

OCF_AGENT_MAIN(elastic_ip)
