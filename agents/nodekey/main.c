/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/nodekey/actions.h"
#include "agents/nodekey/params.h"

static const struct ocf_param params[] = {
        {.name = "identity",
         .type = OCF_STRING,
         .required = true,
         .unique_group = "identity",
         .into = OCF_INTO(struct nodekey_params, identity),
         .brief = "name of the validator identity",
         .help = "Name of the identity whose seat this is. Its keeper is "
                 "validator-keeper@IDENTITY, its configuration "
                 "/etc/validator-agents/IDENTITY.conf, on every node of the cluster."},
        {.name = "address",
         .type = OCF_STRING,
         .required = true,
         .unique_group = "identity",
         .into = OCF_INTO(struct nodekey_params, address),
         .brief = "public address of the identity, 0x and 40 hex digits",
         .help = "The address by which the chain knows the validator. The seat is taken only when "
                 "the identity's files give this very address."},
        {0},
};

static const struct ocf_action actions[] = {
        {.name = "start", .timeout_s = 30, .strict = OCF_STRICT, .run = nodekey_start},
        {.name = "stop", .timeout_s = 30, .strict = OCF_LENIENT, .run = nodekey_stop},
        {.name = "monitor",
         .timeout_s = 20,
         .interval_s = 10,
         .strict = OCF_LENIENT_PROBE,
         .run = nodekey_monitor},
        {0},
};

static const struct ocf_agent nodekey = {
        .name = "nodekey",
        .brief = "holds the seat: the right to sign with a validator identity",
        .help = "Holds the seat of a validator identity on one node of the cluster. While it is "
                "started the identity's private files are in memory there, in "
                "/run/validator/IDENTITY, and nowhere else that a node would read them.\n\n"
                "The agent itself never touches a key: it asks the keeper of the identity, "
                "validator-keeper(8). Stop kills whatever still signs, proves it gone and wipes "
                "the files; it does not rely on the signer having been demoted.\n\n"
                "How the seat stands is told for each node in the attribute seat-IDENTITY, which "
                "crm_mon -A shows: held or not, the epoch, the gate, and in capitals what "
                "protection is missing. It is as old as the last action there; a monitor with "
                "role=Stopped keeps it young on the nodes without the seat.\n\n"
                "With authority=fencing in the keeper's configuration the start is refused unless "
                "stonith-enabled is true and no-quorum-policy is not ignore.",
        .example =
                "primitive seat ocf:validator:nodekey \\\n"
                "    params identity=cell1 address=0x7e5f4552091a69125d5dfcb7b8c2659029395bdf \\\n"
                "    op start timeout=30s op stop timeout=30s on-fail=fence \\\n"
                "    op monitor interval=10s timeout=20s \\\n"
                "    meta migration-threshold=1 failure-timeout=10s",
        .params = params,
        .actions = actions,
        .params_size = sizeof(struct nodekey_params),
        .check = nodekey_check,
        .check_host = nodekey_check_host,
};

OCF_AGENT_MAIN(nodekey)
