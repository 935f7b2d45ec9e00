# SPDX-License-Identifier: LGPL-2.1-or-later
AGENTS += agents/kcn-node/kcn-node

agents_kcn_node_kcn_node_SOURCES = \
	agents/kcn-node/actions.c \
	agents/kcn-node/check.c agents/kcn-node/check.h \
	agents/kcn-node/fitness.c \
	agents/kcn-node/http.h \
	agents/kcn-node/kcnd_conf.c agents/kcn-node/kcnd_conf.h \
	agents/kcn-node/layout.c agents/kcn-node/layout.h \
	agents/kcn-node/main.c \
	agents/kcn-node/node.h \
	agents/kcn-node/observe.c \
	agents/kcn-node/options.c agents/kcn-node/options.h \
	agents/kcn-node/params.h \
	agents/kcn-node/peers.c agents/kcn-node/peers.h \
	agents/kcn-node/quit.c agents/kcn-node/quit.h \
	agents/kcn-node/reference.c agents/kcn-node/reference.h \
	agents/kcn-node/rpc.c agents/kcn-node/rpc.h \
	agents/kcn-node/ruin.c agents/kcn-node/ruin.h \
	agents/kcn-node/run.c agents/kcn-node/run.h \
	agents/kcn-node/stalled.c agents/kcn-node/stalled.h \
	agents/kcn-node/standby_nodes.c agents/kcn-node/standby_nodes.h \
	agents/kcn-node/static_nodes.c agents/kcn-node/static_nodes.h \
	agents/kcn-node/told.c agents/kcn-node/told.h \
	agents/kcn-node/turns.c agents/kcn-node/turns.h
agents_kcn_node_kcn_node_LDADD = $(AGENT_LIBS)

# What the agent loads when it has to ask references; see agents/elastic-ip/local.mk.
pkglibexec_PROGRAMS += agents/kcn-node/kcn-node-http.so
agents_kcn_node_kcn_node_http_so_SOURCES = \
	agents/kcn-node/http_module.c \
	common/clock.c \
	common/http/message.c \
	common/http/plain.c \
	common/ocf/error.c \
	common/text.c
agents_kcn_node_kcn_node_http_so_CFLAGS = $(AM_CFLAGS) -fPIC -fvisibility=hidden
agents_kcn_node_kcn_node_http_so_LDFLAGS = $(MODULE_LDFLAGS)
agents_kcn_node_kcn_node_http_so_LDADD = $(EVENT_LIBS)

pkglibexec_PROGRAMS += agents/kcn-node/kcn-may-start
agents_kcn_node_kcn_may_start_SOURCES = \
	agents/kcn-node/kcnd_conf.c agents/kcn-node/kcnd_conf.h \
	agents/kcn-node/layout.c agents/kcn-node/layout.h \
	agents/kcn-node/may_start.c \
	agents/kcn-node/options.c agents/kcn-node/options.h \
	agents/kcn-node/start_judge.c agents/kcn-node/start_judge.h
agents_kcn_node_kcn_may_start_LDADD = $(AGENT_LIBS)
