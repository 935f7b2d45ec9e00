/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/http.h"

const struct kcn_http kcn_node_http = {.can = http_plain_can, .perform = http_plain_perform};
