# SPDX-License-Identifier: LGPL-2.1-or-later
# What machines can check of the source: make lint. Each check is a target of its own.
LINT_TOOLS = \
	scripts/check-banned \
	scripts/check-format \
	scripts/check-globals \
	scripts/check-layers \
	scripts/check-shape \
	scripts/check-tidy
EXTRA_DIST += $(LINT_TOOLS) scripts/source.py

PYTHON_CHECK = cd $(srcdir) && PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3

check-banned check-layers check-shape:
	@$(PYTHON_CHECK) scripts/$@

check-format:
	@$(srcdir)/scripts/check-format $(srcdir)

# The objects that are installed; a build with sanitizers or coverage adds variables of its own.
check-globals: $(LIBRARIES) $(PROGRAMS)
	@find common agents keeper -name '*.o' 2>/dev/null | sort | xargs $(srcdir)/scripts/check-globals

check-cppcheck:
	@cd $(srcdir) && cppcheck -j2 --quiet --error-exitcode=1 --std=c11 --inline-suppr \
		--enable=warning,portability,performance -D_GNU_SOURCE '-DPACKAGE_VERSION="0"' \
		-Icommon -I. -Itests/unit $$(ls -d common agents keeper tests 2>/dev/null)
	@echo 'check-cppcheck: no fault'

# With the compiler's own switches, less those that clang's tools do not take.
check-tidy: config.h
	@cd $(srcdir) && find common agents keeper tests/kill -name '*.c' | \
		xargs -P2 -n6 scripts/check-tidy \
		-I$(abs_builddir) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) --
	@echo 'check-tidy: no fault'

lint: check-layers check-banned check-shape check-format check-globals check-cppcheck check-tidy

.PHONY: check-banned check-cppcheck check-format check-globals check-layers check-shape check-tidy lint
