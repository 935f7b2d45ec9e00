/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_OCF_METADATA_H
#define VALIDATOR_OCF_METADATA_H

struct ocf_agent;

/* Prints the agent's OCF 1.1 meta-data to stdout; returns an exit code. The XML declaration names
 * no encoding, since crmsh 4.4 refuses one; the text is ASCII. */
int ocf_metadata_print(const struct ocf_agent *agent);

#endif
