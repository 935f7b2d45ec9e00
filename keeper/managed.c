/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/managed.h"

#include <limits.h>
#include <string.h>

#include <expat.h>

#include "own.h"
#include "text.h"

struct reading {
        XML_Parser parser;
        const char *resource;
        const char *node;
        unsigned depth;
        unsigned unmanaged_at; /* the depth of the open element that is the resource; 0: none is */
        bool held_back;
};

static void own_view_parser(const XML_Parser *parser)
{
        XML_ParserFree(*parser);
}

static const char *view_attribute(const char **attributes, const char *name)
{
        for (; *attributes; attributes += 2)
                if (strcmp(attributes[0], name) == 0)
                        return attributes[1];
        return NULL;
}

/* A clone's instance is named RESOURCE:NUMBER. */
static bool is_instance(const char *id, const char *resource)
{
        size_t length = strlen(resource);

        return id && strncmp(id, resource, length) == 0 && (!id[length] || id[length] == ':');
}

static void view_element_begins(void *data, const char *name, const char **attributes)
{
        struct reading *reading = data;

        reading->depth++;
        if (strcmp(name, "resource") == 0 &&
            is_instance(view_attribute(attributes, "id"), reading->resource) &&
            text_equal(view_attribute(attributes, "managed"), "false"))
                reading->unmanaged_at = reading->depth;
        else if (strcmp(name, "node") == 0 && reading->unmanaged_at &&
                 reading->depth == reading->unmanaged_at + 1 &&
                 text_equal(view_attribute(attributes, "name"), reading->node))
                reading->held_back = true;
}

static void view_element_ends(void *data, const char *name)
{
        struct reading *reading = data;

        (void)name;
        if (reading->depth-- == reading->unmanaged_at)
                reading->unmanaged_at = 0;
}

/* It could hold entities that grow without bound. */
static void view_document_type_comes(void *data, const char *name, const char *system,
                                     const char *public, int has_subset)
{
        (void)name;
        (void)system;
        (void)public;
        (void)has_subset;
        (void)XML_StopParser(((struct reading *)data)->parser, XML_FALSE);
}

enum tri resource_managed_read(const char *bytes, size_t size, const char *resource,
                               const char *node)
{
        OWN(own_view_parser) XML_Parser parser = XML_ParserCreate(NULL);
        struct reading reading = {.parser = parser, .resource = resource, .node = node};

        if (!parser || size > INT_MAX)
                return TRI_UNKNOWN;
        XML_SetUserData(parser, &reading);
        XML_SetElementHandler(parser, view_element_begins, view_element_ends);
        XML_SetStartDoctypeDeclHandler(parser, view_document_type_comes);
        if (XML_Parse(parser, bytes, (int)size, XML_TRUE) != XML_STATUS_OK)
                return TRI_UNKNOWN;
        return tri_from_bool(!reading.held_back);
}
