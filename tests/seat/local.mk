# SPDX-License-Identifier: LGPL-2.1-or-later
# Two real keepers, a real etcd and the kernel's gate under faults: make check-seat, as root. The same
# with one rule of the keeper broken, for which it has to fail: make check-seat-mutations.
EXTRA_DIST += tests/seat/agent.py tests/seat/authority.py tests/seat/bench.py tests/seat/conftest.py tests/seat/fast_clock.c \
	tests/seat/mutations tests/seat/picture.py tests/seat/preload.py tests/seat/recorder.py tests/seat/remains.py tests/seat/rig.py tests/seat/run \
	tests/seat/signer.py tests/seat/slow_disk.c tests/seat/test_calm_soak.py tests/seat/test_clocks.py tests/seat/test_faults.py \
	tests/seat/test_gate.py \
	tests/seat/test_remains.py tests/seat/test_slow_disk.py tests/seat/test_soak.py tests/seat/waiting.py

check-seat: keeper/validator-keeper$(EXEEXT) common/http/http-client.so tests/seat/keeper_other_gate$(EXEEXT)
	VALIDATOR_KEEPER=$(abs_builddir)/keeper/validator-keeper \
		VALIDATOR_KEEPER_OTHER_GATE=$(abs_builddir)/tests/seat/keeper_other_gate $(srcdir)/tests/seat/run \
		/usr/bin/python3 -B -m pytest -p no:cacheprovider -q $(abs_srcdir)/tests/seat $(PYTEST_ARGS)

SEAT_MUTANTS = tests/seat/keeper_m1 tests/seat/keeper_m2 tests/seat/keeper_m3 tests/seat/keeper_m4 \
	tests/seat/keeper_m6 tests/seat/keeper_m7 tests/seat/keeper_m16 tests/seat/keeper_m17 tests/seat/keeper_m18 \
	tests/seat/keeper_m19
EXTRA_PROGRAMS = $(SEAT_MUTANTS) tests/seat/keeper_other_gate
CLEANFILES += $(SEAT_MUTANTS) tests/seat/keeper_other_gate

# A keeper of another release, whose gate has other instructions.
tests_seat_keeper_other_gate_SOURCES = $(keeper_validator_keeper_SOURCES) tests/seat/other_gate.c
tests_seat_keeper_other_gate_LDADD = $(keeper_validator_keeper_LDADD)

bench-seat: keeper/validator-keeper$(EXEEXT) common/http/http-client.so
	@VALIDATOR_KEEPER=$(abs_builddir)/keeper/validator-keeper $(srcdir)/tests/seat/run \
		/usr/bin/python3 -B $(abs_srcdir)/tests/seat/bench.py

# docs/faults.svg anew, from faults that are made for it.
picture-seat: keeper/validator-keeper$(EXEEXT) common/http/http-client.so
	VALIDATOR_KEEPER=$(abs_builddir)/keeper/validator-keeper $(srcdir)/tests/seat/run \
		/usr/bin/python3 -B $(abs_srcdir)/tests/seat/picture.py $(abs_srcdir)/docs/faults.svg

check-seat-mutations: $(SEAT_MUTANTS) common/http/http-client.so
	$(srcdir)/tests/seat/mutations $(abs_builddir)

tests_seat_keeper_m1_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m1_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M1
tests_seat_keeper_m1_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m2_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m2_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M2
tests_seat_keeper_m2_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m3_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m3_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M3
tests_seat_keeper_m3_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m4_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m4_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M4
tests_seat_keeper_m4_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m6_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m6_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M6
tests_seat_keeper_m6_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m7_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m7_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M7
tests_seat_keeper_m7_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m16_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m16_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M16
tests_seat_keeper_m16_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m17_SOURCES = $(keeper_validator_keeper_SOURCES)
tests_seat_keeper_m17_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M17
tests_seat_keeper_m17_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m18_SOURCES = $(keeper_validator_keeper_SOURCES)
tests_seat_keeper_m18_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M18
tests_seat_keeper_m18_LDADD = $(keeper_validator_keeper_LDADD)
tests_seat_keeper_m19_SOURCES = $(keeper_validator_keeper_SOURCES) common/lease/machine.c
tests_seat_keeper_m19_CPPFLAGS = $(AM_CPPFLAGS) -DMUTATION_M19
tests_seat_keeper_m19_LDADD = $(keeper_validator_keeper_LDADD)

.PHONY: bench-seat check-seat check-seat-mutations picture-seat
