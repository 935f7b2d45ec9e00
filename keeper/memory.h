/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_KEEPER_MEMORY_H
#define VALIDATOR_KEEPER_MEMORY_H

/* No key of ours in a core file, a swap or a tracer's view; and no page that ends a signer is first
 * read from a disk that hangs, whose hanging may be why the signer has to end. */
void memory_protect(void);

#endif
