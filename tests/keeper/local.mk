# SPDX-License-Identifier: LGPL-2.1-or-later
# The keeper as a process, in namespaces of its own: make check-keeper, as root.
EXTRA_DIST += \
	tests/keeper/conftest.py \
	tests/keeper/keeper.py \
	tests/keeper/libexec \
	tests/keeper/run \
	tests/keeper/test_backup.py \
	tests/keeper/test_clear.py \
	tests/keeper/test_config.py \
	tests/keeper/test_crash.py \
	tests/keeper/test_instance.py \
	tests/keeper/test_memory.py \
	tests/keeper/test_model.py \
	tests/keeper/test_requests.py \
	tests/keeper/test_secrets.py \
	tests/keeper/test_signer.py \
	tests/keeper/test_votes.py

check-keeper: keeper/validator-keeper common/http/http-client.so
	@$(srcdir)/tests/keeper/run $(abs_builddir)/keeper/validator-keeper \
		/usr/bin/python3 -B -m pytest -p no:cacheprovider -q $(abs_srcdir)/tests/keeper $(PYTEST_ARGS)

.PHONY: check-keeper
