/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_MANAGED_H
#define VALIDATOR_KEEPER_MANAGED_H

/* What crm_mon says of a resource. Read by expat: libxml2 and the ICU behind it would lie in the
 * keeper's locked memory for ever, two MiB for a question that is asked when a signer has ended. */

#include <stddef.h>

#include "tri.h"

/* Whether Pacemaker manages the resource, or its clone's instance, on this node: in the cluster's
 * view as `crm_mon --output-as=xml` prints it, which counts maintenance of the cluster, of the node
 * and of the resource alike. An instance that is not listed is not held back either. Unknown when
 * the bytes are no whole document. */
enum tri resource_managed_read(const char *bytes, size_t size, const char *resource,
                               const char *node);

#endif
