# SPDX-License-Identifier: LGPL-2.1-or-later
EXTRA_DIST += tests/model/run tests/model/seat.pml

# The protocol of the seat, checked whole: a minute and a half on two cores, needs spin.
check-model:
	$(srcdir)/tests/model/run

.PHONY: check-model
