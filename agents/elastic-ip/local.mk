# SPDX-License-Identifier: LGPL-2.1-or-later
AGENTS += agents/elastic-ip/elastic-ip
ELASTIC_IP_JUDGE = agents/elastic-ip/judge.c agents/elastic-ip/judge.h agents/elastic-ip/address.h
agents_elastic_ip_elastic_ip_SOURCES = \
	agents/elastic-ip/actions.c agents/elastic-ip/actions.h \
	agents/elastic-ip/main.c \
	agents/elastic-ip/memory.c agents/elastic-ip/memory.h \
	agents/elastic-ip/observe.c agents/elastic-ip/observe.h \
	agents/elastic-ip/validate.c \
	$(ELASTIC_IP_JUDGE)
agents_elastic_ip_elastic_ip_LDADD = $(AGENT_LIBS)
