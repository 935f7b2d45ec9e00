/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/reply.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "text.h"

int aws_reply_parse(const char *bytes, size_t size, struct aws_reply *ret_reply,
                    struct ocf_error *err)
{
        const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                            XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA | XML_PARSE_COMPACT;
        xmlDoc *doc;

        /* AWS sends no document type. One could hold entities that grow without bound, so it is
         * refused before the parser sees it. */
        if (size == 0 || size > INT_MAX || memmem(bytes, size, "<!DOCTYPE", 9) ||
            memmem(bytes, size, "<!ENTITY", 8))
                return ocf_fail(err, -EPROTO, "the answer is not XML as AWS writes it");
        doc = xmlReadMemory(bytes, (int)size, NULL, NULL, options);
        if (!doc)
                return ocf_fail(err, -EPROTO, "the answer is not whole and correct XML");
        if (!xmlDocGetRootElement(doc) || doc->intSubset) {
                xmlFreeDoc(doc);
                return ocf_fail(err, -EPROTO, "the answer is not XML as AWS writes it");
        }
        ret_reply->doc = doc;
        return 0;
}

const struct _xmlNode *aws_reply_root(const struct aws_reply *reply)
{
        return reply->doc ? xmlDocGetRootElement(reply->doc) : NULL;
}

static const xmlNode *child_find(const xmlNode *node, const char *name, size_t length)
{
        for (const xmlNode *child = node->children; child; child = child->next)
                if (child->type == XML_ELEMENT_NODE &&
                    strlen((const char *)child->name) == length &&
                    strncmp((const char *)child->name, name, length) == 0)
                        return child;
        return NULL;
}

const struct _xmlNode *aws_node_find(const struct _xmlNode *node, const char *path)
{
        while (node && *path) {
                size_t length = strcspn(path, "/");

                node = child_find(node, path, length);
                path += length + (path[length] == '/');
        }
        return node;
}

const char *aws_node_text(const struct _xmlNode *node, const char *path)
{
        const xmlNode *found = aws_node_find(node, path);
        const xmlNode *text = found ? found->children : NULL;

        if (!text || text->type != XML_TEXT_NODE || text->next || !text->content)
                return NULL;
        return (const char *)text->content;
}

const struct _xmlNode *aws_node_next(const struct _xmlNode *set, const struct _xmlNode *after)
{
        const xmlNode *node = after ? after->next : set ? set->children : NULL;

        while (node && (node->type != XML_ELEMENT_NODE ||
                        (!text_equal((const char *)node->name, "item") &&
                         !text_equal((const char *)node->name, "member"))))
                node = node->next;
        return node;
}

void aws_reply_release(struct aws_reply *reply)
{
        if (reply->doc)
                xmlFreeDoc(reply->doc);
        reply->doc = NULL;
}
