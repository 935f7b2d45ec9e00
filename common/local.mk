# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += common/libagent.a
common_libagent_a_SOURCES = \
	common/assignments.c common/assignments.h \
	common/chain/driver.h \
	common/chain/engine.c common/chain/engine.h \
	common/chain/facts.h \
	common/chain/role.c common/chain/role.h \
	common/chain/sync.c common/chain/sync.h \
	common/clock.c common/clock.h \
	common/gate/bpf.c common/gate/bpf.h \
	common/gate/gate.c common/gate/gate.h \
	common/gate/probe.c common/gate/probe.h \
	common/gate/program.c common/gate/program.h \
	common/gate/sockets.c common/gate/sockets.h \
	common/http/client.c common/http/client.h \
	common/key/file.c common/key/file.h \
	common/key/keccak.c common/key/keccak.h \
	common/key/kind.c common/key/kind.h \
	common/key/secp256k1.c common/key/secp256k1.h \
	common/key/secret.c common/key/secret.h \
	common/key/store.c common/key/store.h \
	common/lines.c common/lines.h \
	common/lease/machine.c common/lease/machine.h \
	common/lease/record.c common/lease/record.h \
	common/lease/timers.c common/lease/timers.h \
	common/ocf/agent.c common/ocf/agent.h \
	common/ocf/cluster.c common/ocf/cluster.h \
	common/ocf/env.c common/ocf/env.h \
	common/ocf/error.c common/ocf/error.h \
	common/ocf/exit.c common/ocf/exit.h \
	common/ocf/log.c common/ocf/log.h \
	common/ocf/manual.c common/ocf/manual.h \
	common/ocf/metadata.c common/ocf/metadata.h \
	common/ocf/notes.c common/ocf/notes.h \
	common/ocf/param.c common/ocf/param.h \
	common/own.h \
	common/parse.c common/parse.h \
	common/path.c common/path.h \
	common/process/cgroup.c common/process/cgroup.h \
	common/process/control_group.c common/process/control_group.h \
	common/process/proc.c common/process/proc.h \
	common/process/spawn.c common/process/spawn.h \
	common/roff.c common/roff.h \
	common/rpc/ipc.c common/rpc/ipc.h \
	common/rpc/json_rpc.c common/rpc/json_rpc.h \
	common/seat/client.c common/seat/client.h \
	common/seat/protocol.c common/seat/protocol.h \
	common/service/bus.c common/service/bus.h \
	common/service/job.c common/service/job.h \
	common/service/manager.c common/service/manager.h \
	common/service/unit.c common/service/unit.h \
	common/text.c common/text.h \
	common/tri.h

# Installed beside no agent: kcn-node runs it when it asks its references.
pkglibexec_PROGRAMS += common/chain/chain-reference
common_chain_chain_reference_SOURCES = common/chain/reference.c
common_chain_chain_reference_LDADD = $(AGENT_LIBS)
