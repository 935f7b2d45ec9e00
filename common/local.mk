# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += common/libagent.a
common_libagent_a_SOURCES = \
	common/assignments.c common/assignments.h \
	common/aws/call.c common/aws/call.h \
	common/aws/credentials.c common/aws/credentials.h \
	common/aws/ec2.c common/aws/ec2.h \
	common/aws/endpoint.c common/aws/endpoint.h \
	common/aws/environment.c common/aws/environment.h \
	common/aws/fault.c common/aws/fault.h \
	common/aws/form.c common/aws/form.h \
	common/aws/imds.c common/aws/imds.h \
	common/aws/key.c common/aws/key.h \
	common/aws/profile.c common/aws/profile.h \
	common/aws/reply.c common/aws/reply.h \
	common/aws/session.c common/aws/session.h \
	common/aws/sigv4.c common/aws/sigv4.h \
	common/chain/driver.h \
	common/chain/engine.c common/chain/engine.h \
	common/chain/facts.h \
	common/chain/floor.c common/chain/floor.h \
	common/chain/hang.c common/chain/hang.h \
	common/chain/promote.c \
	common/chain/publish.c common/chain/publish.h \
	common/chain/reach.c common/chain/reach.h \
	common/chain/reference.c common/chain/reference.h \
	common/chain/role.c common/chain/role.h \
	common/chain/sync.c common/chain/sync.h \
	common/clock.c common/clock.h \
	common/etcd/codec.c common/etcd/codec.h \
	common/etcd/kv.c common/etcd/kv.h \
	common/gate/bpf.c common/gate/bpf.h \
	common/gate/gate.c common/gate/gate.h \
	common/gate/probe.c common/gate/probe.h \
	common/gate/program.c common/gate/program.h \
	common/gate/sockets.c common/gate/sockets.h \
	common/http/client.c common/http/client.h \
	common/http/message.c common/http/message.h \
	common/http/plain.c common/http/plain.h \
	common/http/proxy.c common/http/proxy.h \
	common/key/file.c common/key/file.h \
	common/key/keccak.c common/key/keccak.h \
	common/key/kind.c common/key/kind.h \
	common/key/secp256k1.c common/key/secp256k1.h \
	common/key/secret.c common/key/secret.h \
	common/key/store.c common/key/store.h \
	common/lines.c common/lines.h \
	common/lease/ceiling.c common/lease/ceiling.h \
	common/lease/floor.c common/lease/floor.h \
	common/lease/machine.c common/lease/machine.h \
	common/lease/record.c common/lease/record.h \
	common/lease/store.c common/lease/store.h \
	common/lease/timers.c common/lease/timers.h \
	common/module.c common/module.h \
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
	common/process/diag.c common/process/diag.h \
	common/process/proc.c common/process/proc.h \
	common/process/spawn.c common/process/spawn.h \
	common/quorum/votes.c common/quorum/votes.h \
	common/roff.c common/roff.h \
	common/rpc/ipc.c common/rpc/ipc.h \
	common/rpc/json_rpc.c common/rpc/json_rpc.h \
	common/seat/client.c common/seat/client.h \
	common/seat/protocol.c common/seat/protocol.h \
	common/seat/summary.c common/seat/summary.h \
	common/service/bus.c common/service/bus.h \
	common/service/job.c common/service/job.h \
	common/service/manager.c common/service/manager.h \
	common/service/place.c common/service/place.h \
	common/service/told.c common/service/told.h \
	common/service/unit.c common/service/unit.h \
	common/text.c common/text.h \
	common/tri.h

# Installed beside no agent: kcn-node runs it when a reference takes TLS or a name server.
pkglibexec_PROGRAMS += common/chain/chain-reference
common_chain_chain_reference_SOURCES = common/chain/reference_program.c
common_chain_chain_reference_LDADD = $(AGENT_LIBS)

# What the keeper loads when its authority is etcd. Position-independent, so it cannot take its parts
# from the archive.
pkglibexec_PROGRAMS += common/http/http-client.so
common_http_http_client_so_SOURCES = \
	common/clock.c \
	common/http/client.c \
	common/http/message.c \
	common/http/proxy.c \
	common/ocf/error.c \
	common/text.c
common_http_http_client_so_CFLAGS = $(AM_CFLAGS) -fPIC -fvisibility=hidden
common_http_http_client_so_LDFLAGS = $(MODULE_LDFLAGS)
common_http_http_client_so_LDADD = $(CURL_LIBS)
