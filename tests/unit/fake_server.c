/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_server.h"

#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "text.h"

#define RECEIVE_MAX 1000000

static int tcp_listen(int *ret_port)
{
        struct sockaddr_in name = {.sin_family = AF_INET,
                                   .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
        socklen_t size = sizeof name;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        ck_assert_int_eq(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
        ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&name, &size), 0);
        *ret_port = ntohs(name.sin_port);
        return fd;
}

int fake_port_closed(void)
{
        int port;
        int fd = tcp_listen(&port);

        (void)close(fd);
        return port;
}

/* The listener's process dies with the test, whatever happens to that. */
static pid_t server_fork(int fd, void (*serve)(int connection, const void *data), const void *data)
{
        pid_t pid;

        ck_assert_int_eq(listen(fd, 64), 0);
        pid = fork();
        if (pid) {
                (void)close(fd);
                return pid;
        }
        (void)setpgid(0, 0);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)signal(SIGCHLD, SIG_IGN);
        for (;;) {
                int connection = accept(fd, NULL, NULL);

                if (fork() == 0) {
                        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                        serve(connection, data);
                        _Exit(0);
                }
                (void)close(connection);
        }
}

struct fake_server fake_server_tcp(void (*serve)(int connection, const void *data),
                                   const void *data)
{
        struct fake_server server;
        int fd = tcp_listen(&server.port);

        server.pid = server_fork(fd, serve, data);
        return server;
}

struct fake_server fake_server_unix(const char *path,
                                    void (*serve)(int connection, const void *data),
                                    const void *data)
{
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        ck_assert_uint_lt(strlen(path), sizeof name.sun_path);
        memcpy(name.sun_path, path, strlen(path) + 1);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
        return (struct fake_server){.pid = server_fork(fd, serve, data)};
}

void fake_server_stop(struct fake_server *server)
{
        (void)kill(-server->pid, SIGKILL);
        (void)kill(server->pid, SIGKILL);
        (void)waitpid(server->pid, NULL, 0);
}

void fake_send(int connection, const char *text)
{
        size_t left = strlen(text);

        while (left) {
                ssize_t n = send(connection, text, left, MSG_NOSIGNAL);

                if (n <= 0)
                        _Exit(0);
                text += n;
                left -= (size_t)n;
        }
}

char *fake_receive(int connection, const char *end)
{
        char *text = mem_zero(RECEIVE_MAX + 1);
        size_t length = 0;
        ssize_t n;

        while (length < RECEIVE_MAX && !strstr(text, end) &&
               (n = read(connection, text + length, RECEIVE_MAX - length)) > 0) {
                length += (size_t)n;
                text[length] = '\0';
        }
        return text;
}

void fake_stall(void)
{
        for (;;)
                (void)pause();
}
