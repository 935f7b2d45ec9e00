# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += common/libagent.a
common_libagent_a_SOURCES = \
	common/assignments.c common/assignments.h \
	common/chain/facts.h \
	common/chain/role.c common/chain/role.h \
	common/chain/sync.c common/chain/sync.h \
	common/clock.c common/clock.h \
	common/gate/bpf.c common/gate/bpf.h \
	common/gate/gate.c common/gate/gate.h \
	common/gate/probe.c common/gate/probe.h \
	common/gate/program.c common/gate/program.h \
	common/gate/sockets.c common/gate/sockets.h \
	common/lines.c common/lines.h \
	common/ocf/agent.c common/ocf/agent.h \
	common/ocf/env.c common/ocf/env.h \
	common/ocf/error.c common/ocf/error.h \
	common/ocf/exit.c common/ocf/exit.h \
	common/ocf/log.c common/ocf/log.h \
	common/ocf/manual.c common/ocf/manual.h \
	common/ocf/metadata.c common/ocf/metadata.h \
	common/ocf/param.c common/ocf/param.h \
	common/own.h \
	common/parse.c common/parse.h \
	common/path.c common/path.h \
	common/process/cgroup.c common/process/cgroup.h \
	common/process/control_group.c common/process/control_group.h \
	common/process/proc.c common/process/proc.h \
	common/process/spawn.c common/process/spawn.h \
	common/seat/client.c common/seat/client.h \
	common/seat/protocol.c common/seat/protocol.h \
	common/text.c common/text.h \
	common/tri.h
