/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/managed.h"

#include <string.h>

#include "suite.h"

/* As crm_mon 2.1.5 prints them. */
#define VIEW(resources)                                                    \
        "<?xml version=\"1.0\"?>\n<pacemaker-result><resources>" resources \
        "</resources></pacemaker-result>"
#define INSTANCE(id, managed, node)                                    \
        "<resource id=\"" id "\" role=\"Promoted\" managed=\"" managed \
        "\" failed=\"false\"><node name=\"" node "\" id=\"1\"/></resource>"
#define CLONE(inside) "<clone id=\"kcn-clone\" managed=\"false\">" inside "</clone>"

static const struct {
        const char *view;
        enum tri managed;
} views[] = {
        {VIEW(CLONE(INSTANCE("kcn", "true", "node1"))), TRI_YES},
        {VIEW(CLONE(INSTANCE("kcn", "false", "node1"))), TRI_NO},
        {VIEW(CLONE(INSTANCE("kcn:1", "false", "node1"))), TRI_NO},
        {VIEW(INSTANCE("kcn", "false", "node1")), TRI_NO},
        {VIEW(CLONE(INSTANCE("kcn", "true", "node2") INSTANCE("kcn", "false", "node1"))), TRI_NO},
        {VIEW(CLONE(INSTANCE("kcn", "false", "node2") INSTANCE("kcn", "true", "node1"))), TRI_YES},
        {VIEW(INSTANCE("kcn2", "false", "node1")), TRI_YES},
        {VIEW(INSTANCE("kc", "false", "node1")), TRI_YES},
        {VIEW("<resource managed=\"false\"><node name=\"node1\"/></resource>"), TRI_YES},
        {VIEW("<resource id=\"kcn\"><node name=\"node1\"/></resource>"), TRI_YES},
        {VIEW("<resource id=\"kcn\" managed=\"false\"/><node name=\"node1\"/>"), TRI_YES},
        {VIEW("<resource id=\"kcn\" managed=\"false\"><b><node name=\"node1\"/></b></resource>"),
         TRI_YES},
        {VIEW("<resource id=\"kcn\" managed=\"false\"><node/></resource>"), TRI_YES},
        {VIEW(""), TRI_YES},
        {"", TRI_UNKNOWN},
        {"crm_mon: Error: cluster is not available on this node", TRI_UNKNOWN},
        {"<pacemaker-result><resources>", TRI_UNKNOWN},
        {"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", TRI_UNKNOWN},
};

START_TEST(an_instance_is_held_back_where_it_stands_unmanaged)
{
        const char *view = views[_i].view;

        ck_assert_int_eq(resource_managed_read(view, strlen(view), "kcn", "node1"),
                         views[_i].managed);
}
END_TEST

SUITE_MAIN("keeper/managed", TABLE(an_instance_is_held_back_where_it_stands_unmanaged, views))
