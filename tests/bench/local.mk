# SPDX-License-Identifier: LGPL-2.1-or-later
# How fast: make bench-monitor, as root.
check_PROGRAMS += tests/bench/launch tests/bench/nop
tests_bench_launch_SOURCES = tests/bench/launch.c
tests_bench_launch_LDADD = common/libagent.a
tests_bench_nop_SOURCES = tests/bench/nop.c
EXTRA_DIST += tests/bench/monitor.py

bench-monitor: conformance-stage
	@$(CONFORMANCE_RUN) /usr/bin/python3 -B $(abs_srcdir)/tests/bench/monitor.py \
		$(abs_builddir)/tests/bench/launch $(abs_builddir)/tests/bench/nop $(BENCH_COUNT)

.PHONY: bench-monitor
