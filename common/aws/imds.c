/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/imds.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aws/endpoint.h"
#include "aws/environment.h"
#include "lines.h"
#include "own.h"
#include "parse.h"
#include "path.h"
#include "text.h"

#define ATTEMPT_MS 2000
#define ATTEMPTS 3
#define PAUSE_MS 100
#define TOKEN_TTL_S 21600
#define TOKEN_SPARE_MS 60000
#define TOKEN_DIR "/run/validator-agents/imds"
#define RESPONSE_MAX (IMDS_VALUE_MAX + 4096)

static const char *endpoint_told(void)
{
        const char *endpoint = aws_environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        const char *mode = aws_environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");

        if (endpoint)
                return endpoint;
        if (mode && strcasecmp(mode, "ipv6") == 0)
                return "http://[fd00:ec2::254]";
        return "http://169.254.169.254";
}

/* Splits "host:port" or "[v6]:port" and makes a file name of it. */
static int authority_take(struct imds *imds, const char *authority)
{
        bool v6 = authority[0] == '[';
        const char *end = v6 ? strchr(authority, ']') : authority + strcspn(authority, ":");
        const char *port = strchr(end, ':');
        size_t length = (size_t)(end - authority) - v6;

        if (length >= sizeof imds->host || strlen(authority) >= sizeof imds->authority)
                return -EINVAL;
        (void)snprintf(imds->host, sizeof imds->host, "%.*s", (int)length, authority + v6);
        (void)snprintf(imds->port, sizeof imds->port, "%s", port ? port + 1 : "80");
        (void)snprintf(imds->authority, sizeof imds->authority, "%s", authority);
        (void)snprintf(imds->token_path, sizeof imds->token_path, "%s/%s_%s.token", TOKEN_DIR,
                       imds->host, imds->port);
        return 0;
}

int imds_init(struct imds *ret_imds, struct ocf_error *err)
{
        OWN_AWS_ENDPOINT struct aws_endpoint endpoint = {0};
        const char *told = endpoint_told();
        struct imds imds = {0};
        int r;

        if (aws_environment_says("AWS_EC2_METADATA_DISABLED"))
                return ocf_fail(err, -ENODEV,
                                "the instance metadata service is switched off by "
                                "AWS_EC2_METADATA_DISABLED");
        r = aws_endpoint_parse(told, &endpoint, err);
        if (r < 0)
                return r;
        if (!text_starts(endpoint.url, "http://") || authority_take(&imds, endpoint.host) < 0)
                return ocf_fail(err, -EINVAL,
                                "the metadata service's endpoint '%.100s' is no http:// address",
                                told);
        *ret_imds = imds;
        return 0;
}

static int wait_ready(int fd, short events, const struct deadline *deadline)
{
        struct pollfd wait = {.fd = fd, .events = events};
        int left;

        while ((left = deadline_left_ms(deadline)) > 0) {
                int r = poll(&wait, 1, left);

                if (r > 0)
                        return 0;
                if (r < 0 && errno != EINTR)
                        return -errno;
        }
        return -ETIMEDOUT;
}

static int service_connect(const struct imds *imds, const struct deadline *deadline, int *ret_fd)
{
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                 .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
        struct addrinfo *address = NULL;
        socklen_t size = sizeof(int);
        int failed = 0, r;

        if (getaddrinfo(imds->host, imds->port, &hints, &address) != 0)
                return -EINVAL;

        OWN_FD int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        r = fd < 0 || connect(fd, address->ai_addr, address->ai_addrlen) < 0 ? -errno : 0;
        freeaddrinfo(address);
        if (r == -EINPROGRESS) {
                r = wait_ready(fd, POLLOUT, deadline);
                if (r == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) == 0)
                        r = -failed;
        }
        if (r == 0)
                *ret_fd = fd_take(&fd);
        return r;
}

static int request_send(int fd, const char *request, const struct deadline *deadline)
{
        size_t left = strlen(request);

        while (left > 0) {
                ssize_t sent = send(fd, request, left, MSG_NOSIGNAL);

                if (sent < 0 && errno == EAGAIN) {
                        int r = wait_ready(fd, POLLOUT, deadline);

                        if (r < 0)
                                return r;
                } else if (sent < 0) {
                        return -errno;
                } else {
                        request += sent;
                        left -= (size_t)sent;
                }
        }
        return 0;
}

/* The value of a header between `at` and `end`, or NULL; not NUL-terminated. */
static const char *header_find(const char *at, const char *end, const char *name, size_t *ret_size)
{
        size_t length = strlen(name);

        while (at < end) {
                const char *stop = memmem(at, (size_t)(end - at), "\r\n", 2);

                if (!stop)
                        stop = end;
                if ((size_t)(stop - at) > length && strncasecmp(at, name, length) == 0 &&
                    at[length] == ':') {
                        at += length + 1;
                        while (at < stop && (*at == ' ' || *at == '\t'))
                                at++;
                        *ret_size = (size_t)(stop - at);
                        return at;
                }
                at = stop + 2;
        }
        return NULL;
}

int imds_response_parse(const char *text, size_t length, int *ret_status, const char **ret_body,
                        size_t *ret_size)
{
        const char *head_end = memmem(text, length, "\r\n\r\n", 4);
        const char *value;
        uint64_t status, told;
        size_t size;
        char number[24];

        if (!head_end || length < 12 || memcmp(text, "HTTP/1.", 7) != 0 || text[8] != ' ')
                return -EPROTO;
        (void)snprintf(number, sizeof number, "%.3s", text + 9);
        if (parse_u64(number, &status) < 0 || status < 100)
                return -EPROTO;

        const char *body = head_end + 4;
        size_t have = length - (size_t)(body - text);

        if (header_find(text, head_end, "Transfer-Encoding", &size))
                return -EPROTO;
        value = header_find(text, head_end, "Content-Length", &size);
        if (value) {
                (void)snprintf(number, sizeof number, "%.*s", (int)(size < 20 ? size : 20), value);
                if (parse_u64(number, &told) < 0 || told > have)
                        return -EPROTO;
                have = (size_t)told;
        }
        *ret_status = (int)status;
        *ret_body = body;
        *ret_size = have;
        return 0;
}

/* True when all is there that the response says it has, so that a service that keeps the connection
 * open need not be waited for. */
static bool response_is_whole(const char *text, size_t length)
{
        const char *head_end = memmem(text, length, "\r\n\r\n", 4);
        const char *body;
        size_t size;
        int status;

        return head_end && header_find(text, head_end, "Content-Length", &size) &&
               imds_response_parse(text, length, &status, &body, &size) >= 0;
}

static int response_receive(int fd, char *buffer, size_t size, const struct deadline *deadline,
                            size_t *ret_length)
{
        size_t length = 0;

        while (length < size) {
                ssize_t got = recv(fd, buffer + length, size - length, 0);

                if (got > 0)
                        length += (size_t)got;
                if (got == 0 || (got > 0 && response_is_whole(buffer, length))) {
                        *ret_length = length;
                        return 0;
                }
                if (got < 0 && errno != EAGAIN)
                        return -errno;
                if (got < 0) {
                        int r = wait_ready(fd, POLLIN, deadline);

                        if (r < 0)
                                return r;
                }
        }
        return -EMSGSIZE;
}

/* One request. Puts the body into `ret_value` and returns the HTTP status. */
static int exchange(const struct imds *imds, const char *request, const struct deadline *deadline,
                    char ret_value[static IMDS_VALUE_MAX])
{
        OWN_TEXT char *buffer = mem_zero(RESPONSE_MAX);
        OWN_FD int fd = -1;
        const char *body;
        size_t length = 0, size = 0;
        int status = 0;
        int r = service_connect(imds, deadline, &fd);

        if (r >= 0)
                r = request_send(fd, request, deadline);
        if (r >= 0)
                r = response_receive(fd, buffer, RESPONSE_MAX, deadline, &length);
        if (r >= 0)
                r = imds_response_parse(buffer, length, &status, &body, &size);
        if (r >= 0 && size >= IMDS_VALUE_MAX)
                r = -EMSGSIZE;
        if (r < 0)
                return r;
        memcpy(ret_value, body, size);
        ret_value[size] = '\0';
        while (size > 0 && (ret_value[size - 1] == '\n' || ret_value[size - 1] == '\r'))
                ret_value[--size] = '\0';
        explicit_bzero(buffer, RESPONSE_MAX);
        return status;
}

static bool token_is_sane(const char *token)
{
        size_t length = strlen(token);

        return length > 0 && length < sizeof((struct imds *)0)->token &&
               strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"
                             ".~") == length;
}

static void token_load(struct imds *imds)
{
        struct lines lines;
        char token[sizeof imds->token];
        int64_t until;

        if (imds->token[0] || !imds->token_path[0] || lines_read(&lines, imds->token_path) < 0)
                return;
        until = (int64_t)lines_get_u64(&lines, "until_ms", 0);
        if (lines_get(&lines, "token", token, sizeof token) && token_is_sane(token) &&
            until > clock_now_ms() && until - clock_now_ms() <= (int64_t)TOKEN_TTL_S * 1000) {
                memcpy(imds->token, token, sizeof token);
                imds->token_until_ms = until;
        }
}

/* A token that cannot be kept costs one request more the next time, nothing else. */
static void token_keep(const struct imds *imds)
{
        struct lines lines = {0};

        if (!imds->token_path[0] || path_make_dir(TOKEN_DIR, NULL) < 0)
                return;
        lines_clear(&lines);
        if (lines_put(&lines, "token", "%s", imds->token) == 0 &&
            lines_put(&lines, "until_ms", "%lld", (long long)imds->token_until_ms) == 0)
                (void)lines_write(&lines, imds->token_path, false, NULL);
}

static int token_fetch(struct imds *imds, const struct deadline *deadline)
{
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        OWN_TEXT char *request = text_format("PUT /latest/api/token HTTP/1.1\r\nHost: %s\r\n"
                                             "X-aws-ec2-metadata-token-ttl-seconds: %d\r\n"
                                             "Content-Length: 0\r\nConnection: close\r\n\r\n",
                                             imds->authority, TOKEN_TTL_S);
        int64_t asked_ms = clock_now_ms();
        int status = exchange(imds, request, deadline, value);

        if (status < 0)
                return status;
        if (status != 200 || !token_is_sane(value))
                return status == 403 ? -EACCES : -EPROTO;
        (void)snprintf(imds->token, sizeof imds->token, "%s", value);
        imds->token_until_ms = asked_ms + (int64_t)TOKEN_TTL_S * 1000 - TOKEN_SPARE_MS;
        token_keep(imds);
        return 0;
}

/* One attempt; a token that the service no longer accepts is replaced once. */
static int value_fetch(struct imds *imds, const char *path, const struct deadline *deadline,
                       char ret_value[static IMDS_VALUE_MAX])
{
        token_load(imds);
        for (int fresh = 0;; fresh++) {
                int r = imds->token[0] ? 0 : token_fetch(imds, deadline);

                if (r < 0)
                        return r;

                OWN_TEXT char *request = text_format(
                        "GET /latest/%s HTTP/1.1\r\nHost: %s\r\nX-aws-ec2-metadata-token: "
                        "%s\r\nConnection: close\r\n\r\n",
                        path, imds->authority, imds->token);

                r = exchange(imds, request, deadline, ret_value);
                if (r != 401 || fresh)
                        return r;
                imds->token[0] = '\0';
                if (imds->token_path[0])
                        (void)unlink(imds->token_path);
        }
}

int imds_fetch(struct imds *imds, const char *path, const struct deadline *deadline,
               char ret_value[static IMDS_VALUE_MAX], struct ocf_error *err)
{
        int r = -ETIMEDOUT;

        for (int i = 0; i < ATTEMPTS && !deadline_passed(deadline); i++) {
                struct deadline attempt = deadline_cap(deadline, ATTEMPT_MS);

                if (i > 0)
                        (void)clock_wait_fd(deadline, -1, PAUSE_MS * i);
                r = value_fetch(imds, path, &attempt, ret_value);
                if (r == 200)
                        return 0;
                if (r == 404)
                        return ocf_fail(err, -ENOENT, "the instance metadata service knows no '%s'",
                                        path);
                if (r == -EACCES || r == 401 || r == 403)
                        return ocf_fail(err, -EACCES,
                                        "the instance metadata service at %s refuses this node",
                                        imds->authority);
        }
        if (r > 0)
                return ocf_fail(err, -EPROTO,
                                "the instance metadata service at %s answered '%s' with HTTP %d",
                                imds->authority, path, r);
        return ocf_fail(err, r, "the instance metadata service at %s did not answer for '%s': %s",
                        imds->authority, path, strerror(-r));
}
