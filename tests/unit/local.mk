# SPDX-License-Identifier: LGPL-2.1-or-later
UNIT_TESTS = tests/unit/test_gate \
	tests/unit/test_parse

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
UNIT_LIBS = $(AGENT_LIBS) $(CHECK_LIBS)

tests_unit_test_gate_SOURCES = tests/unit/test_gate.c tests/unit/gate_rig.c tests/unit/gate_rig.h \
	tests/unit/suite.h
tests_unit_test_gate_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_gate_LDADD = $(UNIT_LIBS)

tests_unit_test_parse_SOURCES = tests/unit/test_parse.c tests/unit/suite.h
tests_unit_test_parse_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_parse_LDADD = $(UNIT_LIBS)
