/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "etcd/kv.h"

#include <errno.h>
#include <string.h>

#include "text.h"

/* With one endpoint too: what it takes TCP a second to notice is a packet that was lost. */
enum { ASK_LEAST_MS = 20, ASK_TRIES = 3 };

static bool endpoint_is_loopback(const char *endpoint)
{
        return text_starts(endpoint, "http://127.") || text_starts(endpoint, "http://[::1]");
}

static int endpoint_add(struct etcd *etcd, const char *endpoint, struct ocf_error *err)
{
        size_t length = strlen(endpoint);

        if (etcd->count == ETCD_ENDPOINTS_MAX)
                return ocf_fail(err, -EINVAL, "more than %d etcd endpoints", ETCD_ENDPOINTS_MAX);
        if (!text_starts(endpoint, "https://") && !endpoint_is_loopback(endpoint))
                return ocf_fail(err, -EINVAL,
                                "etcd endpoint '%s' is not https://HOST:PORT; without TLS anybody "
                                "on the way could give the seat away",
                                endpoint);
        etcd->endpoints[etcd->count] = text_copy(endpoint);
        if (endpoint[length - 1] == '/')
                etcd->endpoints[etcd->count][length - 1] = '\0';
        etcd->count++;
        return 0;
}

int etcd_init(struct etcd *etcd, const char *endpoints, const struct http_tls *tls,
              const struct http_transport *http, struct ocf_error *err)
{
        OWN(text_list_release) struct text_list list = {0};
        int r = 0;

        *etcd = (struct etcd){.tls = *tls, .http = http};
        text_list_split(&list, endpoints, ", \t");
        if (list.count == 0)
                return ocf_fail(err, -EINVAL, "no etcd endpoint is configured");
        for (size_t i = 0; i < list.count && r == 0; i++)
                r = endpoint_add(etcd, list.items[i], err);
        if (r < 0) {
                etcd_release(etcd);
                return r;
        }
        etcd->client = http->open();
        return 0;
}

void etcd_release(struct etcd *etcd)
{
        for (size_t i = 0; i < etcd->count; i++)
                free(etcd->endpoints[i]);
        if (etcd->client)
                etcd->http->close(etcd->client);
        *etcd = (struct etcd){0};
}

static int reply_judge(const char *endpoint, const struct http_reply *reply, bool swap,
                       struct etcd_answer *ret_answer, struct ocf_error *err)
{
        char words[160];

        if (reply->r < 0)
                return ocf_fail(err, reply->r, "etcd at '%s' did not answer: %s", endpoint,
                                reply->error.sentence);
        if (reply->status == 200)
                return etcd_answer_parse(reply->body, reply->body_size, swap, ret_answer, err);
        etcd_error_text(reply->body, reply->body_size, words, sizeof words);
        if (strstr(words, "database space exceeded"))
                return ocf_fail(err, -ENOSPC,
                                "etcd at '%s' is full (NOSPACE): compact it, defragment it and "
                                "disarm its alarm",
                                endpoint);
        return ocf_fail(err, -EREMOTEIO, "etcd at '%s' answers with status '%ld': %s", endpoint,
                        reply->status, words);
}

/* A connection that does not come about leaves time for another, the last one has all that is left.
 * 0: no bound of its own. */
static int connect_bound_ms(size_t tried, const struct deadline *deadline)
{
        return tried + 1 < ASK_TRIES ? deadline_left_ms(deadline) / (ASK_TRIES + 1 - (int)tried)
                                     : 0;
}

/* One request to the first endpoint. */
struct attempt {
        const struct etcd *etcd;
        const struct etcd_request *request;
        const struct deadline *deadline;
        int connect_ms;
};

/* -EAGAIN: the request did not leave, another endpoint may be asked. */
static int attempt_make(const struct attempt *attempt, struct etcd_answer *ret_answer,
                        struct ocf_error *err)
{
        const struct etcd *etcd = attempt->etcd;
        const struct etcd_request *request = attempt->request;
        const char *endpoint = etcd->endpoints[etcd->first];
        const char *const headers[] = {"Content-Type: application/json", NULL};
        OWN_TEXT char *url = text_format("%s%s", endpoint, etcd_request_path(request));
        OWN_TEXT char *body = etcd_request_body(request);
        OWN_HTTP_REPLY struct http_reply reply = {0};
        const struct http_request post = {
                .method = HTTP_POST,
                .url = url,
                .tls = &etcd->tls,
                .headers = headers,
                .body = body,
                .body_size = strlen(body),
                .connect_ms = attempt->connect_ms,
        };
        int r;

        etcd->http->perform(etcd->client, &post, &reply, 1, attempt->deadline);
        r = reply_judge(endpoint, &reply, request->swap, ret_answer, err);
        return r < 0 && !reply.sent && !deadline_passed(attempt->deadline) ? -EAGAIN : r;
}

void etcd_ask(struct etcd *etcd, const struct etcd_request *request,
              const struct deadline *deadline, struct etcd_answer *ret_answer,
              struct ocf_error *err)
{
        *ret_answer = (struct etcd_answer){.outcome = ETCD_UNKNOWN};
        for (size_t tried = 0; tried < etcd->count || tried < ASK_TRIES; tried++) {
                const struct attempt attempt = {.etcd = etcd,
                                                .request = request,
                                                .deadline = deadline,
                                                .connect_ms = connect_bound_ms(tried, deadline)};
                int r;

                ocf_error_clear(err);
                r = attempt_make(&attempt, ret_answer, err);
                if (r == 0)
                        return;
                etcd->first = (etcd->first + 1) % etcd->count;
                /* The next one would fail for want of time, and the turn be the slow one's again.
                 */
                if (r != -EAGAIN || deadline_left_ms(deadline) < ASK_LEAST_MS)
                        return;
        }
}
