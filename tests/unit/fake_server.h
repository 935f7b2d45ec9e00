/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_FAKE_SERVER_H
#define VALIDATOR_TESTS_FAKE_SERVER_H

/* A real server in a process of its own, with one more process for each connection, that behaves as
 * badly as a test wants. `serve` gets the connection and what the test gave it; when it returns,
 * the connection is closed. */

#include <sys/types.h>

#include "own.h"

struct fake_server {
        pid_t pid;
        int port; /* of 127.0.0.1; 0 for a unix socket */
};

struct fake_server fake_server_tcp(void (*serve)(int connection, const void *data),
                                   const void *data);
struct fake_server fake_server_unix(const char *path,
                                    void (*serve)(int connection, const void *data),
                                    const void *data);

/* A port on which nobody listens. */
int fake_port_closed(void);

/* Ends the server and what serves its connections. */
void fake_server_stop(struct fake_server *server);

#define OWN_FAKE_SERVER OWN(fake_server_stop)

/* Sends a text; ends the process when the other side is gone. */
void fake_send(int connection, const char *text);

/* Reads until `end` has come (or the other side is done) and returns what came, as a text with a
 * bound; the caller frees. */
char *fake_receive(int connection, const char *end);

/* Holds the connection until the test ends. */
void fake_stall(void);

#endif
