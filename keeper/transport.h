/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_TRANSPORT_H
#define VALIDATOR_KEEPER_TRANSPORT_H

/* How etcd is reached. libcurl and TLS are more than half of the memory that a keeper locks, and
 * one whose authority is the cluster's fencing needs neither. */

#include "http/client.h"
#include "ocf/error.h"

/* Loads http-client.so. -ELIBACC when the project is not installed whole. */
int keeper_transport(const struct http_transport **ret_http, struct ocf_error *err);

#endif
