/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/client.h"
#include "http/plain.h"
#include "http/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "fake_server.h"
#include "process/spawn.h"
#include "scratch.h"
#include "suite.h"
#include "text.h"

/* One request by a client of its own. */
static struct http_reply http_ask(const struct http_request *request, int ms)
{
        OWN_HTTP_CLIENT struct http_client *client = http_client_new();
        struct deadline deadline = deadline_in(ms);
        struct http_reply reply;

        http_perform(client, request, &reply, 1, &deadline);
        return reply;
}

static char *url_of(const struct fake_server *server)
{
        return text_format("http://127.0.0.1:%d/path?query", server->port);
}

static void say(int connection, const void *data)
{
        OWN_TEXT char *request = fake_receive(connection, "\r\n\r\n");

        fake_send(connection, data);
}

static void say_and_stall(int connection, const void *data)
{
        say(connection, data);
        fake_stall();
}

static void say_slowly(int connection, const void *data)
{
        struct deadline never = deadline_in(600000);
        OWN_TEXT char *request = fake_receive(connection, "\r\n\r\n");

        for (const char *at = data; *at; at++) {
                const char one[] = {*at, '\0'};

                fake_send(connection, one);
                (void)clock_wait_fd(&never, -1, 50);
        }
}

static void say_without_end(int connection, const void *data)
{
        say(connection, data);
        for (;;)
                fake_send(connection, "1000\r\n0123456789");
}

#define DATE "Sat, 21 Nov 2026 03:53:18 GMT"

/* `r` as http_reply has it; `ms` is the deadline, and a case must not take longer. */
static const struct {
        void (*serve)(int connection, const void *data);
        const char *answer;
        int r;
        long status;
        const char *body;
        int ms;
} answers[] = {
        {say, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", 0, 200, "body", 5000},
        {say, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", 0, 404, "gone", 5000},
        {say, "HTTP/1.1 503 Busy\r\n\r\nuntil the end", 0, 503, "until the end", 5000},
        {say, "HTTP/1.1 204 No Content\r\n\r\n", 0, 204, "", 5000},
        {say, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 0,
         302, "", 5000},
        {say,
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n", 0,
         200, "body", 5000},
        {say, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbody", -ECONNRESET, 0, NULL, 5000},
        {say, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbo", -ECONNRESET, 0, NULL,
         5000},
        {say, "", -ECONNRESET, 0, NULL, 5000},
        {say, "SSH-2.0-OpenSSH\r\n", -EPROTO, 0, NULL, 5000},
        {say_and_stall, "", -ETIMEDOUT, 0, NULL, 300},
        {say_and_stall, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbody", -ETIMEDOUT, 0, NULL,
         300},
        {say_slowly, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", -ETIMEDOUT, 0, NULL, 300},
        {say, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n012345678", -EMSGSIZE, 0, NULL, 5000},
        {say, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n01234567", 0, 200, "01234567", 5000},
        {say_without_end, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", -EMSGSIZE, 0,
         NULL, 5000},
        {say_without_end, "HTTP/1.1 200 OK\r\n\r\n", -EMSGSIZE, 0, NULL, 5000},
};

/* The same by either transport. */
static struct http_reply http_ask_plain(const struct http_request *request, int ms)
{
        struct deadline deadline = deadline_in(ms);
        struct http_reply reply;

        http_plain_perform(request, &reply, 1, &deadline);
        return reply;
}

static void answer_holds(size_t row,
                         struct http_reply (*ask)(const struct http_request *request, int ms))
{
        bool small = answers[row].body && strlen(answers[row].body) == 8;
        bool bounded = small || answers[row].r == -EMSGSIZE;
        OWN_FAKE_SERVER struct fake_server server =
                fake_server_tcp(answers[row].serve, answers[row].answer);
        OWN_TEXT char *url = url_of(&server);
        struct http_request request = {.url = url, .reply_cap = bounded ? 8 : 0};
        int64_t began = clock_now_ms();
        OWN_HTTP_REPLY struct http_reply reply = ask(&request, answers[row].ms);

        /* An answer is no longer waited for when it is there. */
        ck_assert_int_le(clock_now_ms() - began,
                         answers[row].r == -ETIMEDOUT ? answers[row].ms + 700 : 2500);
        ck_assert_int_eq(reply.r, answers[row].r);
        ck_assert_int_eq(reply.status, answers[row].status);
        ck_assert(reply.sent);
        ck_assert_int_eq(ocf_error_set(&reply.error), reply.r < 0);
        if (reply.r < 0) {
                ck_assert_ptr_null(reply.body);
                ck_assert_ptr_null(strstr(reply.error.sentence, "query"));
        } else {
                ck_assert_str_eq(reply.body, answers[row].body);
        }
}

START_TEST(answer_is_told_from_no_answer)
{
        answer_holds((size_t)_i, http_ask);
}
END_TEST

START_TEST(plain_answer_is_told_from_no_answer)
{
        answer_holds((size_t)_i, http_ask_plain);
}
END_TEST

static const struct {
        const char *url;
        bool plain;
} plain_urls[] = {
        {"http://127.0.0.1", true},
        {"http://192.0.2.9:8551/path?query", true},
        {"HTTP://[::1]:8551/", true},
        {"https://192.0.2.9:8551", false},
        {"http://pn.example:8551", false},
        {"http://user:secret@192.0.2.9:8551", false},
        {"http://192.0.2.999:8551", false},
        {"http://[::1", false},
        {"http://", false},
        {"192.0.2.9:8551", false},
        {"", false},
};

START_TEST(plain_is_http_to_an_address)
{
        struct http_request request = {.url = plain_urls[_i].url};

        ck_assert_int_eq(http_plain_can(request.url), plain_urls[_i].plain);
        if (!plain_urls[_i].plain) {
                OWN_HTTP_REPLY struct http_reply reply = http_ask_plain(&request, 100);

                ck_assert_int_eq(reply.r, -EINVAL);
                ck_assert(!reply.sent);
                ck_assert_ptr_null(strstr(reply.error.sentence, "secret"));
        }
}
END_TEST

static void answer_whole(int connection, const void *data)
{
        OWN_TEXT char *request = fake_receive(connection, "question");
        bool whole = text_starts(request, "POST /path?query HTTP/1.1\r\n") &&
                     strstr(request, "\r\nContent-Type: text/plain\r\n") &&
                     strstr(request, "\r\nContent-Length: 8\r\n") &&
                     strstr(request, "\r\nHost: 127.0.0.1");

        (void)data;
        fake_send(connection, whole ? "HTTP/1.1 200 OK\r\nDate: " DATE "\r\n\r\nanswer"
                                    : "HTTP/1.1 400 Bad\r\n\r\n");
}

/* One waits for nobody, and none for the other. */
START_TEST(plain_requests_are_made_at_once)
{
        OWN_FAKE_SERVER struct fake_server good = fake_server_tcp(answer_whole, NULL);
        OWN_FAKE_SERVER struct fake_server silent = fake_server_tcp(say_and_stall, "");
        static const char *const headers[] = {"Content-Type: text/plain", NULL};
        OWN_TEXT char *url = url_of(&good), *silent_url = url_of(&silent);
        OWN_TEXT char *closed_url = text_format("http://127.0.0.1:%d/", fake_port_closed());
        struct http_request requests[] = {
                {.url = silent_url},
                {.url = closed_url},
                {.method = HTTP_POST,
                 .url = url,
                 .headers = headers,
                 .body = "question",
                 .body_size = 8},
        };
        struct deadline deadline = deadline_in(1000);
        struct http_reply replies[3];

        http_plain_perform(requests, replies, 3, &deadline);
        ck_assert_int_eq(replies[0].r, -ETIMEDOUT);
        ck_assert_int_eq(replies[1].r, -ECONNREFUSED);
        ck_assert(!replies[1].sent);
        ck_assert_int_eq(replies[2].r, 0);
        ck_assert_int_eq(replies[2].status, 200);
        ck_assert_str_eq(replies[2].body, "answer");
        ck_assert_str_eq(replies[2].date, DATE);
        for (size_t i = 0; i < 3; i++)
                http_reply_release(&replies[i]);
}
END_TEST

START_TEST(date_is_handed_over)
{
        OWN_FAKE_SERVER struct fake_server server = fake_server_tcp(
                say, "HTTP/1.1 200 OK\r\ndate:   " DATE "\r\nContent-Length: 0\r\n\r\n");
        OWN_TEXT char *url = url_of(&server);
        struct http_request request = {.url = url};
        OWN_HTTP_REPLY struct http_reply reply = http_ask(&request, 5000);

        ck_assert_str_eq(reply.date, DATE);
}
END_TEST

static void echo(int connection, const void *data)
{
        OWN_TEXT char *request = fake_receive(connection, data);
        OWN_TEXT char *head =
                text_format("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", strlen(request));

        fake_send(connection, head);
        fake_send(connection, request);
}

static const struct {
        enum http_method method;
        const char *body;
        const char *line;
        const char *end; /* what the request ends with */
} methods[] = {
        {HTTP_GET, NULL, "GET /path?query HTTP/1.1\r\n", "\r\n\r\n"},
        {HTTP_POST, "{\"a\":1}", "POST /path?query HTTP/1.1\r\n", "\r\n\r\n{\"a\":1}"},
        {HTTP_PUT, "text", "PUT /path?query HTTP/1.1\r\n", "\r\n\r\ntext"},
        {HTTP_PUT, NULL, "PUT /path?query HTTP/1.1\r\n", "\r\n\r\n"},
        {HTTP_DELETE, NULL, "DELETE /path?query HTTP/1.1\r\n", "\r\n\r\n"},
};

START_TEST(request_is_sent_as_it_was_meant)
{
        static const char *const headers[] = {"X-One: 1", "Content-Type: application/json", NULL};
        OWN_FAKE_SERVER struct fake_server server = fake_server_tcp(echo, methods[_i].end);
        OWN_TEXT char *url = url_of(&server);
        struct http_request request = {.method = methods[_i].method,
                                       .url = url,
                                       .headers = headers,
                                       .body = methods[_i].body,
                                       .body_size =
                                               methods[_i].body ? strlen(methods[_i].body) : 0};
        OWN_HTTP_REPLY struct http_reply reply = {0};

        /* none of these may count */
        ck_assert_int_eq(setenv("http_proxy", "http://127.0.0.1:1/", 1), 0);
        ck_assert_int_eq(setenv("ALL_PROXY", "http://127.0.0.1:1/", 1), 0);
        reply = http_ask(&request, 5000);
        ck_assert_int_eq(reply.status, 200);
        ck_assert(text_starts(reply.body, methods[_i].line));
        ck_assert_ptr_nonnull(strstr(reply.body, "\r\nX-One: 1\r\n"));
        ck_assert_ptr_nonnull(strstr(reply.body, "\r\nContent-Type: application/json\r\n"));
        ck_assert_ptr_null(strstr(reply.body, "Expect"));
        ck_assert_ptr_nonnull(strstr(reply.body, methods[_i].end));
        if (methods[_i].method == HTTP_PUT && !methods[_i].body)
                ck_assert_ptr_nonnull(strstr(reply.body, "\r\nContent-Length: 0\r\n"));
}
END_TEST

static const struct {
        const char *url;
        int r;
        const char *sentence;
} unreachable[] = {
        {"http://127.0.0.1:CLOSED/secret", -ECONNREFUSED, "cannot ask 'http://127.0.0.1:"},
        {"http://user:secret@127.0.0.1:CLOSED/", -ECONNREFUSED, "cannot ask 'http://127.0.0.1:"},
        {"ftp://127.0.0.1/secret", -EINVAL, "cannot ask 'ftp://127.0.0.1': "},
        {"http://[::bad/", -EINVAL, "cannot ask 'http://[::bad': "},
        {"secret", -EHOSTUNREACH, "cannot ask '?': "},
        {"http://no-such-host.invalid/", -EHOSTUNREACH, "cannot ask 'http://no-such-host.invalid'"},
};

START_TEST(server_that_is_not_reached_got_no_request)
{
        const char *at = strstr(unreachable[_i].url, "CLOSED");
        OWN_TEXT char *url =
                at ? text_format("%.*s%d%s", (int)(at - unreachable[_i].url), unreachable[_i].url,
                                 fake_port_closed(), at + strlen("CLOSED"))
                   : text_copy(unreachable[_i].url);
        struct http_request request = {.url = url};
        OWN_HTTP_REPLY struct http_reply reply = http_ask(&request, 5000);

        ck_assert_int_eq(reply.r, unreachable[_i].r);
        ck_assert(!reply.sent);
        ck_assert_int_eq(reply.status, 0);
        ck_assert_msg(text_starts(reply.error.sentence, unreachable[_i].sentence), "%s",
                      reply.error.sentence);
        ck_assert_ptr_null(strstr(reply.error.sentence, "secret@"));
}
END_TEST

static void answer_late(int connection, const void *data)
{
        struct deadline never = deadline_in(600000);
        OWN_TEXT char *request = fake_receive(connection, "\r\n\r\n");

        (void)clock_wait_fd(&never, -1, 300);
        fake_send(connection, data);
}

START_TEST(requests_run_side_by_side_each_with_its_own_end)
{
        OWN_FAKE_SERVER struct fake_server late =
                fake_server_tcp(answer_late, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
        OWN_FAKE_SERVER struct fake_server silent = fake_server_tcp(say_and_stall, "");
        OWN_TEXT char *late_url = url_of(&late);
        OWN_TEXT char *silent_url = url_of(&silent);
        OWN_TEXT char *closed_url = text_format("http://127.0.0.1:%d/", fake_port_closed());
        struct http_request requests[] = {{.url = silent_url}, {.url = late_url},
                                          {.url = closed_url}, {.url = late_url},
                                          {.url = late_url},   {.url = late_url}};
        struct http_reply replies[6];
        OWN_HTTP_CLIENT struct http_client *client = http_client_new();
        struct deadline deadline = deadline_in(900);

        http_perform(client, requests, replies, 6, &deadline);
        ck_assert_int_eq(replies[0].r, -ETIMEDOUT);
        ck_assert_int_eq(replies[2].r, -ECONNREFUSED);
        for (int i = 1; i < 6; i += i == 1 ? 2 : 1) {
                ck_assert_int_eq(replies[i].r, 0);
                ck_assert_str_eq(replies[i].body, "late");
        }
        for (int i = 0; i < 6; i++)
                http_reply_release(&replies[i]);
}
END_TEST

/* Tells how many requests came on this connection. */
static void count_requests(int connection, const void *data)
{
        (void)data;
        for (int i = 1;; i++) {
                OWN_TEXT char *request = fake_receive(connection, "\r\n\r\n");
                OWN_TEXT char *answer =
                        text_format("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d", i);

                if (!*request)
                        return;
                fake_send(connection, answer);
        }
}

START_TEST(connection_serves_the_next_request)
{
        OWN_FAKE_SERVER struct fake_server server = fake_server_tcp(count_requests, NULL);
        OWN_HTTP_CLIENT struct http_client *client = http_client_new();
        OWN_TEXT char *url = url_of(&server);
        struct http_request request = {.url = url};
        struct deadline deadline = deadline_in(5000);

        for (int i = 1; i < 4; i++) {
                OWN_HTTP_REPLY struct http_reply reply = {0};

                http_perform(client, &request, &reply, 1, &deadline);
                ck_assert_int_eq(reply.status, 200);
                ck_assert_int_eq(reply.body[0] - '0', i);
        }
}
END_TEST

START_TEST(unix_socket_serves_as_well)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *path = scratch_path(&scratch, "socket");
        OWN_FAKE_SERVER struct fake_server server =
                fake_server_unix(path, say, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
        struct http_request request = {.url = "http://localhost/", .unix_socket = path};
        OWN_HTTP_REPLY struct http_reply reply = http_ask(&request, 5000);

        ck_assert_int_gt(server.pid, 0);
        ck_assert_str_eq(reply.body, "body");
}
END_TEST

/* A network of its own, in which a name server takes questions and never answers. */
START_TEST(silent_name_server_costs_the_deadline_and_no_more)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *conf = scratch_path(&scratch, "resolv.conf");
        struct sockaddr_in name = {.sin_family = AF_INET,
                                   .sin_port = htons(53),
                                   .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
        OWN_FD int fd = -1;
        struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
        struct http_request request = {.url = "http://name.example/"};
        OWN_HTTP_REPLY struct http_reply reply = {0};
        int64_t began;

        if (geteuid() != 0)
                return; /* needs namespaces of its own */
        ck_assert_int_eq(unshare(CLONE_NEWNS | CLONE_NEWNET), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ck_assert_int_eq(ioctl(fd, SIOCSIFFLAGS, &loopback), 0);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
        {
                OWN_FILE FILE *file = fopen(conf, "we");

                ck_assert_int_gt(fputs("nameserver 127.0.0.1\n", file), 0);
        }
        ck_assert_int_eq(mount(conf, "/etc/resolv.conf", NULL, MS_BIND, NULL), 0);
        began = clock_now_ms();
        reply = http_ask(&request, 300);
        ck_assert_int_le(clock_now_ms() - began, 1500);
        ck_assert_int_eq(reply.r, -ETIMEDOUT);
        ck_assert(!reply.sent);
        ck_assert_int_eq(umount2("/etc/resolv.conf", MNT_DETACH), 0);
}
END_TEST

static void command_run(const char *script, const struct scratch *scratch)
{
        OWN_TEXT char *line = text_format("cd '%s' && %s", scratch->path, script);
        const char *const argv[] = {"sh", "-c", line, NULL};
        struct spawn_request request = {.argv = argv};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(30000);

        ck_assert_int_eq(spawn_run(&request, &deadline, &result, NULL), 0);
        ck_assert_msg(result.exit_code == 0, "%s", result.err);
}

/* openssl's own server, which asks for a certificate, on a port that was free a moment ago. */
static pid_t tls_server_start(const struct scratch *scratch, int port)
{
        OWN_TEXT char *accept = text_format("127.0.0.1:%d", port);
        pid_t pid = fork();

        if (pid)
                return pid;
        if (chdir(scratch->path) == 0)
                (void)execlp("openssl", "openssl", "s_server", "-accept", accept, "-cert",
                             "cert.pem", "-key", "key.pem", "-CAfile", "cert.pem", "-Verify", "1",
                             "-verify_return_error", "-www", "-quiet", (char *)NULL);
        _Exit(127);
}

START_TEST(tls_wants_the_right_certificates_on_both_sides)
{
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *certificate = scratch_path(&scratch, "cert.pem");
        OWN_TEXT char *key = scratch_path(&scratch, "key.pem");
        struct http_tls server_only = {.ca = certificate};
        struct http_tls both = {.ca = certificate, .certificate = certificate, .key = key};
        int port = fake_port_closed();
        OWN_TEXT char *url = text_format("https://127.0.0.1:%d/", port);
        struct http_request request = {.url = url, .tls = &both};
        struct deadline patience = deadline_in(20000);
        struct http_reply reply = {.r = -ECONNREFUSED};
        struct fake_server server;

        command_run("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab "
                    "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem",
                    &scratch);
        server = (struct fake_server){.pid = tls_server_start(&scratch, port)};
        while (reply.r == -ECONNREFUSED && !deadline_passed(&patience)) {
                (void)clock_wait_fd(&patience, -1, 20); /* until it listens */
                http_reply_release(&reply);
                reply = http_ask(&request, 5000);
        }
        ck_assert_msg(reply.status == 200, "%s", reply.error.sentence);
        http_reply_release(&reply);
        request.tls = &server_only;
        reply = http_ask(&request, 5000);
        ck_assert_int_lt(reply.r, 0);
        http_reply_release(&reply);
        request.tls = NULL;
        reply = http_ask(&request, 5000);
        ck_assert_int_eq(reply.r, -EKEYREJECTED);
        ck_assert_ptr_nonnull(strstr(reply.error.sentence, "TLS failed"));
        http_reply_release(&reply);
        fake_server_stop(&server);
}
END_TEST

static const struct {
        const char *proxy, *shown;
} proxies[] = {
        {"http://proxy.example:3128", "proxy.example:3128"},
        {"http://name:pass@proxy.example:3128", "proxy.example:3128"},
        {"http://name:p@ss@[::1]:3128", "[::1]:3128"},
        {"name:pass@proxy.example", "proxy.example"},
        {"proxy.example", "proxy.example"},
        {"", ""},
};

START_TEST(proxys_password_is_not_shown)
{
        ck_assert_str_eq(proxy_authority(proxies[_i].proxy), proxies[_i].shown);
}
END_TEST

SUITE_MAIN("http", TABLE(answer_is_told_from_no_answer, answers),
           TABLE(plain_answer_is_told_from_no_answer, answers),
           TABLE(plain_is_http_to_an_address, plain_urls), TEST(plain_requests_are_made_at_once),
           TEST(date_is_handed_over), TABLE(request_is_sent_as_it_was_meant, methods),
           TABLE(proxys_password_is_not_shown, proxies),
           TABLE(server_that_is_not_reached_got_no_request, unreachable),
           TEST(requests_run_side_by_side_each_with_its_own_end),
           TEST(connection_serves_the_next_request), TEST(unix_socket_serves_as_well),
           TEST(silent_name_server_costs_the_deadline_and_no_more),
           TEST(tls_wants_the_right_certificates_on_both_sides))
