/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/sigv4.h"
#include "http/client.h"
#include "http/proxy.h"
#include "text.h"

#define FORM_TYPE "application/x-www-form-urlencoded; charset=utf-8"
#define ANSWER_MAX ((size_t)4 << 20)
#define SKEW_NOTICED_S 60

/* The headers of one request; their texts hold the signature and the session token. */
struct signed_headers {
        char *type;
        char *date;
        char *authorization;
        char *token;
        const char *all[6];
};

static void signed_headers_release(struct signed_headers *headers)
{
        free(headers->type);
        free(headers->date);
        own_secret_text(&headers->authorization);
        own_secret_text(&headers->token);
}

int aws_date_parse(const char *text, int64_t *ret_at_s)
{
        struct tm utc = {0};
        const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &utc);

        if (!end || *end)
                return -EINVAL;
        *ret_at_s = (int64_t)timegm(&utc);
        return 0;
}

static const struct aws_endpoint *endpoint_of(const struct aws_session *session,
                                              const struct aws_call *call)
{
        return text_equal(call->service, "sts") ? &session->sts : &session->ec2;
}

static void headers_make(const struct aws_session *session, const struct aws_call *call,
                         struct signed_headers *ret_headers)
{
        const struct aws_endpoint *endpoint = endpoint_of(session, call);
        struct sigv4_request request = {
                .host = endpoint->host,
                .path = endpoint->path,
                .content_type = FORM_TYPE,
                .body = call->form->text,
                .body_size = call->form->length,
                .region = session->region,
                .service = call->service,
                .at_s = clock_wall_s() + session->skew_s,
        };
        OWN_SECRET_TEXT char *authorization = NULL;
        struct sigv4_signature signature;

        sigv4_sign(&request, call->key, &signature);
        authorization = signature.authorization;
        ret_headers->type = text_format("Content-Type: %s", FORM_TYPE);
        ret_headers->date = text_format("X-Amz-Date: %s", signature.date);
        ret_headers->authorization = text_format("Authorization: %s", authorization);
        ret_headers->all[0] = ret_headers->type;
        ret_headers->all[1] = ret_headers->date;
        ret_headers->all[2] = ret_headers->authorization;
        ret_headers->all[3] = "Accept: */*";
        if (call->key->token) {
                ret_headers->token = text_format("X-Amz-Security-Token: %s", call->key->token);
                ret_headers->all[4] = ret_headers->token;
        }
}

static void call_perform(struct aws_session *session, const struct aws_call *call,
                         const struct deadline *deadline, struct http_reply *ret_reply)
{
        OWN(signed_headers_release) struct signed_headers headers = {0};
        struct http_tls tls = {.ca = session->settings.ca_bundle};

        headers_make(session, call, &headers);
        if (!session->http)
                session->http = http_client_new();
        http_perform(session->http,
                     &(struct http_request){
                             .method = HTTP_POST,
                             .url = endpoint_of(session, call)->url,
                             .proxy = session->settings.proxy,
                             .tls = &tls,
                             .headers = headers.all,
                             .body = call->form->text,
                             .body_size = call->form->length,
                             .reply_cap = ANSWER_MAX,
                     },
                     ret_reply, 1, deadline);
}

static int distrusted(const struct aws_session *session, const struct aws_call *call,
                      const struct http_reply *http, struct ocf_error *err)
{
        const char *bundle = session->settings.ca_bundle;

        return ocf_fail(err, aws_fault_errno(session->fault.kind),
                        "%s: %s (trusted are the certificates of %s%s%s)", call->action,
                        http->error.sentence, bundle ? "ca_bundle '" : "",
                        bundle ? bundle : "the system's list, for ca_bundle is not set",
                        bundle ? "'" : "");
}

static int unanswered(struct aws_session *session, const struct aws_call *call,
                      const struct http_reply *http, struct ocf_error *err)
{
        session->fault = (struct aws_fault){.kind = http->r == -EMSGSIZE || http->r == -EKEYREJECTED
                                                            ? AWS_FAULT_UNKNOWN
                                                            : AWS_FAULT_TRANSIENT};
        if (http->r == -EKEYREJECTED)
                return distrusted(session, call, http, err);
        return ocf_fail(err, aws_fault_errno(session->fault.kind), "%s at '%s': %s", call->action,
                        endpoint_of(session, call)->host, http->error.sentence);
}

static int refused(const struct aws_session *session, const struct aws_call *call,
                   struct ocf_error *err)
{
        const struct aws_fault *fault = &session->fault;
        const char *host = endpoint_of(session, call)->host;
        int code = aws_fault_errno(fault->kind);

        if (fault->http_status == 407 && session->settings.proxy)
                return ocf_fail(err, code,
                                "%s: the proxy '%s' refuses (HTTP 407): it wants a name and a "
                                "password, as in http://NAME:PASSWORD@HOST:PORT",
                                call->action, proxy_authority(session->settings.proxy));
        if (!fault->code[0])
                return ocf_fail(err, code, "%s at '%s' was answered with HTTP %d and no reason",
                                call->action, host, fault->http_status);
        if (text_starts(fault->code, "ExpiredToken") || text_equal(fault->code, "RequestExpired"))
                return ocf_fail(err, code,
                                "%s at '%s' was refused: the AWS credentials have expired or this "
                                "machine's clock is wrong (%s, request %s)",
                                call->action, host, fault->code, fault->request_id);
        return ocf_fail(err, code, "%s at '%s' failed: %s (HTTP %d, request %s): %s", call->action,
                        host, fault->code, fault->http_status, fault->request_id, fault->message);
}

static int response_take(struct aws_session *session, const struct aws_call *call,
                         const struct http_reply *http, struct aws_reply *ret_reply,
                         struct ocf_error *err)
{
        struct ocf_error why = {0};

        if (http->r < 0)
                return unanswered(session, call, http, err);
        if (http->status < 200 || http->status > 299) {
                aws_fault_read((int)http->status, http->body, http->body_size, &session->fault);
                return refused(session, call, err);
        }
        session->fault = (struct aws_fault){.http_status = (int)http->status};
        if (aws_reply_parse(http->body, http->body_size, ret_reply, &why) == 0)
                return 0;
        /* Done, but what came of it is not known. */
        session->fault.kind = AWS_FAULT_TRANSIENT;
        return ocf_fail(err, aws_fault_errno(session->fault.kind), "%s at '%s': %s", call->action,
                        endpoint_of(session, call)->host, why.sentence);
}

/* True when the service says that the time is wrong and its own clock bears that out; the session
 * then has the difference. */
static bool skew_learn(struct aws_session *session, const char *date)
{
        int64_t theirs, skew;

        if (!aws_fault_is_clock(&session->fault) || aws_date_parse(date, &theirs) < 0)
                return false;
        skew = theirs - clock_wall_s();
        if (llabs(skew - session->skew_s) < SKEW_NOTICED_S)
                return false;
        session->skew_s = skew;
        return true;
}

int aws_call(struct aws_session *session, const struct aws_call *call,
             const struct deadline *deadline, struct aws_reply *ret_reply, struct ocf_error *err)
{
        for (bool again = false;; again = true) {
                OWN_HTTP_REPLY struct http_reply http = {0};
                struct ocf_error failed = {0};
                int r;

                call_perform(session, call, deadline, &http);
                r = response_take(session, call, &http, ret_reply, &failed);
                if (r >= 0)
                        return 0;
                if (again || !skew_learn(session, http.date))
                        return ocf_fail(err, r, "%s", failed.sentence);
        }
}
