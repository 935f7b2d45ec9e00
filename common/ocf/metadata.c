/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ocf/metadata.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "ocf/agent.h"
#include "own.h"
#include "text.h"
#include <config.h>

#define XML(text) ((const xmlChar *)(text))

static void own_writer(xmlTextWriterPtr *writer)
{
        xmlFreeTextWriter(*writer);
}

static void own_buffer(xmlBufferPtr *buffer)
{
        xmlBufferFree(*buffer);
}

static void attribute(xmlTextWriterPtr out, const char *name, const char *value)
{
        (void)xmlTextWriterWriteAttribute(out, XML(name), XML(value));
}

static void description(xmlTextWriterPtr out, const char *element, const char *text)
{
        (void)xmlTextWriterStartElement(out, XML(element));
        attribute(out, "lang", "en");
        (void)xmlTextWriterWriteString(out, XML(text));
        (void)xmlTextWriterEndElement(out);
}

static const char *type_name(enum ocf_type type)
{
        switch (type) {
        case OCF_INTEGER:
                return "integer";
        case OCF_BOOLEAN:
                return "boolean";
        case OCF_SELECT:
                return "select";
        case OCF_STRING:
        case OCF_SECONDS: /* 5s is allowed, and OCF 1.1 has no type for a time */
                break;
        }
        return "string";
}

static void write_content(xmlTextWriterPtr out, const struct ocf_param *param)
{
        (void)xmlTextWriterStartElement(out, XML("content"));
        attribute(out, "type", type_name(param->type));
        if (param->def)
                attribute(out, "default", param->def);
        for (size_t i = 0; param->type == OCF_SELECT && param->choices[i]; i++) {
                (void)xmlTextWriterStartElement(out, XML("option"));
                attribute(out, "value", param->choices[i]);
                (void)xmlTextWriterEndElement(out);
        }
        (void)xmlTextWriterEndElement(out);
}

static void write_parameter(xmlTextWriterPtr out, const struct ocf_param *param)
{
        (void)xmlTextWriterStartElement(out, XML("parameter"));
        attribute(out, "name", param->name);
        if (param->unique_group)
                attribute(out, "unique-group", param->unique_group);
        if (param->required)
                attribute(out, "required", "1");
        if (param->reloadable)
                attribute(out, "reloadable", "1");
        description(out, "longdesc", param->help);
        description(out, "shortdesc", param->brief);
        write_content(out, param);
        (void)xmlTextWriterEndElement(out);
}

static void write_number(xmlTextWriterPtr out, const char *name, uint64_t value, const char *unit)
{
        OWN_TEXT char *text = text_format("%" PRIu64 "%s", value, unit);

        attribute(out, name, text);
}

static void write_action(xmlTextWriterPtr out, const struct ocf_action *action)
{
        (void)xmlTextWriterStartElement(out, XML("action"));
        attribute(out, "name", action->name);
        if (action->role)
                attribute(out, "role", action->role);
        write_number(out, "timeout", action->timeout_s, "s");
        if (action->interval_s)
                write_number(out, "interval", action->interval_s, "s");
        if (action->depth || action->interval_s)
                write_number(out, "depth", action->depth, "");
        (void)xmlTextWriterEndElement(out);
}

static void write_actions(xmlTextWriterPtr out, const struct ocf_agent *agent)
{
        static const struct ocf_action own[] = {
                {.name = "meta-data", .timeout_s = 5},
                {.name = "validate-all", .timeout_s = 20},
        };

        (void)xmlTextWriterStartElement(out, XML("actions"));
        for (const struct ocf_action *action = agent->actions; action->name; action++)
                write_action(out, action);
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
                write_action(out, &own[i]);
        (void)xmlTextWriterEndElement(out);
}

static void write_agent(xmlTextWriterPtr out, const struct ocf_agent *agent)
{
        (void)xmlTextWriterStartDocument(out, NULL, NULL, NULL);
        (void)xmlTextWriterStartElement(out, XML("resource-agent"));
        attribute(out, "name", agent->name);
        attribute(out, "version", PACKAGE_VERSION);
        (void)xmlTextWriterWriteElement(out, XML("version"), XML("1.1"));
        description(out, "longdesc", agent->help);
        description(out, "shortdesc", agent->brief);
        (void)xmlTextWriterStartElement(out, XML("parameters"));
        for (const struct ocf_param *param = agent->params; param->name; param++)
                write_parameter(out, param);
        (void)xmlTextWriterEndElement(out);
        write_actions(out, agent);
        (void)xmlTextWriterEndElement(out);
        (void)xmlTextWriterEndDocument(out);
}

int ocf_metadata_print(const struct ocf_agent *agent)
{
        OWN(own_buffer) xmlBufferPtr buffer = xmlBufferCreate();
        OWN(own_writer) xmlTextWriterPtr out = xmlNewTextWriterMemory(buffer, 0);

        if (!out)
                return OCF_ERR_GENERIC;
        (void)xmlTextWriterSetIndent(out, 1);
        write_agent(out, agent);
        (void)xmlTextWriterFlush(out);
        return fputs((const char *)xmlBufferContent(buffer), stdout) < 0 ? OCF_ERR_GENERIC
                                                                         : OCF_SUCCESS;
}
