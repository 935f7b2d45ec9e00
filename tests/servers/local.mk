# SPDX-License-Identifier: LGPL-2.1-or-later
# The agents against servers that behave as the real ones: make check-servers, as root. The servers'
# Python is installed by tests/servers/venv, in the user's cache.
EXTRA_DIST += \
	tests/servers/bench_elastic_ip.py \
	tests/servers/conftest.py \
	tests/servers/ec2/__init__.py \
	tests/servers/ec2/addresses.py \
	tests/servers/ec2/boto.py \
	tests/servers/ec2/cloud.py \
	tests/servers/ec2/double.py \
	tests/servers/ec2/ebs.py \
	tests/servers/ec2/imds.py \
	tests/servers/ec2/policy.py \
	tests/servers/ec2/power.py \
	tests/servers/ec2/signature.py \
	tests/servers/ec2/wire.py \
	tests/servers/requirements.txt \
	tests/servers/sigv4_vectors.py \
	tests/servers/test_awseip.py \
	tests/servers/test_bad_input.py \
	tests/servers/test_client.py \
	tests/servers/test_double.py \
	tests/servers/test_elastic_ip.py \
	tests/servers/test_icon_prep.py \
	tests/servers/test_wire.py \
	tests/servers/venv

check_PROGRAMS += tests/servers/ec2-walk
tests_servers_ec2_walk_SOURCES = tests/servers/ec2-walk.c
tests_servers_ec2_walk_LDADD = $(AGENT_LIBS)

# Each file in namespaces of its own, with a cloud of its own, two at a time: they wait more than they
# work. 5: none of the file's tests was asked for.
check-servers: conformance-stage
	@$(srcdir)/tests/servers/venv >/dev/null
	@ls -S $(abs_srcdir)/tests/servers/test_*.py | PYTEST_ADDOPTS="$(PYTEST_ARGS)" \
		EC2_WALK=$(abs_builddir)/tests/servers/ec2-walk xargs -P 2 -I FILE sh -c \
		'$(CONFORMANCE_RUN) /usr/bin/python3 -B -m pytest -p no:cacheprovider -q FILE || test $$? = 5'

.PHONY: check-servers

# What elastic-ip and awseip cost, side by side.
bench-elastic-ip: conformance-stage tests/bench/launch
	@$(CONFORMANCE_RUN) /usr/bin/python3 -B $(abs_srcdir)/tests/servers/bench_elastic_ip.py \
		$(abs_builddir)/tests/bench/launch $(BENCH_COUNT)

.PHONY: bench-elastic-ip
