# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += common/libagent.a
common_libagent_a_SOURCES = \
	common/clock.c common/clock.h \
	common/own.h \
	common/parse.c common/parse.h \
	common/text.c common/text.h \
	common/ocf/error.c common/ocf/error.h
