/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/plain.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>

#include "text.h"

#define PORT_USUAL 80
#define HEAD_CAP 16384

/* The transfers of one call. */
struct plain_round {
        struct event_base *base;
        size_t running;
};

struct plain_transfer {
        struct plain_round *round;
        const struct http_request *request;
        struct http_reply *reply;
        struct evhttp_connection *connection;
        int broken; /* an enum evhttp_request_error; negative: none was told */
        bool ended;
};

static const enum evhttp_cmd_type commands[] = {[HTTP_GET] = EVHTTP_REQ_GET,
                                                [HTTP_POST] = EVHTTP_REQ_POST,
                                                [HTTP_PUT] = EVHTTP_REQ_PUT,
                                                [HTTP_DELETE] = EVHTTP_REQ_DELETE};

static const struct {
        int r;
        const char *why;
} breaks[] = {
        [EVREQ_HTTP_TIMEOUT] = {-ETIMEDOUT, "no answer in time"},
        [EVREQ_HTTP_EOF] = {-ECONNRESET, "the connection broke off"},
        [EVREQ_HTTP_INVALID_HEADER] = {-EPROTO, "the answer is no HTTP"},
        [EVREQ_HTTP_BUFFER_ERROR] = {-ECONNRESET, "the connection broke off"},
        [EVREQ_HTTP_REQUEST_CANCEL] = {-ECONNRESET, "the connection broke off"},
        [EVREQ_HTTP_DATA_TOO_LONG] = {-EMSGSIZE, "the answer is too large"},
};

static void own_uri(struct evhttp_uri **uri)
{
        if (*uri)
                evhttp_uri_free(*uri);
}

#define OWN_URI OWN(own_uri)

/* The address without the brackets of IPv6; false when the host is a name. */
static bool address_read(const struct evhttp_uri *uri, char *ret_address, size_t size)
{
        const char *host = evhttp_uri_get_host(uri);
        struct in6_addr ignored;
        size_t length;

        if (!host)
                return false;
        if (*host != '[') {
                (void)snprintf(ret_address, size, "%s", host);
                return inet_pton(AF_INET, host, &ignored) == 1;
        }
        length = strcspn(++host, "]");
        (void)snprintf(ret_address, size, "%.*s", (int)length, host);
        return length < size && inet_pton(AF_INET6, ret_address, &ignored) == 1;
}

static bool uri_is_plain(const struct evhttp_uri *uri)
{
        const char *scheme = uri ? evhttp_uri_get_scheme(uri) : NULL;
        char address[INET6_ADDRSTRLEN];

        return scheme && strcasecmp(scheme, "http") == 0 && !evhttp_uri_get_userinfo(uri) &&
               address_read(uri, address, sizeof address);
}

bool http_plain_can(const char *url)
{
        OWN_URI struct evhttp_uri *uri = evhttp_uri_parse(url);

        return uri_is_plain(uri);
}

static void plain_end(struct plain_transfer *transfer)
{
        transfer->ended = true;
        if (--transfer->round->running == 0 && transfer->round->base)
                (void)event_base_loopbreak(transfer->round->base);
}

static void plain_fail(struct plain_transfer *transfer, int r, const char *why)
{
        OWN_TEXT char *origin = http_origin(transfer->request->url);

        if (transfer->ended)
                return;
        text_tame(origin);
        plain_end(transfer);
        transfer->reply->r =
                ocf_fail(&transfer->reply->error, r, "cannot ask '%s': %s", origin, why);
}

static void plain_broke(enum evhttp_request_error broken, void *data)
{
        struct plain_transfer *transfer = data;

        transfer->broken = (int)broken;
}

static void body_copy(struct http_reply *reply, struct evbuffer *body)
{
        size_t size = evbuffer_get_length(body);

        reply->body = mem_zero(size + 1);
        reply->body_size = size;
        (void)evbuffer_remove(body, reply->body, size);
}

static void plain_ended(struct evhttp_request *request, void *data)
{
        struct plain_transfer *transfer = data;
        struct http_reply *reply = transfer->reply;
        const char *date;

        if (transfer->broken >= 0) {
                reply->sent = true;
                plain_fail(transfer, breaks[transfer->broken].r, breaks[transfer->broken].why);
                return;
        }
        if (!request || evhttp_request_get_response_code(request) == 0) {
                plain_fail(transfer, -ECONNREFUSED, "no connection");
                return;
        }
        plain_end(transfer);
        reply->sent = true;
        reply->status = evhttp_request_get_response_code(request);
        date = evhttp_find_header(evhttp_request_get_input_headers(request), "Date");
        (void)snprintf(reply->date, sizeof reply->date, "%s", date ? date : "");
        body_copy(reply, evhttp_request_get_input_buffer(request));
}

/* "Name: value" */
static void header_add(struct evkeyvalq *headers, const char *line)
{
        OWN_TEXT char *name = text_copy(line);
        char *colon = strchr(name, ':');

        if (!colon)
                return;
        *colon = '\0';
        (void)evhttp_add_header(headers, name, colon + 1 + strspn(colon + 1, " "));
}

/* Hands the request to the connection, which owns it then; false when it cannot be made. */
static bool plain_send(struct plain_transfer *transfer, const struct evhttp_uri *uri)
{
        const struct http_request *wanted = transfer->request;
        struct evhttp_request *request = evhttp_request_new(plain_ended, transfer);
        const char *path = evhttp_uri_get_path(uri);
        const char *query = evhttp_uri_get_query(uri);
        OWN_TEXT char *target = text_format("%s%s%s", path && *path ? path : "/", query ? "?" : "",
                                            query ? query : "");
        OWN_TEXT char *origin = http_origin(wanted->url);
        OWN_TEXT char *host = text_format("Host: %s", strstr(origin, "://") + 3);
        struct evkeyvalq *headers;

        if (!request)
                return false;
        headers = evhttp_request_get_output_headers(request);
        evhttp_request_set_error_cb(request, plain_broke);
        header_add(headers, host);
        header_add(headers, "Connection: close");
        for (const char *const *at = wanted->headers; at && *at; at++)
                header_add(headers, *at);
        if (wanted->body_size)
                (void)evbuffer_add(evhttp_request_get_output_buffer(request), wanted->body,
                                   wanted->body_size);
        return evhttp_make_request(transfer->connection, request, commands[wanted->method],
                                   target) == 0;
}

static void plain_start(struct plain_transfer *transfer, struct event_base *base)
{
        const struct http_request *wanted = transfer->request;
        OWN_URI struct evhttp_uri *uri = evhttp_uri_parse(wanted->url);
        char address[INET6_ADDRSTRLEN];
        int port;

        if (!uri_is_plain(uri) || wanted->unix_socket || wanted->proxy || wanted->tls) {
                plain_fail(transfer, -EINVAL, "this needs more than plain HTTP");
                return;
        }
        (void)address_read(uri, address, sizeof address);
        port = evhttp_uri_get_port(uri);
        transfer->connection = evhttp_connection_base_new(
                base, NULL, address, (ev_uint16_t)(port > 0 ? port : PORT_USUAL));
        if (transfer->connection) {
                evhttp_connection_set_max_headers_size(transfer->connection, HEAD_CAP);
                evhttp_connection_set_max_body_size(
                        transfer->connection,
                        (ev_ssize_t)(wanted->reply_cap ? wanted->reply_cap : HTTP_REPLY_CAP));
        }
        if (!transfer->connection || !plain_send(transfer, uri))
                plain_fail(transfer, -ECONNREFUSED, "no connection");
}

static struct event_base *base_new(void)
{
        struct event_config *config = event_config_new();
        struct event_base *base;

        if (!config)
                return NULL;
        (void)event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
        base = event_base_new_with_config(config);
        event_config_free(config);
        return base;
}

/* Runs until the last request has ended, or the deadline passes. */
static void round_run(const struct plain_round *round, const struct deadline *deadline)
{
        int left_ms = deadline_left_ms(deadline);
        struct timeval left = {.tv_sec = left_ms / 1000, .tv_usec = left_ms % 1000 * 1000};
        struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

        if (round->running == 0)
                return;
        (void)event_base_loopexit(round->base, &left);
        /* libevent writes to sockets without MSG_NOSIGNAL. */
        (void)sigaction(SIGPIPE, &ignore, &before);
        (void)event_base_dispatch(round->base);
        (void)sigaction(SIGPIPE, &before, NULL);
}

void http_plain_perform(const struct http_request *requests, struct http_reply *ret_replies,
                        size_t count, const struct deadline *deadline)
{
        OWN_TEXT struct plain_transfer *transfers = mem_zero((count + 1) * sizeof *transfers);
        struct plain_round round = {.base = base_new(), .running = count};

        for (size_t i = 0; i < count; i++) {
                ret_replies[i] = (struct http_reply){0};
                transfers[i] = (struct plain_transfer){.round = &round,
                                                       .request = &requests[i],
                                                       .reply = &ret_replies[i],
                                                       .broken = -1};
                if (round.base)
                        plain_start(&transfers[i], round.base);
                else
                        plain_fail(&transfers[i], -EIO, "the kernel gives no means to wait for it");
        }
        if (round.base)
                round_run(&round, deadline);
        for (size_t i = 0; i < count; i++) {
                if (!transfers[i].ended) {
                        ret_replies[i].sent = true;
                        plain_fail(&transfers[i], -ETIMEDOUT, breaks[EVREQ_HTTP_TIMEOUT].why);
                }
                if (transfers[i].connection)
                        evhttp_connection_free(transfers[i].connection);
        }
        if (round.base)
                event_base_free(round.base);
}
