# SPDX-License-Identifier: LGPL-2.1-or-later
AGENTS += agents/nodekey/nodekey

agents_nodekey_nodekey_SOURCES = \
	agents/nodekey/actions.c agents/nodekey/actions.h \
	agents/nodekey/judge.c agents/nodekey/judge.h \
	agents/nodekey/main.c \
	agents/nodekey/observe.c agents/nodekey/observe.h \
	agents/nodekey/params.h
agents_nodekey_nodekey_LDADD = $(AGENT_LIBS)
