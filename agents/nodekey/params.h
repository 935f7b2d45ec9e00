/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_NODEKEY_PARAMS_H
#define VALIDATOR_NODEKEY_PARAMS_H

/* What the operator gives nodekey; the rows are in main.c. */
struct nodekey_params {
        const char *identity;
        const char *address;
};

#endif
