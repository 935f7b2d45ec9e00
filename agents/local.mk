# SPDX-License-Identifier: LGPL-2.1-or-later
include $(top_srcdir)/agents/elastic-ip/local.mk
include $(top_srcdir)/agents/kcn-node/local.mk
include $(top_srcdir)/agents/nodekey/local.mk

ocf_PROGRAMS = $(AGENTS)

# The man page of an agent comes from its own table.
AGENT_MANS = $(AGENTS:=.7)
CLEANFILES += $(AGENT_MANS)

$(AGENT_MANS): %.7: %
	$(AM_V_GEN)$< --man >$@.tmp && mv $@.tmp $@

man7dir = $(mandir)/man7

# agents/kcn-node/kcn-node.7 is installed as ocf_validator_kcn-node.7, as resource-agents names its pages.
install-data-hook: $(AGENT_MANS)
	$(MKDIR_P) $(DESTDIR)$(man7dir)
	for page in $(AGENT_MANS); do \
	  $(INSTALL_DATA) $$page $(DESTDIR)$(man7dir)/ocf_validator_$${page##*/} || exit 1; \
	done

uninstall-hook:
	for page in $(AGENT_MANS); do rm -f $(DESTDIR)$(man7dir)/ocf_validator_$${page##*/}; done

all-local: $(AGENT_MANS)
