# SPDX-License-Identifier: LGPL-2.1-or-later
# The built agents against OCF and the tools that read them: make check-conformance, as root.
check_PROGRAMS += tests/conformance/probe-agent
tests_conformance_probe_agent_SOURCES = tests/conformance/probe-agent.c
tests_conformance_probe_agent_LDADD = $(AGENT_LIBS)

EXTRA_DIST += \
	tests/conformance/agent.py \
	tests/conformance/conftest.py \
	tests/conformance/run \
	tests/conformance/samples.py \
	tests/conformance/test_actions.py \
	tests/conformance/test_docs.py \
	tests/conformance/test_examples.py \
	tests/conformance/test_frame.py \
	tests/conformance/test_kcn_node.py \
	tests/conformance/test_metadata.py \
	tests/conformance/test_nodekey.py \
	tests/conformance/test_tools.py

# What make install would put on a host, in a tree of its own, and the probe beside it.
CONFORMANCE_STAGE = $(abs_builddir)/tests/conformance/stage

CONFORMANCE_RUN = $(srcdir)/tests/conformance/run $(CONFORMANCE_STAGE) $(ocfdir) $(mandir) \
	$(pkglibexecdir)

conformance-stage: $(LIBRARIES) $(PROGRAMS) $(check_PROGRAMS)
	@rm -rf $(CONFORMANCE_STAGE)
	@$(MAKE) --silent install DESTDIR=$(CONFORMANCE_STAGE) >/dev/null
	@mkdir -p $(CONFORMANCE_STAGE)$(ocfdir)
	@cp tests/conformance/probe-agent $(CONFORMANCE_STAGE)$(ocfdir)/

check-conformance: conformance-stage
	@$(CONFORMANCE_RUN) /usr/bin/python3 -B -m pytest -p no:cacheprovider -q \
		$(abs_srcdir)/tests/conformance $(PYTEST_ARGS)

clean-local:
	rm -rf $(CONFORMANCE_STAGE)

.PHONY: check-conformance conformance-stage
