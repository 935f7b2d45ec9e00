/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/manual.h"

#include <stddef.h>

#include "keeper/config.h"
#include "ocf/manual.h"
#include "roff.h"

static const struct {
        const char *synopsis;
        const char *help;
} forms[] = {
        {"validator-keeper IDENTITY",
         "Runs the keeper, as validator-keeper@IDENTITY.service does. Refused, with nothing "
         "touched, "
         "while another keeper of the identity runs here, or while systemd listens for it."},
        {"validator-keeper --status IDENTITY [--json]",
         "Shows how the seat stands on this machine: whether it is held, under which epoch, and "
         "whether a signer runs. With a lease also who holds it, the gate, the floor below which "
         "nothing may be signed again and, of a seat that was released in order, where the signer "
         "before ended. Last, how corosync counts the cluster's votes."},
        {"validator-keeper --check IDENTITY",
         "Checks the configuration and the files in the source, without taking anything."},
        {"validator-keeper --clear IDENTITY",
         "Ends what a keeper left that does not come back: kills the signer, proves it gone and "
         "wipes the identity's files. nodekey's stop does so when no keeper runs, so that the seat "
         "can move. Refused while one runs."},
        {"validator-keeper --backup DATA_DIR IDENTITY",
         "Makes the source directory of the identity, /etc/validator-agents/keys/IDENTITY, from "
         "the keys of a consensus node in DATA_DIR. Each key is checked; none is printed, and one "
         "that is there already is never overwritten. Refused for a standby's own key, and when "
         "the node that runs in DATA_DIR signs with another one; it says so when none runs."},
};

void keeper_usage_print(FILE *out)
{
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
                (void)fprintf(out, "%s %s\n", i ? "      " : "usage:", forms[i].synopsis);
}

void keeper_manual_print(void)
{
        roff_title("validator-keeper", 8, "validator-agents");
        roff_name("validator-keeper", "keeps the seat of a validator identity on this machine");
        roff_heading("SYNOPSIS");
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
                roff_bold(forms[i].synopsis);
                (void)fputs("\n.br\n", stdout);
        }
        roff_heading("DESCRIPTION");
        roff_text("The seat is the right to sign with an identity; at most one machine holds it. "
                  "One keeper runs for each identity on each machine of the cluster. The resource "
                  "agent nodekey takes and gives up the seat by asking it; while the seat is held, "
                  "and only then, the identity's files lie in /run/validator/IDENTITY. The keeper "
                  "watches the process that signs and tells Pacemaker within a moment when it "
                  "ends. It is started by its socket unit: systemctl enable --now "
                  "validator-keeper@IDENTITY.socket.\n\nA keeper that ends gives nothing up: the "
                  "next one takes over what was noted in /run. Giving the seat up kills what still "
                  "signs, proves it gone and wipes the files, in this order.");
        roff_heading("OPTIONS");
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
                roff_item(forms[i].synopsis, forms[i].help);
        roff_heading("A NODE THAT IS STARTED BY HAND");
        roff_text("kcn-node gives the node's unit a drop-in, "
                  "/run/systemd/system/UNIT.d/50-validator-seat.conf: under a lease the slice "
                  "behind the gate, and always an ExecStartPre, kcn-may-start, which looks which "
                  "key kcn would load. With the machine's own key the node starts freely, the "
                  "keeper running or not. With the seat's key, linked or as a copy, it starts only "
                  "when a promote under the present epoch asked for it; else systemctl start fails "
                  "and the unit's journal says why. The keeper writes the drop-in again when it "
                  "starts after a boot. Not covered: the time between the boot and the keeper's "
                  "start, a node that is started without its unit, and a machine on which kcn-node "
                  "never started the node; there the links into /run/validator lead nowhere, and "
                  "only a copy of the key would sign.");
        roff_heading("EXIT STATUS");
        roff_text("0: done. 1: failed, with one sentence on stderr. 2: used wrongly.");
        roff_heading("FILES");
        roff_item("/etc/validator-agents/IDENTITY.conf",
                  "the configuration, validator-keeper.conf(5)");
        roff_item("/etc/validator-agents/keys/IDENTITY", "the source of the identity's files");
        roff_item("/run/validator/IDENTITY", "the identity's files, while the seat is held");
        roff_item("/run/validator-keeper", "the socket and the notes for the next keeper");
        roff_item("/var/lib/validator-agents/IDENTITY/epoch", "the last epoch");
        roff_item("/var/lib/validator-agents/IDENTITY/unit",
                  "which unit has the drop-in, for the keeper after the next boot");
        roff_heading("SEE ALSO");
        roff_text("validator-keeper.conf(5), ocf_validator_nodekey(7), ocf_validator_kcn-node(7)");
}

void keeper_manual_config_print(void)
{
        roff_title("validator-keeper.conf", 5, "validator-agents");
        roff_name("validator-keeper.conf", "configuration of a validator identity's keeper");
        roff_heading("SYNOPSIS");
        roff_text("/etc/validator-agents/IDENTITY.conf");
        roff_heading("DESCRIPTION");
        roff_text("Plain key=value lines, the same on every machine of the identity; # begins a "
                  "comment. A key that is not known is refused. The keeper reads the file when it "
                  "starts.");
        roff_heading("KEYS");
        ocf_manual_params(keeper_config_keys);
        roff_heading("EXAMPLE");
        roff_lines("# /etc/validator-agents/cell1.conf\nchain=kaia\n"
                   "address=0x7e5f4552091a69125d5dfcb7b8c2659029395bdf\nauthority=fencing");
        roff_heading("SEE ALSO");
        roff_text("validator-keeper(8)");
}
