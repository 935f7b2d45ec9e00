/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/sigv4.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nettle/hmac.h>
#include <nettle/sha2.h>

#include "own.h"
#include "parse.h"
#include "text.h"

#define HEX_SIZE (2 * SHA256_DIGEST_SIZE + 1)

static void sha256_hex(const char *bytes, size_t size, char ret_hex[static HEX_SIZE])
{
        uint8_t digest[SHA256_DIGEST_SIZE];
        struct sha256_ctx sha;

        sha256_init(&sha);
        sha256_update(&sha, size, (const uint8_t *)bytes);
        sha256_digest(&sha, sizeof digest, digest);
        format_hex(digest, sizeof digest, ret_hex);
}

/* `ret_mac` may be the key itself. */
static void hmac_text(const uint8_t *key, size_t key_size, const char *text,
                      uint8_t ret_mac[static SHA256_DIGEST_SIZE])
{
        struct hmac_sha256_ctx hmac;

        hmac_sha256_set_key(&hmac, key_size, key);
        hmac_sha256_update(&hmac, strlen(text), (const uint8_t *)text);
        hmac_sha256_digest(&hmac, SHA256_DIGEST_SIZE, ret_mac);
        explicit_bzero(&hmac, sizeof hmac);
}

/* A header's value as it counts: blanks around it dropped, runs of blanks inside it one space. */
static char *value_canonical(const char *value)
{
        static const char blank[] = " \t\r\n\v\f";
        char *canonical = mem_zero(strlen(value) + 1);
        char *at = canonical;

        for (value += strspn(value, blank); *value; value += strspn(value, blank)) {
                size_t length = strcspn(value, blank);

                if (at > canonical)
                        *at++ = ' ';
                at = mempcpy(at, value, length);
                value += length;
        }
        return canonical;
}

static char *request_canonical(const struct sigv4_request *request, const char *token,
                               const char *date, const char *signed_names)
{
        OWN_TEXT char *type = value_canonical(request->content_type);
        OWN_SECRET_TEXT char *token_line = NULL;
        char body[HEX_SIZE];

        if (token) {
                OWN_SECRET_TEXT char *value = value_canonical(token);

                token_line = text_format("x-amz-security-token:%s\n", value);
        }
        sha256_hex(request->body, request->body_size, body);
        return text_format("POST\n%s\n\ncontent-type:%s\nhost:%s\nx-amz-date:%s\n%s\n%s\n%s",
                           request->path, type, request->host, date, token_line ? token_line : "",
                           signed_names, body);
}

/* The signature proper: a key made from the secret for this day, region and service signs `text`.
 */
static void text_sign(const struct sigv4_request *request, const char *secret, const char *day,
                      const char *text, char ret_hex[static HEX_SIZE])
{
        OWN_SECRET_TEXT char *first = text_format("AWS4%s", secret);
        uint8_t key[SHA256_DIGEST_SIZE];

        hmac_text((const uint8_t *)first, strlen(first), day, key);
        hmac_text(key, sizeof key, request->region, key);
        hmac_text(key, sizeof key, request->service, key);
        hmac_text(key, sizeof key, "aws4_request", key);
        hmac_text(key, sizeof key, text, key);
        format_hex(key, sizeof key, ret_hex);
        explicit_bzero(key, sizeof key);
}

void sigv4_sign(const struct sigv4_request *request, const struct aws_key *key,
                struct sigv4_signature *ret_signature)
{
        const char *names = key->token ? "content-type;host;x-amz-date;x-amz-security-token"
                                       : "content-type;host;x-amz-date";
        char *date = ret_signature->date;
        time_t at = (time_t)request->at_s;
        char day[9], hash[HEX_SIZE], signature[HEX_SIZE];
        struct tm utc;

        (void)gmtime_r(&at, &utc);
        (void)strftime(date, sizeof ret_signature->date, "%Y%m%dT%H%M%SZ", &utc);
        (void)strftime(day, sizeof day, "%Y%m%d", &utc);

        OWN_TEXT char *scope =
                text_format("%s/%s/%s/aws4_request", day, request->region, request->service);
        OWN_SECRET_TEXT char *canonical = request_canonical(request, key->token, date, names);

        sha256_hex(canonical, strlen(canonical), hash);

        OWN_TEXT char *text = text_format("AWS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, hash);

        text_sign(request, key->secret, day, text, signature);
        ret_signature->authorization =
                text_format("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                            key->access_id, scope, names, signature);
}
