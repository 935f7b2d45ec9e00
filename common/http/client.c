/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "http/proxy.h"
#include "text.h"

/* libcurl ends a transfer at its own timeout; should it not, it is cut off this much later. */
#define OVERTIME_MS 100

struct http_client {
        CURLM *multi;
};

/* One request on its way. */
struct transfer {
        CURL *easy;
        struct curl_slist *headers;
        const struct http_request *request;
        struct http_reply *reply;
        char why[CURL_ERROR_SIZE];
        bool too_large;
        bool done;
};

struct http_client *http_client_new(void)
{
        struct http_client *client = mem_zero(sizeof *client);

        /* Counted by libcurl: each client adds one and takes one away. */
        (void)curl_global_init(CURL_GLOBAL_DEFAULT);
        client->multi = curl_multi_init();
        return client;
}

void http_client_free(struct http_client *client)
{
        if (!client)
                return;
        (void)curl_multi_cleanup(client->multi);
        curl_global_cleanup();
        free(client);
}

static size_t body_take(char *bytes, size_t one, size_t size, void *data)
{
        struct transfer *transfer = data;
        struct http_reply *reply = transfer->reply;
        size_t cap = transfer->request->reply_cap ? transfer->request->reply_cap : HTTP_REPLY_CAP;

        (void)one;
        if (size > cap - reply->body_size) {
                transfer->too_large = true;
                return 0;
        }
        reply->body = mem_grow(reply->body, reply->body_size + size + 1, 1);
        memcpy(reply->body + reply->body_size, bytes, size);
        reply->body_size += size;
        return size;
}

static size_t header_take(char *bytes, size_t one, size_t size, void *data)
{
        static const char name[] = "date:";
        struct http_reply *reply = ((struct transfer *)data)->reply;
        size_t skip = sizeof name - 1;
        size_t end = size;

        (void)one;
        if (size < skip || strncasecmp(bytes, name, skip) != 0)
                return size;
        while (skip < size && bytes[skip] == ' ')
                skip++;
        while (end > skip && (bytes[end - 1] == '\r' || bytes[end - 1] == '\n'))
                end--;
        (void)snprintf(reply->date, sizeof reply->date, "%.*s", (int)(end - skip), bytes + skip);
        text_tame(reply->date);
        return size;
}

static void method_set(CURL *easy, const struct http_request *request)
{
        static const char *const names[] = {"GET", "POST", "PUT", "DELETE"};

        if (request->method == HTTP_GET)
                return;
        (void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, names[request->method]);
        if (request->method == HTTP_DELETE)
                return;
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
}

static void tls_set(CURL *easy, const struct http_tls *tls)
{
        (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        if (tls && tls->ca)
                (void)curl_easy_setopt(easy, CURLOPT_CAINFO, tls->ca);
        if (tls && tls->certificate)
                (void)curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->certificate);
        if (tls && tls->key)
                (void)curl_easy_setopt(easy, CURLOPT_SSLKEY, tls->key);
}

static void bounds_set(CURL *easy, const struct http_request *request,
                       const struct deadline *deadline)
{
        int left = deadline_left_ms(deadline);

        (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left ? left : 1));
        if (request->connect_ms > 0)
                (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_ms);
        /* A name server that is silent must not keep the end waiting for the resolver's thread. */
        (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

static void transfer_init(struct transfer *transfer, const struct http_request *request,
                          struct http_reply *reply, const struct deadline *deadline)
{
        CURL *easy = curl_easy_init();

        *reply = (struct http_reply){0};
        *transfer = (struct transfer){.easy = easy, .request = request, .reply = reply};
        for (const char *const *at = request->headers; at && *at; at++)
                transfer->headers = curl_slist_append(transfer->headers, *at);
        /* Without it a large body waits a second for a server that knows no 100-continue. */
        transfer->headers = curl_slist_append(transfer->headers, "Expect:");
        (void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
        (void)curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy ? request->proxy : "");
        if (request->unix_socket)
                (void)curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
        method_set(easy, request);
        tls_set(easy, request->tls);
        bounds_set(easy, request, deadline);
        (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
        (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->why);
        (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_take);
        (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
        (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header_take);
        (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
        (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

static const struct {
        CURLcode code;
        int r;
        const char *sentence;
} failures[] = {
        {CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH, "its name cannot be resolved"},
        {CURLE_COULDNT_RESOLVE_PROXY, -EHOSTUNREACH, "the proxy's name cannot be resolved"},
        {CURLE_COULDNT_CONNECT, -ECONNREFUSED, "no connection"},
        {CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT, "no answer in time"},
        {CURLE_SSL_CONNECT_ERROR, -EKEYREJECTED, "TLS failed"},
        {CURLE_PEER_FAILED_VERIFICATION, -EKEYREJECTED,
         "TLS failed, its certificate cannot be trusted"},
        {CURLE_SSL_CERTPROBLEM, -EKEYREJECTED, "TLS failed"},
        {CURLE_SSL_CACERT_BADFILE, -EKEYREJECTED,
         "TLS failed, the certificates to trust cannot be loaded"},
        {CURLE_SSL_CIPHER, -EKEYREJECTED, "TLS failed"},
        {CURLE_GOT_NOTHING, -ECONNRESET, "the connection broke off"},
        {CURLE_SEND_ERROR, -ECONNRESET, "the connection broke off"},
        {CURLE_RECV_ERROR, -ECONNRESET, "the connection broke off"},
        {CURLE_PARTIAL_FILE, -ECONNRESET, "the connection broke off"},
        {CURLE_URL_MALFORMAT, -EINVAL, "the URL is malformed"},
        {CURLE_UNSUPPORTED_PROTOCOL, -EINVAL, "the URL is neither http nor https"},
};

/* Who is asked, and through which proxy; without the password that a proxy's address may hold. */
static char *way_name(const struct http_request *request)
{
        OWN_TEXT char *origin = http_origin(request->url);
        const char *proxy = request->proxy ? proxy_authority(request->proxy) : NULL;
        char *name = proxy && *proxy ? text_format("'%s' through the proxy '%s'", origin, proxy)
                                     : text_format("'%s'", origin);

        text_tame(name);
        return name;
}

/* libcurl's own words; it quotes a proxy's address whole, so they are not for one with a password.
 */
static const char *curl_words(struct transfer *transfer, CURLcode code)
{
        const char *proxy = transfer->request->proxy;

        text_tame(transfer->why);
        if (!transfer->why[0] || (proxy && strchr(proxy, '@') && strchr(transfer->why, '@')))
                return curl_easy_strerror(code);
        return transfer->why;
}

static int failure_tell(struct transfer *transfer, CURLcode code)
{
        OWN_TEXT char *way = way_name(transfer->request);
        struct ocf_error *err = &transfer->reply->error;
        const char *why = curl_words(transfer, code);

        if (code == CURLE_UNSUPPORTED_PROTOCOL && transfer->reply->sent)
                code = CURLE_WEIRD_SERVER_REPLY; /* libcurl's word for an answer without a head */
        if (transfer->too_large)
                return ocf_fail(err, -EMSGSIZE, "the answer of %s is too large", way);
        for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
                if (failures[i].code == code)
                        return ocf_fail(err, failures[i].r, "cannot ask %s: %s (%s)", way,
                                        failures[i].sentence, why);
        return ocf_fail(err, -EPROTO, "cannot ask %s: %s", way, why);
}

static void transfer_finish(struct transfer *transfer, CURLcode code)
{
        struct http_reply *reply = transfer->reply;
        long sent = 0;

        (void)curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent);
        reply->sent = sent > 0;
        transfer->done = true;
        if (code != CURLE_OK) {
                reply->r = failure_tell(transfer, code);
                free(TAKE(reply->body));
                reply->body_size = 0;
                return;
        }
        (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &reply->status);
        reply->body = mem_grow(reply->body, reply->body_size + 1, 1);
        reply->body[reply->body_size] = '\0';
}

static void messages_read(CURLM *multi)
{
        const CURLMsg *message;
        int left;

        while ((message = curl_multi_info_read(multi, &left))) {
                struct transfer *transfer = NULL;

                if (message->msg != CURLMSG_DONE)
                        continue;
                (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
                transfer_finish(transfer, message->data.result);
        }
}

static void transfers_run(CURLM *multi, const struct deadline *deadline)
{
        struct deadline end = {.at_ms = deadline->at_ms + OVERTIME_MS};
        int running = 1;

        while (running && !deadline_passed(&end)) {
                (void)curl_multi_perform(multi, &running);
                messages_read(multi);
                if (running)
                        (void)curl_multi_poll(multi, NULL, 0, deadline_left_ms(&end), NULL);
        }
}

void http_perform(struct http_client *client, const struct http_request *requests,
                  struct http_reply *ret_replies, size_t count, const struct deadline *deadline)
{
        OWN_TEXT struct transfer *transfers = mem_zero(count * sizeof *transfers);

        for (size_t i = 0; i < count; i++) {
                transfer_init(&transfers[i], &requests[i], &ret_replies[i], deadline);
                (void)curl_multi_add_handle(client->multi, transfers[i].easy);
        }
        transfers_run(client->multi, deadline);
        for (size_t i = 0; i < count; i++) {
                if (!transfers[i].done)
                        transfer_finish(&transfers[i], CURLE_OPERATION_TIMEDOUT);
                (void)curl_multi_remove_handle(client->multi, transfers[i].easy);
                curl_easy_cleanup(transfers[i].easy);
                curl_slist_free_all(transfers[i].headers);
        }
}

const struct http_transport http_transport = {
        .open = http_client_new, .close = http_client_free, .perform = http_perform};
