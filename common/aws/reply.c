/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "aws/reply.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <expat.h>

#include "text.h"

#define DEPTH_MAX 64 /* AWS's answers have less than ten levels */
#define TEXT_FIRST 64
#define SEPARATOR '|' /* between a namespace and a local name */

struct aws_node {
        struct aws_node *made_before;
        struct aws_node *parent, *next, *first, *last;
        char *text;
        size_t length, room;
        bool mixed; /* not text alone */
        char name[];
};

struct reading {
        XML_Parser parser;
        struct aws_reply *reply;
        struct aws_node *at; /* the open element */
        unsigned depth;
        bool foreign; /* it has what AWS never writes */
};

static void own_parser(const XML_Parser *parser)
{
        XML_ParserFree(*parser);
}

static void reading_end(struct reading *reading)
{
        reading->foreign = true;
        (void)XML_StopParser(reading->parser, XML_FALSE);
}

static struct aws_node *node_add(struct reading *reading, const char *name)
{
        size_t size = strlen(name) + 1;
        struct aws_node *node = mem_zero(sizeof *node + size), *parent = reading->at;

        memcpy(node->name, name, size);
        node->made_before = reading->reply->made;
        reading->reply->made = node;
        node->parent = parent;
        if (!parent)
                reading->reply->root = node;
        else if (parent->last)
                parent->last->next = node;
        else
                parent->first = node;
        if (parent)
                parent->last = node;
        return node;
}

static void element_begins(void *data, const char *name, const char **attributes)
{
        struct reading *reading = data;
        const char *separator = strrchr(name, SEPARATOR);

        (void)attributes;
        if (++reading->depth > DEPTH_MAX) {
                reading_end(reading);
                return;
        }
        if (reading->at)
                reading->at->mixed = true;
        reading->at = node_add(reading, separator ? separator + 1 : name);
}

/* Is called once more after a stop, for an element that is empty. */
static void element_ends(void *data, const char *name)
{
        struct reading *reading = data;

        (void)name;
        reading->depth--;
        if (reading->at)
                reading->at = reading->at->parent;
}

static void text_comes(void *data, const char *bytes, int count)
{
        struct aws_node *node = ((struct reading *)data)->at;
        size_t length = (size_t)count;

        if (!node || node->mixed)
                return;
        if (node->length + length >= node->room) {
                node->room = 2 * (node->length + length) + TEXT_FIRST;
                node->text = mem_grow(node->text, node->room, 1);
        }
        memcpy(node->text + node->length, bytes, length);
        node->length += length;
        node->text[node->length] = '\0';
}

static void other_comes(struct reading *reading)
{
        if (reading->at)
                reading->at->mixed = true;
}

static void comment_comes(void *data, const char *text)
{
        (void)text;
        other_comes(data);
}

static void instruction_comes(void *data, const char *target, const char *text)
{
        (void)target;
        (void)text;
        other_comes(data);
}

/* It could hold entities that grow without bound. */
static void document_type_comes(void *data, const char *name, const char *system,
                                const char *public, int has_subset)
{
        (void)name;
        (void)system;
        (void)public;
        (void)has_subset;
        reading_end(data);
}

int aws_reply_parse(const char *bytes, size_t size, struct aws_reply *ret_reply,
                    struct ocf_error *err)
{
        OWN(own_parser) XML_Parser parser = XML_ParserCreateNS(NULL, SEPARATOR);
        OWN_AWS_REPLY struct aws_reply reply = {0};
        struct reading reading = {.parser = parser, .reply = &reply};

        if (!parser || size == 0 || size > INT_MAX)
                return ocf_fail(err, -EPROTO, "the answer is not XML as AWS writes it");
        XML_SetUserData(parser, &reading);
        XML_SetElementHandler(parser, element_begins, element_ends);
        XML_SetCharacterDataHandler(parser, text_comes);
        XML_SetCommentHandler(parser, comment_comes);
        XML_SetProcessingInstructionHandler(parser, instruction_comes);
        XML_SetStartDoctypeDeclHandler(parser, document_type_comes);
        if (XML_Parse(parser, bytes, (int)size, XML_TRUE) != XML_STATUS_OK)
                return ocf_fail(err, -EPROTO,
                                reading.foreign ? "the answer is not XML as AWS writes it"
                                                : "the answer is not whole and correct XML");
        *ret_reply = reply;
        reply = (struct aws_reply){0};
        return 0;
}

static const struct aws_node *child_find(const struct aws_node *node, const char *name,
                                         size_t length)
{
        for (const struct aws_node *child = node->first; child; child = child->next)
                if (strlen(child->name) == length && memcmp(child->name, name, length) == 0)
                        return child;
        return NULL;
}

const struct aws_node *aws_node_find(const struct aws_node *node, const char *path)
{
        while (node && *path) {
                size_t length = strcspn(path, "/");

                node = child_find(node, path, length);
                path += length + (path[length] == '/');
        }
        return node;
}

const char *aws_node_text(const struct aws_node *node, const char *path)
{
        const struct aws_node *found = aws_node_find(node, path);

        return found && !found->mixed ? found->text : NULL;
}

const struct aws_node *aws_node_next(const struct aws_node *set, const struct aws_node *after)
{
        const struct aws_node *node = after ? after->next : set ? set->first : NULL;

        while (node && !text_equal(node->name, "item") && !text_equal(node->name, "member"))
                node = node->next;
        return node;
}

void aws_reply_release(struct aws_reply *reply)
{
        while (reply->made) {
                struct aws_node *node = reply->made;

                reply->made = node->made_before;
                free(node->text);
                free(node);
        }
        reply->root = NULL;
}
