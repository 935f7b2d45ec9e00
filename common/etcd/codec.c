/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "etcd/codec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <nettle/base64.h>

#include "own.h"
#include "parse.h"
#include "text.h"

static void own_etcd_json(json_t **json)
{
        json_decref(*json);
}

const char *etcd_request_path(const struct etcd_request *request)
{
        return request->swap ? "/v3/kv/txn" : "/v3/kv/range";
}

static json_t *base64_json(const char *bytes, size_t length)
{
        OWN_TEXT char *text = mem_zero(BASE64_ENCODE_RAW_LENGTH(length) + 1);

        base64_encode_raw(text, length, (const uint8_t *)bytes);
        return json_string(text);
}

static json_t *number_json(uint64_t value)
{
        char text[24];

        (void)snprintf(text, sizeof text, "%" PRIu64, value);
        return json_string(text);
}

static json_t *range_json(const struct etcd_request *request)
{
        return json_pack("{s:o}", "key", base64_json(request->key, strlen(request->key)));
}

/* In the same transaction as the compare, so that a refusal shows what it was refused for. */
static json_t *swap_json(const struct etcd_request *request)
{
        const size_t key = strlen(request->key);

        return json_pack("{s:[{s:s,s:s,s:o,s:o}],s:[{s:{s:o,s:o}}],s:[{s:o}]}", "compare", "result",
                         "EQUAL", "target", "MOD", "key", base64_json(request->key, key),
                         "mod_revision", number_json(request->compare), "success", "request_put",
                         "key", base64_json(request->key, key), "value",
                         base64_json(request->value, request->value_size), "failure",
                         "request_range", range_json(request));
}

char *etcd_request_body(const struct etcd_request *request)
{
        OWN(own_etcd_json) json_t *body = request->swap ? swap_json(request) : range_json(request);

        return json_dumps(body, JSON_COMPACT);
}

/* A 64-bit number of the gateway; one that is left out is 0. */
static int gateway_u64(const json_t *object, const char *name, uint64_t *ret_value)
{
        const json_t *member = json_object_get(object, name);

        *ret_value = 0;
        if (!member)
                return 0;
        if (json_is_integer(member) && json_integer_value(member) >= 0) {
                *ret_value = (uint64_t)json_integer_value(member);
                return 0;
        }
        return parse_u64(json_string_value(member), ret_value);
}

static int value_decode(const json_t *kv, struct etcd_answer *answer)
{
        const char *text = json_string_value(json_object_get(kv, "value"));
        struct base64_decode_ctx context;
        size_t length = text ? strlen(text) : 0;

        answer->value_size = 0;
        if (BASE64_DECODE_LENGTH(length) > sizeof answer->value)
                return -EPROTO;
        base64_decode_init(&context);
        if (length > 0 && !base64_decode_update(&context, &answer->value_size,
                                                (uint8_t *)answer->value, length, text))
                return -EPROTO;
        return base64_decode_final(&context) ? 0 : -EPROTO;
}

/* The one key of a range's answer. */
static int range_read(const json_t *range, struct etcd_answer *answer)
{
        const json_t *kvs = json_object_get(range, "kvs");
        const json_t *kv = json_array_get(kvs, 0);

        if (!json_is_object(range) || (kvs && !json_is_array(kvs)) || json_array_size(kvs) > 1)
                return -EPROTO;
        answer->exists = kv != NULL;
        if (!kv)
                return 0;
        if (gateway_u64(kv, "mod_revision", &answer->key_revision) < 0 || answer->key_revision == 0)
                return -EPROTO;
        return value_decode(kv, answer);
}

static int swap_read(const json_t *body, struct etcd_answer *answer)
{
        const json_t *succeeded = json_object_get(body, "succeeded");
        const json_t *responses = json_object_get(body, "responses");
        const json_t *response = json_array_get(responses, 0);

        if ((succeeded && !json_is_boolean(succeeded)) || json_array_size(responses) != 1)
                return -EPROTO;
        if (json_is_true(succeeded)) {
                if (!json_is_object(json_object_get(response, "response_put")))
                        return -EPROTO;
                answer->outcome = ETCD_DONE;
                answer->key_revision = answer->revision;
                return 0;
        }
        answer->outcome = ETCD_DIFFERS;
        return range_read(json_object_get(response, "response_range"), answer);
}

int etcd_answer_parse(const char *text, size_t length, bool swap, struct etcd_answer *ret_answer,
                      struct ocf_error *err)
{
        OWN(own_etcd_json) json_t *body = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
        const json_t *header = json_object_get(body, "header");
        struct etcd_answer answer = {.outcome = ETCD_SHOWN};
        int r;

        if (!json_is_object(header) || gateway_u64(header, "cluster_id", &answer.cluster) < 0 ||
            gateway_u64(header, "revision", &answer.revision) < 0 || answer.cluster == 0 ||
            answer.revision == 0)
                return ocf_fail(err, -EPROTO, "etcd's answer has no header of its gateway");
        r = swap ? swap_read(body, &answer) : range_read(body, &answer);
        /* Nothing in a store is newer than the store. */
        if (r < 0 || answer.key_revision > answer.revision)
                return ocf_fail(err, -EPROTO, "etcd's answer is none to this request");
        *ret_answer = answer;
        return 0;
}

void etcd_error_text(const char *text, size_t length, char *ret_text, size_t size)
{
        OWN(own_etcd_json) json_t *body = json_loadb(text, length, 0, NULL);
        const char *message = json_string_value(json_object_get(body, "message"));

        if (!message)
                message = json_string_value(json_object_get(body, "error"));
        (void)snprintf(ret_text, size, "%s", message ? message : "");
        text_tame(ret_text);
}
