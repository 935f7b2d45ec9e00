# SPDX-License-Identifier: LGPL-2.1-or-later
# The lease, its store and its gate.
LEASE_TESTS = tests/unit/test_etcd tests/unit/test_etcd_codec tests/unit/test_lease \
	tests/unit/test_lease_store tests/unit/test_place
check_PROGRAMS += $(LEASE_TESTS)
TESTS += $(LEASE_TESTS)

tests_unit_test_etcd_SOURCES = tests/unit/test_etcd.c tests/unit/etcd_rig.c tests/unit/etcd_rig.h \
	tests/unit/fake_server.c tests/unit/fake_server.h tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_etcd_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_etcd_LDADD = $(UNIT_LIBS)

tests_unit_test_etcd_codec_SOURCES = tests/unit/test_etcd_codec.c tests/unit/suite.h
tests_unit_test_etcd_codec_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_etcd_codec_LDADD = $(UNIT_LIBS)

tests_unit_test_lease_SOURCES = tests/unit/test_lease.c tests/unit/suite.h
tests_unit_test_lease_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lease_LDADD = $(UNIT_LIBS)

tests_unit_test_lease_store_SOURCES = tests/unit/test_lease_store.c tests/unit/scratch.h \
	tests/unit/suite.h
tests_unit_test_lease_store_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lease_store_LDADD = $(UNIT_LIBS)

tests_unit_test_place_SOURCES = tests/unit/test_place.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_place_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_place_LDADD = $(UNIT_LIBS)

# The lease machine against a world of faults, as it is and with each of its rules broken.
LEASE_SIM = tests/unit/lease_sim.c tests/unit/lease_world.c tests/unit/lease_world.h
LEASE_MUTANTS = tests/unit/lease_sim_m1 tests/unit/lease_sim_m2 tests/unit/lease_sim_m3 \
	tests/unit/lease_sim_m4 tests/unit/lease_sim_m6 tests/unit/lease_sim_m7 \
	tests/unit/lease_sim_m16 tests/unit/lease_sim_m18 tests/unit/lease_sim_m19
check_PROGRAMS += tests/unit/lease_sim $(LEASE_MUTANTS)
TESTS += tests/unit/lease_sim tests/unit/test_lease_mutations.sh
EXTRA_DIST += tests/unit/test_lease_mutations.sh

tests_unit_lease_sim_SOURCES = $(LEASE_SIM)
tests_unit_lease_sim_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m1_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m1_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M1
tests_unit_lease_sim_m1_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m2_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m2_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M2
tests_unit_lease_sim_m2_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m3_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m3_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M3
tests_unit_lease_sim_m3_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m4_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m4_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M4
tests_unit_lease_sim_m4_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m6_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m6_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M6
tests_unit_lease_sim_m6_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m7_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m7_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M7
tests_unit_lease_sim_m7_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m16_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m16_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M16
tests_unit_lease_sim_m16_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m18_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m18_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M18
tests_unit_lease_sim_m18_LDADD = $(AGENT_LIBS)
tests_unit_lease_sim_m19_SOURCES = $(LEASE_SIM) common/lease/machine.c
tests_unit_lease_sim_m19_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M19
tests_unit_lease_sim_m19_LDADD = $(AGENT_LIBS)
