/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_HTTP_PROXY_H
#define VALIDATOR_HTTP_PROXY_H

/* A proxy's address may hold a name and a password: SCHEME://NAME:PASSWORD@HOST:PORT. */

/* HOST:PORT of it, the only part that a sentence or a log may show: points into `proxy`. */
const char *proxy_authority(const char *proxy);

#endif
