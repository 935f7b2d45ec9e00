# SPDX-License-Identifier: LGPL-2.1-or-later
UNIT_TESTS = \
	tests/unit/test_assignments \
	tests/unit/test_aws_files \
	tests/unit/test_aws_reply \
	tests/unit/test_aws_sigv4 \
	tests/unit/test_bus \
	tests/unit/test_cgroup \
	tests/unit/test_chain_engine \
	tests/unit/test_chain_floor \
	tests/unit/test_chain_hang \
	tests/unit/test_chain_reference \
	tests/unit/test_chain_role \
	tests/unit/test_clock \
	tests/unit/test_elastic_ip_judge \
	tests/unit/test_gate \
	tests/unit/test_http \
	tests/unit/test_ipc \
	tests/unit/test_json_rpc \
	tests/unit/test_kcnd_conf \
	tests/unit/test_keccak \
	tests/unit/test_keeper \
	tests/unit/test_keeper_crash \
	tests/unit/test_key_file \
	tests/unit/test_key_store \
	tests/unit/test_layout \
	tests/unit/test_lines \
	tests/unit/test_nodekey_judge \
	tests/unit/test_ocf_error \
	tests/unit/test_ocf_exit \
	tests/unit/test_ocf_param \
	tests/unit/test_parse \
	tests/unit/test_path \
	tests/unit/test_proc \
	tests/unit/test_quit \
	tests/unit/test_quorum_votes \
	tests/unit/test_ruin \
	tests/unit/test_seat_client \
	tests/unit/test_seat_protocol \
	tests/unit/test_seat_summary \
	tests/unit/test_secp256k1 \
	tests/unit/test_spawn \
	tests/unit/test_start_judge \
	tests/unit/test_peers \
	tests/unit/test_stalled \
	tests/unit/test_standby_nodes \
	tests/unit/test_static_nodes \
	tests/unit/test_text \
	tests/unit/test_managed \
	tests/unit/test_turns \
	tests/unit/test_unit

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
UNIT_LIBS = $(AGENT_LIBS) $(CHECK_LIBS)

tests_unit_test_assignments_SOURCES = tests/unit/test_assignments.c tests/unit/suite.h
tests_unit_test_assignments_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_assignments_LDADD = $(UNIT_LIBS)

tests_unit_test_aws_files_SOURCES = tests/unit/test_aws_files.c tests/unit/suite.h
tests_unit_test_aws_files_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_aws_files_LDADD = $(UNIT_LIBS)

tests_unit_test_aws_reply_SOURCES = tests/unit/test_aws_reply.c tests/unit/suite.h
tests_unit_test_aws_reply_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_aws_reply_LDADD = $(UNIT_LIBS)

tests_unit_test_aws_sigv4_SOURCES = tests/unit/test_aws_sigv4.c tests/unit/suite.h
tests_unit_test_aws_sigv4_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_aws_sigv4_LDADD = $(UNIT_LIBS)

tests_unit_test_bus_SOURCES = tests/unit/test_bus.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_bus_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_bus_LDADD = $(UNIT_LIBS)

tests_unit_test_cgroup_SOURCES = tests/unit/test_cgroup.c tests/unit/suite.h
tests_unit_test_cgroup_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_cgroup_LDADD = $(UNIT_LIBS)

tests_unit_test_clock_SOURCES = tests/unit/test_clock.c tests/unit/suite.h
tests_unit_test_clock_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_clock_LDADD = $(UNIT_LIBS)

tests_unit_test_elastic_ip_judge_SOURCES = tests/unit/test_elastic_ip_judge.c tests/unit/suite.h $(ELASTIC_IP_JUDGE)
tests_unit_test_elastic_ip_judge_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_elastic_ip_judge_LDADD = $(UNIT_LIBS)

EXTRA_DIST += tests/unit/data/sigv4.json

tests_unit_test_gate_SOURCES = tests/unit/test_gate.c tests/unit/gate_rig.c tests/unit/gate_rig.h \
	tests/unit/suite.h keeper/barrier.c keeper/barrier.h
tests_unit_test_gate_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_gate_LDADD = $(UNIT_LIBS)

tests_unit_test_ipc_SOURCES = tests/unit/test_ipc.c tests/unit/fake_server.c tests/unit/fake_server.h tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_ipc_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_ipc_LDADD = $(UNIT_LIBS)

tests_unit_test_json_rpc_SOURCES = tests/unit/test_json_rpc.c tests/unit/suite.h
tests_unit_test_json_rpc_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_json_rpc_LDADD = $(UNIT_LIBS)

tests_unit_test_kcnd_conf_SOURCES = tests/unit/test_kcnd_conf.c tests/unit/suite.h agents/kcn-node/kcnd_conf.c \
	agents/kcn-node/options.c
tests_unit_test_kcnd_conf_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_kcnd_conf_LDADD = $(UNIT_LIBS)

tests_unit_test_keccak_SOURCES = tests/unit/test_keccak.c tests/unit/suite.h
tests_unit_test_keccak_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_keccak_LDADD = $(UNIT_LIBS)

tests_unit_test_key_file_SOURCES = tests/unit/test_key_file.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_key_file_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_key_file_LDADD = $(UNIT_LIBS)

tests_unit_test_key_store_SOURCES = tests/unit/test_key_store.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_key_store_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_key_store_LDADD = $(UNIT_LIBS)

tests_unit_test_lines_SOURCES = tests/unit/test_lines.c tests/unit/suite.h
tests_unit_test_lines_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lines_LDADD = $(UNIT_LIBS)

tests_unit_test_ocf_error_SOURCES = tests/unit/test_ocf_error.c tests/unit/suite.h
tests_unit_test_ocf_error_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_ocf_error_LDADD = $(UNIT_LIBS)

tests_unit_test_ocf_exit_SOURCES = tests/unit/test_ocf_exit.c tests/unit/suite.h
tests_unit_test_ocf_exit_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_ocf_exit_LDADD = $(UNIT_LIBS)

tests_unit_test_ocf_param_SOURCES = tests/unit/test_ocf_param.c tests/unit/suite.h
tests_unit_test_ocf_param_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_ocf_param_LDADD = $(UNIT_LIBS)

tests_unit_test_parse_SOURCES = tests/unit/test_parse.c tests/unit/suite.h
tests_unit_test_parse_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_parse_LDADD = $(UNIT_LIBS)

tests_unit_test_path_SOURCES = tests/unit/test_path.c tests/unit/suite.h
tests_unit_test_path_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_path_LDADD = $(UNIT_LIBS)

tests_unit_test_proc_SOURCES = tests/unit/test_proc.c tests/unit/suite.h
tests_unit_test_proc_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_proc_LDADD = $(UNIT_LIBS)

tests_unit_test_secp256k1_SOURCES = tests/unit/test_secp256k1.c tests/unit/suite.h
tests_unit_test_secp256k1_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_secp256k1_LDADD = $(UNIT_LIBS)

tests_unit_test_spawn_SOURCES = tests/unit/test_spawn.c tests/unit/suite.h
tests_unit_test_spawn_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_spawn_LDADD = $(UNIT_LIBS)

tests_unit_test_text_SOURCES = tests/unit/test_text.c tests/unit/suite.h
tests_unit_test_text_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_text_LDADD = $(UNIT_LIBS)

tests_unit_test_unit_SOURCES = tests/unit/test_unit.c tests/unit/suite.h
tests_unit_test_unit_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_unit_LDADD = $(UNIT_LIBS)

tests_unit_test_http_SOURCES = tests/unit/test_http.c tests/unit/fake_server.c tests/unit/fake_server.h tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_http_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_http_LDADD = $(UNIT_LIBS)

tests_unit_test_chain_floor_SOURCES = tests/unit/test_chain_floor.c tests/unit/suite.h
tests_unit_test_chain_floor_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chain_floor_LDADD = $(UNIT_LIBS)
tests_unit_test_chain_hang_SOURCES = tests/unit/test_chain_hang.c tests/unit/suite.h
tests_unit_test_chain_hang_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chain_hang_LDADD = $(UNIT_LIBS)

tests_unit_test_chain_role_SOURCES = tests/unit/test_chain_role.c tests/unit/suite.h
tests_unit_test_chain_role_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chain_role_LDADD = $(UNIT_LIBS)

tests_unit_test_nodekey_judge_SOURCES = tests/unit/test_nodekey_judge.c agents/nodekey/judge.c \
	tests/unit/suite.h
tests_unit_test_nodekey_judge_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_nodekey_judge_LDADD = $(UNIT_LIBS)

KEEPER_SOURCES = keeper/authority.c keeper/authority_etcd.c keeper/backup.c keeper/barrier.c \
	keeper/config.c keeper/custody.c keeper/cutoff.c keeper/errand.c keeper/floor_book.c \
	keeper/identity.c keeper/inform.c keeper/managed.c \
	keeper/keeper.c keeper/resume.c keeper/seat.c keeper/signer.c

tests_unit_test_keeper_SOURCES = tests/unit/test_keeper.c tests/unit/keeper_rig.c tests/unit/keeper_rig.h \
	tests/unit/scratch.h tests/unit/suite.h $(KEEPER_SOURCES)
tests_unit_test_keeper_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_keeper_LDADD = $(UNIT_LIBS)

tests_unit_test_keeper_crash_SOURCES = tests/unit/test_keeper_crash.c tests/unit/keeper_rig.c tests/unit/keeper_rig.h \
	tests/unit/killed_at.c tests/unit/killed_at.h tests/unit/scratch.h tests/unit/suite.h $(KEEPER_SOURCES)
tests_unit_test_keeper_crash_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_keeper_crash_LDADD = $(UNIT_LIBS)

tests_unit_test_layout_SOURCES = tests/unit/test_layout.c tests/unit/killed_at.c tests/unit/killed_at.h \
	tests/unit/scratch.h tests/unit/suite.h agents/kcn-node/layout.c
tests_unit_test_layout_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_layout_LDADD = $(UNIT_LIBS)

tests_unit_test_seat_client_SOURCES = tests/unit/test_seat_client.c tests/unit/suite.h
tests_unit_test_seat_client_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seat_client_LDADD = $(UNIT_LIBS)

# Its clock is the test's.
tests_unit_test_chain_engine_SOURCES = tests/unit/test_chain_engine.c tests/unit/suite.h
tests_unit_test_chain_engine_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chain_engine_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime
tests_unit_test_chain_engine_LDADD = $(UNIT_LIBS)

tests_unit_test_chain_reference_SOURCES = tests/unit/test_chain_reference.c tests/unit/fake_server.c \
	tests/unit/fake_server.h tests/unit/suite.h
tests_unit_test_chain_reference_CPPFLAGS = $(AM_CPPFLAGS) \
	-DREFERENCE_PROGRAM='"$(abs_builddir)/common/chain/chain-reference"'
tests_unit_test_chain_reference_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_chain_reference_LDADD = $(UNIT_LIBS)

tests_unit_test_managed_SOURCES = tests/unit/test_managed.c keeper/managed.c tests/unit/suite.h
tests_unit_test_managed_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_managed_LDADD = $(UNIT_LIBS)

tests_unit_test_turns_SOURCES = tests/unit/test_turns.c agents/kcn-node/turns.c tests/unit/suite.h
tests_unit_test_turns_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_turns_LDADD = $(UNIT_LIBS)

tests_unit_test_start_judge_SOURCES = tests/unit/test_start_judge.c agents/kcn-node/start_judge.c \
	tests/unit/suite.h
tests_unit_test_start_judge_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_start_judge_LDADD = $(UNIT_LIBS)

tests_unit_test_peers_SOURCES = tests/unit/test_peers.c agents/kcn-node/peers.c agents/kcn-node/static_nodes.c tests/unit/suite.h
tests_unit_test_peers_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_peers_LDADD = $(UNIT_LIBS)

tests_unit_test_stalled_SOURCES = tests/unit/test_stalled.c tests/unit/fake_server.c tests/unit/fake_server.h \
	tests/unit/suite.h agents/kcn-node/stalled.c agents/kcn-node/static_nodes.c
tests_unit_test_stalled_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_stalled_LDADD = $(UNIT_LIBS)

tests_unit_test_standby_nodes_SOURCES = tests/unit/test_standby_nodes.c agents/kcn-node/standby_nodes.c agents/kcn-node/layout.c \
	agents/kcn-node/static_nodes.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_standby_nodes_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_standby_nodes_LDADD = $(UNIT_LIBS)
tests_unit_test_static_nodes_SOURCES = tests/unit/test_static_nodes.c agents/kcn-node/static_nodes.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_static_nodes_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_static_nodes_LDADD = $(UNIT_LIBS)

tests_unit_test_quit_SOURCES = tests/unit/test_quit.c agents/kcn-node/quit.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_quit_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_quit_LDADD = $(UNIT_LIBS)

tests_unit_test_quorum_votes_SOURCES = tests/unit/test_quorum_votes.c tests/unit/suite.h
tests_unit_test_quorum_votes_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_quorum_votes_LDADD = $(UNIT_LIBS) $(VOTEQUORUM_LIBS)

tests_unit_test_ruin_SOURCES = tests/unit/test_ruin.c agents/kcn-node/ruin.c tests/unit/scratch.h tests/unit/suite.h
tests_unit_test_ruin_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_ruin_LDADD = $(UNIT_LIBS)

tests_unit_test_seat_protocol_SOURCES = tests/unit/test_seat_protocol.c tests/unit/suite.h
tests_unit_test_seat_protocol_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seat_protocol_LDADD = $(UNIT_LIBS)

tests_unit_test_seat_summary_SOURCES = tests/unit/test_seat_summary.c tests/unit/suite.h
tests_unit_test_seat_summary_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_seat_summary_LDADD = $(UNIT_LIBS)
