/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/static_nodes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "parse.h"
#include "path.h"
#include "rpc/json_rpc.h"

#define FILE_MAX (1 << 20)
#define PREFIX "kni://"
#define HOST_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

_Static_assert(sizeof PREFIX - 1 == STATIC_NODES_KEY_AT, "where a URL's key begins");

static bool is_host(const char *text, size_t length)
{
        struct in6_addr six;
        char host[256];

        if (length == 0 || length >= sizeof host)
                return false;
        memcpy(host, text, length);
        host[length] = '\0';
        if (host[0] != '[')
                return strspn(host, HOST_LETTERS) == length && strcmp(host, "0.0.0.0") != 0;
        host[length - 1] = '\0';
        return inet_pton(AF_INET6, host + 1, &six) == 1 && !IN6_IS_ADDR_UNSPECIFIED(&six);
}

/* host:port, and what may follow (networks/p2p/discover/node.go). */
static bool is_endpoint(const char *text)
{
        const size_t host = *text == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":/?");
        char digits[6] = "";
        uint64_t port;
        size_t length;

        if (strnlen(text, host + 1) <= host || !is_host(text, host) || text[host] != ':')
                return false;
        text += host + 1;
        length = strcspn(text, "/?");
        if (length >= sizeof digits)
                return false;
        memcpy(digits, text, length);
        return parse_u64(digits, &port) >= 0 && port > 0 && port <= UINT16_MAX;
}

int static_nodes_check_url(const char *url, struct ocf_error *err)
{
        const char *key = url + STATIC_NODES_KEY_AT;

        if (text_starts(url, PREFIX) &&
            strspn(key, "0123456789abcdefABCDEF") == STATIC_NODES_KEY_DIGITS &&
            key[STATIC_NODES_KEY_DIGITS] == '@' && is_endpoint(key + STATIC_NODES_KEY_DIGITS + 1))
                return 0;
        return ocf_fail(err, -EINVAL,
                        "'%.60s' is no node URL; write kni://PUBLIC_KEY@ADDRESS:PORT as the PN's "
                        "admin_nodeInfo shows it, with an address that other machines reach and a "
                        "port of 1 to 65535",
                        url);
}

static bool same_node(const char *a, const char *b)
{
        size_t length = STATIC_NODES_KEY_AT + STATIC_NODES_KEY_DIGITS;

        return strncasecmp(a, b, length) == 0;
}

int static_nodes_check_urls(const struct text_list *urls, struct ocf_error *err)
{
        int r = 0;

        for (size_t i = 0; r >= 0 && i < urls->count; i++) {
                r = static_nodes_check_url(urls->items[i], err);
                for (size_t k = 0; r >= 0 && k < i; k++)
                        if (same_node(urls->items[i], urls->items[k]))
                                r = ocf_fail(err, -EINVAL,
                                             "'%.60s' stands twice in the parameter pn, and a node "
                                             "is known by its key; leave the URL where it is",
                                             urls->items[i]);
        }
        return r;
}

int static_nodes_read(const char *path, json_t **ret_list, struct ocf_error *err)
{
        OWN_TEXT char *text = mem_zero(FILE_MAX);
        OWN_JSON json_t *list = NULL;
        json_error_t where;
        json_t *item;
        size_t length, i;
        int r = path_read(path, text, FILE_MAX, &length);

        if (r == -ENOENT) {
                *ret_list = json_array();
                return 0;
        }
        if (r < 0)
                return ocf_fail(err, r, "cannot read '%s': %s", path, strerror(-r));
        list = json_loadb(text, length, 0, &where);
        if (!list)
                return ocf_fail(err, -EINVAL,
                                "'%s' is no JSON array (line %d: %s); mend it by hand: it was left "
                                "as it is",
                                path, where.line, where.text);
        if (!json_is_array(list))
                return ocf_fail(err, -EINVAL,
                                "'%s' is no JSON array, but another kind of value; mend it by "
                                "hand: it was left as it is",
                                path);
        json_array_foreach (list, i, item) {
                if (!json_is_string(item))
                        return ocf_fail(err, -EINVAL,
                                        "'%s', entry %zu: not a text; mend it by hand: it was left "
                                        "as it is",
                                        path, i + 1);
        }
        *ret_list = TAKE(list);
        return 0;
}

int static_nodes_check(const char *path, struct ocf_error *err)
{
        OWN_JSON json_t *list = NULL;

        return static_nodes_read(path, &list, err);
}

/* Returns whether the list had to be changed. */
static bool url_ensure(json_t *list, const char *url)
{
        json_t *item;
        size_t i;

        json_array_foreach (list, i, item) {
                if (strcmp(json_string_value(item), url) == 0)
                        return false;
                if (same_node(json_string_value(item), url)) {
                        (void)json_array_set_new(list, i, json_string(url));
                        return true;
                }
        }
        (void)json_array_append_new(list, json_string(url));
        return true;
}

int static_nodes_ensure(const char *path, const struct text_list *wanted, struct ocf_error *err)
{
        OWN_JSON json_t *list = NULL;
        OWN_TEXT char *text = NULL;
        bool changed = false;
        int r = static_nodes_read(path, &list, err);

        if (r < 0)
                return r;
        for (size_t i = 0; i < wanted->count; i++)
                changed |= url_ensure(list, wanted->items[i]);
        if (!changed)
                return 0;
        text = json_dumps(list, JSON_INDENT(2));
        if (!text)
                return ocf_fail(err, -EINVAL, "'%s' holds a text that JSON cannot", path);
        return path_rewrite(path, text, strlen(text), err);
}
