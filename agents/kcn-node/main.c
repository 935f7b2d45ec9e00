/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/check.h"
#include "agents/kcn-node/run.h"

#define ROW(field) .into = OCF_INTO(struct kcn_params, field)

static const char *const on_halts[] = {[KCN_HALT_WAIT] = "wait", [KCN_HALT_TAKE] = "take", NULL};

static const struct ocf_param params[] = {
        {.name = "identity",
         .type = OCF_STRING,
         .required = true,
         ROW(identity),
         .brief = "name of the validator identity whose seat this node may hold",
         .help = "The same as the identity of the nodekey resource beside which this clone "
                 "stands."},
        {.name = "unit",
         .type = OCF_STRING,
         .def = "kcnd.service",
         .unique_group = "unit",
         ROW(unit),
         .brief = "systemd unit of the consensus node",
         .help = "The unit that runs kcn, also the one that systemd generates for an init script. "
                 "It must not be enabled and must have Restart=no: Pacemaker starts it."},
        {.name = "config",
         .type = OCF_STRING,
         .def = "/etc/kcnd/conf/kcnd.conf",
         ROW(config),
         .brief = "kcnd.conf",
         .help = "The node's configuration, of plain NAME=VALUE lines. DATA_DIR is read from it. "
                 "AUTO_RESTART and AUTO_RESTART_NODE must be 0. No value, nor the unit's command "
                 "line or environment, may give kcn an option that selects another key, data "
                 "directory, socket or file of options, such as --nodekey, --datadir, --ipcpath or "
                 "--conf; a command line may name DATA_DIR. BIN, if it is there, is the directory "
                 "of kcn. "
                 "REWARDBASE, NETWORK, NETWORK_ID, PORT, SUBPORT, MULTICHANNEL and RPC_PORT must "
                 "be "
                 "the same on all nodes of the seat."},
        {.name = "pn",
         .type = OCF_STRING,
         ROW(pn),
         .brief = "kni URLs of the proxy nodes, separated by blanks",
         .help = "These are added to the node's static-nodes.json; what is there stays. A standby "
                 "syncs only through a PN, since consensus nodes refuse one that is not in the "
                 "council."},
        {.name = "reference",
         .type = OCF_STRING,
         .required = true,
         .reloadable = true,
         ROW(reference),
         .brief = "HTTP RPC of independent nodes, usually the PNs, separated by blanks",
         .help = "The heights of these nodes prove that this one is in sync. When none of them "
                 "answers that is unknown, and a node of which it is unknown is not promoted. "
                 "Write http and addresses where that is possible: https, or a name instead of an "
                 "address, makes each monitor of a standby cost three times as much."},
        {.name = "max_lag",
         .type = OCF_INTEGER,
         .def = "2",
         .max = 1000,
         .reloadable = true,
         ROW(max_lag),
         .brief = "blocks behind a reference that still count as in sync",
         .help = "A node that lags more gets a lower score, and is not promoted before it has "
                 "caught up."},
        {.name = "max_head_age",
         .type = OCF_SECONDS,
         .def = "5s",
         .min = 2,
         .max = 600,
         .reloadable = true,
         ROW(max_head_age_s),
         .brief = "oldest newest block of a node in sync",
         .help = "By the block's own timestamp, so that this machine's clock must be right. A head "
                 "that is younger has also advanced within that time."},
        {.name = "missed_turns",
         .type = OCF_INTEGER,
         .def = "3",
         .min = 1,
         .max = 1000,
         .reloadable = true,
         ROW(missed_turns),
         .brief = "own turns missed in a row that make the signer failed",
         .help = "Fewer make it degraded. Only turns count whose block another validator then "
                 "made, "
                 "so that a chain which stands still is nobody's failure."},
        {.name = "handover_wait",
         .type = OCF_SECONDS,
         .def = "30s",
         .max = 600,
         .reloadable = true,
         ROW(handover_wait_s),
         .brief = "how long a demote waits for the moment after an own proposal",
         .help = "So that the next own turn finds the moved identity ready. At least the time in "
                 "which a turn of its own comes: the number of validators times the block time; a "
                 "demote that finds none goes on at a moment of no choice. Must leave time within "
                 "the demote's timeout. 0: do not wait."},
        {.name = "catch_up",
         .type = OCF_SECONDS,
         .def = "20s",
         .max = 600,
         .reloadable = true,
         ROW(catch_up_s),
         .brief = "how long a promote waits for a standby that is not in sync yet",
         .help = "After that the promote is refused. Must leave time within the promote's timeout. "
                 "0: refuse at once."},
        {.name = "on_halt",
         .type = OCF_SELECT,
         .def = "wait",
         .choices = on_halts,
         .reloadable = true,
         ROW(on_halt),
         .brief = "what a promote does while the whole chain stands still",
         .help = "wait: the seat is not taken before the chain moves again, so that nothing can be "
                 "signed that the old signer may have signed otherwise. take: after the time halt, "
                 "the seat is taken when node and reference stand at the same block. A network of "
                 "less than four validators, or one that another failure keeps from its quorum, "
                 "stands still until somebody takes the dead validator's seat, and there wait "
                 "never ends by itself. With less than four validators a fork is possible when "
                 "the old signer's last vote is still on its way."},
        {.name = "halt",
         .type = OCF_SECONDS,
         .def = "15s",
         .min = 11,
         .max = 3600,
         .reloadable = true,
         ROW(halt_s),
         .brief = "age of the newest block from which the chain is halted",
         .help = "Longer than the round change by which the other validators pass over a dead "
                 "proposer: 10 s, and more with each further round."},
        {.name = "stop_wait",
         .type = OCF_SECONDS,
         .def = "20s",
         .max = 600,
         .reloadable = true,
         ROW(stop_wait_s),
         .brief = "how long a node gets to end by itself",
         .help = "After that it is killed, which can cost its chain data a repair. The packaged "
                 "kcnd script kills it after 10 s already. Must leave time within the timeouts of "
                 "stop, demote and promote."},
        {0},
};

static const struct ocf_action actions[] = {
        {.name = "start", .timeout_s = 90, .strict = OCF_STRICT, .run = kcn_run_start},
        {.name = "stop", .timeout_s = 60, .strict = OCF_LENIENT, .run = kcn_run_stop},
        {.name = "promote", .timeout_s = 90, .strict = OCF_STRICT, .run = kcn_run_promote},
        {.name = "demote", .timeout_s = 90, .strict = OCF_LENIENT, .run = kcn_run_demote},
        {.name = "monitor",
         .role = "Promoted",
         .timeout_s = 20,
         .interval_s = 9,
         .strict = OCF_LENIENT_PROBE,
         .run = kcn_run_monitor},
        {.name = "monitor",
         .role = "Unpromoted",
         .timeout_s = 20,
         .interval_s = 10,
         .strict = OCF_LENIENT_PROBE,
         .run = kcn_run_monitor},
        {.name = "reload-agent", .timeout_s = 20, .strict = OCF_STRICT, .run = kcn_run_reload},
        {0},
};

static const struct ocf_agent kcn_node = {
        .name = "kcn-node",
        .brief = "a Kaia/Klaytn consensus node: standby, or signer with the seat's identity",
        .help = "A promotable clone over the machines of a core cell's consensus node. Unpromoted, "
                "kcnd runs with an own key of that machine and follows the chain. Promoted, it "
                "runs "
                "with the identity whose seat the nodekey resource holds on that node.\n\n"
                "A promote is refused unless the seat is held on this node and the standby is in "
                "sync, proved by an independent reference. It returns success only when the node "
                "answers with the seat's address, has peers and is at the height of the "
                "reference.\n\n"
                "DATA_DIR never holds the active key: klay/nodekey and klay/bls-nodekey are links, "
                "to the own key or into /run/validator/IDENTITY. A drop-in of the unit below "
                "/run judges each start, by hand too: with the seat's key the node starts only for "
                "a promote (validator-keeper(8)).\n\n"
                "While a standby runs, DATA_DIR/static-nodes.json is a link to a list in /run of "
                "the nodes of the parameter pn alone, which kcn takes before "
                "klay/static-nodes.json: validators refuse it, and kcn would wait for them.\n\n"
                "Where the seat is a lease, a promote waits until its node and a reference are "
                "past "
                "every height for which the signer before can have voted. A demote shuts the gate "
                "on its signer and tells the keeper its head, so that after a planned move nothing "
                "later counts.\n\n"
                "A promoted node whose own turns are missed while the chain goes on is degraded "
                "(191) and, after missed_turns of them, failed.",
        .example = "primitive kcn ocf:validator:kcn-node \\\n"
                   "    params identity=cell1 pn=\"kni://...@192.0.2.9:32323?discport=0&ntype=pn\" "
                   "\\\n"
                   "    reference=\"http://192.0.2.9:8551\" \\\n"
                   "    op start timeout=90s op stop timeout=60s \\\n"
                   "    op promote timeout=90s op demote timeout=90s \\\n"
                   "    op monitor role=Promoted interval=9s timeout=20s \\\n"
                   "    op monitor role=Unpromoted interval=10s timeout=20s \\\n"
                   "    meta migration-threshold=1 failure-timeout=10s\n"
                   "clone kcn-clone kcn meta promotable=true",
        .params = params,
        .actions = actions,
        .params_size = sizeof(struct kcn_params),
        .check = kcn_check_params,
        .check_host = kcn_check_host,
};

OCF_AGENT_MAIN(kcn_node)
