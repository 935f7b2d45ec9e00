# SPDX-License-Identifier: LGPL-2.1-or-later
sbin_PROGRAMS += keeper/validator-keeper

keeper_validator_keeper_SOURCES = \
	keeper/authority.c keeper/authority.h \
	keeper/authority_etcd.c \
	keeper/backup.c keeper/backup.h \
	keeper/barrier.c keeper/barrier.h \
	keeper/clear.c keeper/clear.h \
	keeper/config.c keeper/config.h \
	keeper/custody.c keeper/custody.h \
	keeper/cutoff.c keeper/cutoff.h \
	keeper/errand.c keeper/errand.h \
	keeper/floor_book.c keeper/floor_book.h \
	keeper/identity.c keeper/identity.h \
	keeper/inform.c keeper/inform.h \
	keeper/instance.c keeper/instance.h \
	keeper/keeper.c keeper/keeper.h \
	keeper/main.c \
	keeper/managed.c keeper/managed.h \
	keeper/manual.c keeper/manual.h \
	keeper/memory.c keeper/memory.h \
	keeper/resume.c keeper/resume.h \
	keeper/seat.c keeper/seat.h \
	keeper/server.c keeper/server.h \
	keeper/signer.c keeper/signer.h \
	keeper/status.c keeper/status.h \
	keeper/transport.c keeper/transport.h
keeper_validator_keeper_LDADD = $(AGENT_LIBS) $(VOTEQUORUM_LIBS) -lpthread

nodist_man_MANS += keeper/validator-keeper.8 keeper/validator-keeper.conf.5
CLEANFILES += keeper/validator-keeper.8 keeper/validator-keeper.conf.5

keeper/validator-keeper.8: keeper/validator-keeper$(EXEEXT)
	$(AM_V_GEN)keeper/validator-keeper --man >$@.tmp && mv $@.tmp $@

keeper/validator-keeper.conf.5: keeper/validator-keeper$(EXEEXT)
	$(AM_V_GEN)keeper/validator-keeper --man-config >$@.tmp && mv $@.tmp $@

EXTRA_DIST += keeper/validator-keeper@.service.in keeper/validator-keeper@.socket.in
nodist_unit_DATA += keeper/validator-keeper@.service keeper/validator-keeper@.socket
CLEANFILES += keeper/validator-keeper@.service keeper/validator-keeper@.socket

keeper/validator-keeper@.service keeper/validator-keeper@.socket: %: %.in Makefile
	$(AM_V_GEN)$(SED) 's|@sbindir[@]|$(sbindir)|g' $(srcdir)/$@.in >$@.tmp && mv $@.tmp $@
