# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills a program at one of its changes, for tests/lab.
check_PROGRAMS += tests/kill/kill-at
tests_kill_kill_at_SOURCES = tests/kill/kill_at.c tests/kill/change.c tests/kill/change.h
tests_kill_kill_at_LDADD = common/libagent.a
EXTRA_DIST += tests/kill/test_kill_at.sh
TESTS += tests/kill/test_kill_at.sh
