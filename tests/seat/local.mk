# SPDX-License-Identifier: LGPL-2.1-or-later
# Two real keepers, a real etcd and the kernel's gate under faults: make check-seat, as root.
EXTRA_DIST += tests/seat/conftest.py tests/seat/rig.py tests/seat/run tests/seat/signer.py \
	tests/seat/test_faults.py

check-seat: keeper/validator-keeper$(EXEEXT)
	VALIDATOR_KEEPER=$(abs_builddir)/keeper/validator-keeper $(srcdir)/tests/seat/run \
		/usr/bin/python3 -B -m pytest -p no:cacheprovider -q $(abs_srcdir)/tests/seat $(PYTEST_ARGS)

.PHONY: check-seat
