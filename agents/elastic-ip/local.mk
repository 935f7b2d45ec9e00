# SPDX-License-Identifier: LGPL-2.1-or-later
AGENTS += agents/elastic-ip/elastic-ip
ELASTIC_IP_JUDGE = agents/elastic-ip/judge.c agents/elastic-ip/judge.h agents/elastic-ip/address.h
agents_elastic_ip_elastic_ip_SOURCES = \
	agents/elastic-ip/actions.c agents/elastic-ip/actions.h \
	agents/elastic-ip/main.c \
	agents/elastic-ip/memory.c agents/elastic-ip/memory.h \
	agents/elastic-ip/module.c agents/elastic-ip/remote.h \
	agents/elastic-ip/observe.c agents/elastic-ip/observe.h \
	agents/elastic-ip/validate.c \
	$(ELASTIC_IP_JUDGE)
agents_elastic_ip_elastic_ip_LDADD = $(AGENT_LIBS)

# What the agent loads when it has to ask the API. Position-independent, so it cannot take its parts
# from the archive; they are compiled again, and none of their names is seen outside.
pkglibexec_PROGRAMS += agents/elastic-ip/elastic-ip-ec2.so
agents_elastic_ip_elastic_ip_ec2_so_SOURCES = \
	agents/elastic-ip/remote.c \
	common/aws/call.c \
	common/aws/credentials.c \
	common/aws/ec2.c \
	common/aws/endpoint.c \
	common/aws/environment.c \
	common/aws/fault.c \
	common/aws/form.c \
	common/aws/imds.c \
	common/aws/key.c \
	common/aws/profile.c \
	common/aws/reply.c \
	common/aws/session.c \
	common/aws/sigv4.c \
	common/clock.c \
	common/http/client.c common/http/message.c \
	common/http/proxy.c \
	common/lines.c \
	common/ocf/error.c \
	common/parse.c \
	common/path.c \
	common/text.c
agents_elastic_ip_elastic_ip_ec2_so_CFLAGS = $(AM_CFLAGS) -fPIC -fvisibility=hidden
agents_elastic_ip_elastic_ip_ec2_so_LDFLAGS = $(MODULE_LDFLAGS)
agents_elastic_ip_elastic_ip_ec2_so_LDADD = $(EXPAT_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(NETTLE_LIBS)
