# SPDX-License-Identifier: LGPL-2.1-or-later
# fuzz_X.c with its corpus in corpus/X. "make check" replays the corpora with any compiler;
# "make fuzz [FUZZ_SECONDS=60] [FUZZ_TARGETS=X]" looks for more with clang's libFuzzer.
FUZZ_TARGETS = assignments aws_files aws_reply config etcd json_rpc key_file lines record request seat static_nodes
FUZZ_SECONDS = 60
FUZZ_CC = clang-14

check_PROGRAMS += tests/fuzz/fuzz_assignments tests/fuzz/fuzz_aws_files tests/fuzz/fuzz_aws_reply tests/fuzz/fuzz_config tests/fuzz/fuzz_etcd tests/fuzz/fuzz_json_rpc \
	tests/fuzz/fuzz_key_file tests/fuzz/fuzz_lines tests/fuzz/fuzz_record tests/fuzz/fuzz_request tests/fuzz/fuzz_seat tests/fuzz/fuzz_static_nodes

tests_fuzz_fuzz_assignments_SOURCES = tests/fuzz/fuzz_assignments.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_assignments_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_aws_files_SOURCES = tests/fuzz/fuzz_aws_files.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_aws_files_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_aws_reply_SOURCES = tests/fuzz/fuzz_aws_reply.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_aws_reply_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_etcd_SOURCES = tests/fuzz/fuzz_etcd.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_etcd_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_json_rpc_SOURCES = tests/fuzz/fuzz_json_rpc.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_json_rpc_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_key_file_SOURCES = tests/fuzz/fuzz_key_file.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_key_file_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_lines_SOURCES = tests/fuzz/fuzz_lines.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_lines_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_config_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_record_SOURCES = tests/fuzz/fuzz_record.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_record_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_request_LDADD = $(AGENT_LIBS) -lpthread
tests_fuzz_fuzz_seat_SOURCES = tests/fuzz/fuzz_seat.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_seat_LDADD = $(AGENT_LIBS)
tests_fuzz_fuzz_static_nodes_SOURCES = tests/fuzz/fuzz_static_nodes.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_static_nodes_LDADD = $(AGENT_LIBS)

TESTS += tests/fuzz/replay
EXTRA_DIST += tests/fuzz/replay tests/fuzz/corpus

# The archive is built again, in a folder of its own, by a compiler that traces which branches an
# input takes. What is found goes there too, not into the corpus: that is for a person to choose.
.PHONY: fuzz
fuzz:
	$(MKDIR_P) fuzz-build
	cd fuzz-build && test -e Makefile || $(abs_srcdir)/configure -q CC=$(FUZZ_CC) \
		--disable-dependency-tracking --with-sanitizers=fuzzer-no-link,address,undefined
	$(MAKE) -C fuzz-build common/libagent.a
	set -e; cd fuzz-build; for target in $(FUZZ_TARGETS); do \
		$(FUZZ_CC) -std=gnu17 -g -O1 -D_GNU_SOURCE -I$(abs_srcdir)/common -I$(abs_srcdir) $(JANSSON_CFLAGS) \
			-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
			-o fuzz_$$target $(abs_srcdir)/tests/fuzz/fuzz_$$target.c $(AGENT_LIBS); \
		$(MKDIR_P) found/$$target; \
		./fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -print_final_stats=1 \
			-artifact_prefix=found/$$target- found/$$target \
			$(abs_srcdir)/tests/fuzz/corpus/$$target; \
	done
