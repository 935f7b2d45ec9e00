/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gate in the kernel that runs the tests: what a machine on the other end of a wire receives.
 */
#include "gate/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gate/bpf.h"
#include "gate/probe.h"
#include "gate/program.h"
#include "gate/sockets.h"
#include "gate_rig.h"
#include "keeper/barrier.h"
#include "process/cgroup.h"
#include "suite.h"
#include "text.h"

#define assert_ok(call, err) ck_assert_msg((call) == 0, "%s", (err).sentence)

static const uint64_t ms = 1000000;

static void gate_begin(struct rig *rig, struct gate *gate)
{
        struct ocf_error err = {0};
        bool adopted = true;

        rig_start(rig);
        assert_ok(gate_open(rig->slice, gate, &adopted, &err), err);
        ck_assert(!adopted);
}

START_TEST(a_new_gate_is_closed_and_loopback_passes)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        uint64_t until = 7;
        struct rig rig;

        gate_begin(&rig, &gate);
        assert_ok(gate_read(&gate, &until, &err), err);
        ck_assert_uint_eq(until, GATE_CLOSED);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), EPERM);
        ck_assert_int_eq(rig_send_once(rig.leaf, "127.0.0.1"), 0);
        ck_assert_int_eq(rig_send_once(rig.leaf, "192.0.2.1"), 0);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_standby_and_a_leased_gate_pass_and_an_old_lease_does_not)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        struct rig rig;

        gate_begin(&rig, &gate);
        assert_ok(gate_set(&gate, GATE_STANDBY, &err), err);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), 0);
        assert_ok(gate_set(&gate, gate_now_ns() + 10000 * ms, &err), err);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), 0);
        assert_ok(gate_set(&gate, gate_now_ns() - 1, &err), err);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), EPERM);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

/* The keeper sets a lease and is stopped; this process only waits. */
START_TEST(the_gate_shuts_at_the_deadline_with_the_keeper_stopped)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        struct rig_answer heard;
        uint64_t until = 0;
        struct rig rig;
        pid_t keeper;
        int status;

        gate_begin(&rig, &gate);
        assert_ok(gate_set(&gate, GATE_STANDBY, &err), err);
        (void)rig_signer_udp(rig.leaf);
        while (rig_datagrams(&rig).packets == 0)
                ; /* it sends, whatever the machine is busy with */
        keeper = fork();
        if (keeper == 0) {
                (void)gate_set(&gate, gate_now_ns() + 400 * ms, NULL);
                (void)raise(SIGSTOP);
                _exit(0);
        }
        ck_assert_int_eq(waitpid(keeper, &status, WUNTRACED), keeper);
        ck_assert(WIFSTOPPED(status));
        assert_ok(gate_read(&gate, &until, &err), err);
        ck_assert_uint_gt(until, gate_now_ns());
        (void)clock_wait_fd(&(struct deadline){.at_ms = INT64_MAX}, -1, 800);

        heard = rig_datagrams(&rig);
        ck_assert_uint_gt(heard.packets, 0);
        ck_assert_uint_le(heard.last_stamp_ns, until);
        ck_assert_uint_gt(heard.last_stamp_ns, until - 200 * ms);
        printf("last packet %.2f ms before the deadline\n",
               (double)(until - heard.last_stamp_ns) / 1e6);
        ck_assert_uint_eq(rig_datagrams(&rig).packets, 0);
        rig_kill(keeper);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_renewal_takes_microseconds)
{
        enum { RENEWALS = 5000 };
        struct gate gate = GATE_NONE;
        uint64_t begin, took;
        struct rig rig;

        gate_begin(&rig, &gate);
        begin = gate_now_ns();
        for (int i = 0; i < RENEWALS; i++)
                ck_assert_int_eq(gate_set(&gate, gate_now_ns() + 800 * ms, NULL), 0);
        took = (gate_now_ns() - begin) / RENEWALS;
        printf("renewal %.1f us\n", (double)took / 1e3);
        ck_assert_uint_lt(took, ms);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_leaf_made_later_is_born_behind_the_gate)
{
        struct gate gate = GATE_NONE;
        struct rig rig;
        int later;

        gate_begin(&rig, &gate);
        ck_assert_int_eq(unlinkat(rig.slice, "signer", AT_REMOVEDIR), 0);
        ck_assert_int_eq(mkdirat(rig.slice, "signer", 0755), 0);
        later = openat(rig.slice, "signer", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ck_assert_int_ge(later, 0);
        ck_assert_int_eq(rig_send_once(later, RIG_LISTENER), EPERM);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

/* As a unit with IPAddressAllow= in the slice: a program of its own, which lets all pass. */
START_TEST(a_program_of_the_leaf_does_not_lift_the_gate)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE, other = GATE_NONE;
        bool adopted = true;
        struct rig rig;

        gate_begin(&rig, &gate);
        assert_ok(gate_open(rig.leaf, &other, &adopted, &err), err);
        ck_assert(!adopted);
        assert_ok(gate_set(&other, GATE_STANDBY, &err), err);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), EPERM);
        gate_release(&gate);
        gate_release(&other);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_gate_that_was_taken_away_is_noticed)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        struct rig rig;

        gate_begin(&rig, &gate);
        assert_ok(gate_check(&gate, &err), err);
        assert_ok(bpf_gate_detach(rig.slice, gate.program, &err), err);
        ck_assert_int_eq(gate_check(&gate, &err), -ENOENT);
        ck_assert_ptr_nonnull(strstr(err.sentence, "somebody detached"));
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_slice_that_was_removed_is_noticed)
{
        OWN_TEXT char *root = NULL;
        OWN_TEXT char *full = NULL;
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        struct rig rig;

        gate_begin(&rig, &gate);
        ck_assert_int_eq(unlinkat(rig.slice, "signer", AT_REMOVEDIR), 0);
        assert_ok(cgroup_root(&root, &err), err);
        full = text_format("%s%s", root, rig.path);
        ck_assert_int_eq(rmdir(full), 0);
        ck_assert_int_eq(gate_check(&gate, &err), -ENOENT);
        ck_assert_ptr_nonnull(strstr(err.sentence, "stopped or removed"));
        gate_release(&gate);
        rig_kill(rig.listener);
}
END_TEST

START_TEST(a_successor_adopts_the_gate_with_its_deadline_after_kill_9)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        uint64_t until = 0;
        bool adopted = false;
        struct rig rig;
        pid_t keeper;
        int status;

        rig_start(&rig);
        keeper = fork();
        if (keeper == 0) {
                if (gate_open(rig.slice, &gate, &adopted, NULL) == 0)
                        (void)gate_set(&gate, 12345 * ms, NULL);
                (void)raise(SIGKILL);
        }
        ck_assert_int_eq(waitpid(keeper, &status, 0), keeper);
        ck_assert(WIFSIGNALED(status));
        assert_ok(gate_open(rig.slice, &gate, &adopted, &err), err);
        ck_assert(adopted);
        assert_ok(gate_read(&gate, &until, &err), err);
        ck_assert_uint_eq(until, 12345 * ms);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

/* A program over a map like ours which judges differently: to it another interface is the
 * loopback. */
static void attach_stranger(int cgroup, const char *name, uint64_t until_ns)
{
        struct bpf_insn code[GATE_PROGRAM_LENGTH];
        union bpf_attr attr;
        int program, map;

        ck_assert_int_eq(bpf_deadline_new(&map, NULL), 0);
        ck_assert_int_eq(bpf_deadline_set(map, until_ns, NULL), 0);
        gate_program_write(map, code);
        code[1].imm += 1000;
        memset(&attr, 0, sizeof attr);
        attr.prog_type = BPF_PROG_TYPE_CGROUP_SKB;
        attr.insns = (uint64_t)(uintptr_t)code;
        attr.insn_cnt = GATE_PROGRAM_LENGTH;
        attr.license = (uint64_t)(uintptr_t) "GPL";
        attr.expected_attach_type = BPF_CGROUP_INET_EGRESS;
        (void)snprintf(attr.prog_name, sizeof attr.prog_name, "%s", name);
        program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
        ck_assert_int_ge(program, 0);
        ck_assert_int_eq(bpf_gate_attach(cgroup, program, NULL), 0);
        (void)close(program);
        (void)close(map);
}

static size_t programs_attached(int cgroup)
{
        uint32_t ids[BPF_GATE_PROGRAMS_MAX];
        size_t count = 0;

        ck_assert_int_eq(bpf_gate_list(cgroup, ids, &count, NULL), 0);
        return count;
}

START_TEST(a_strangers_program_is_neither_adopted_nor_touched)
{
        struct gate gate = GATE_NONE;
        bool adopted = true;
        struct rig rig;

        rig_start(&rig);
        attach_stranger(rig.slice, "another_gate", GATE_STANDBY);
        ck_assert_int_eq(gate_open(rig.slice, &gate, &adopted, NULL), 0);
        ck_assert(!adopted);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), EPERM);
        ck_assert_int_eq(bpf_gate_detach(gate.cgroup, gate.program, NULL), 0);
        ck_assert_uint_eq(programs_attached(rig.slice), 1);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

/* An earlier keeper's: what it let pass until when passes on, and it holds nothing back later. */
static const uint64_t earlier_deadlines[] = {GATE_CLOSED, UINT64_C(1) << 60, GATE_STANDBY};

START_TEST(a_gate_of_another_version_is_replaced_with_its_deadline)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        bool adopted = false;
        uint64_t until = 7;
        struct rig rig;

        rig_start(&rig);
        attach_stranger(rig.slice, GATE_PROGRAM_NAME, earlier_deadlines[_i]);
        assert_ok(gate_open(rig.slice, &gate, &adopted, &err), err);
        ck_assert(adopted);
        assert_ok(gate_read(&gate, &until, &err), err);
        ck_assert_uint_eq(until, earlier_deadlines[_i]);
        ck_assert_uint_eq(programs_attached(rig.slice), 1);
        assert_ok(gate_set(&gate, GATE_CLOSED, &err), err);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), EPERM);
        assert_ok(gate_set(&gate, gate_now_ns() + 10000 * ms, &err), err);
        ck_assert_int_eq(rig_send_once(rig.leaf, RIG_LISTENER), 0);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(while_a_gate_is_replaced_nothing_passes_that_was_held_back)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        bool adopted = false;
        struct rig rig;

        rig_start(&rig);
        attach_stranger(rig.slice, GATE_PROGRAM_NAME, GATE_CLOSED);
        for (int i = 0; i < 8; i++)
                (void)rig_signer_udp(rig.leaf);
        for (int i = 0; i < 100; i++) {
                assert_ok(gate_open(rig.slice, &gate, &adopted, &err), err);
                attach_stranger(rig.slice, GATE_PROGRAM_NAME, GATE_CLOSED);
                assert_ok(bpf_gate_detach(rig.slice, gate.program, &err), err);
                gate_release(&gate);
        }
        ck_assert_uint_eq(rig_datagrams(&rig).packets, 0);
        rig_stop(&rig);
}
END_TEST

/* The keeper was killed between the attaching of the new one and the detaching of the old. */
START_TEST(a_replacement_that_was_cut_short_is_finished)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE, again = GATE_NONE;
        bool adopted = false;
        uint64_t until = 7;
        struct rig rig;

        gate_begin(&rig, &gate);
        assert_ok(gate_set(&gate, 12345 * ms, &err), err);
        attach_stranger(rig.slice, GATE_PROGRAM_NAME, 12345 * ms);
        assert_ok(gate_open(rig.slice, &again, &adopted, &err), err);
        ck_assert_uint_eq(again.id, gate.id);
        assert_ok(gate_read(&again, &until, &err), err);
        ck_assert_uint_eq(until, 12345 * ms);
        ck_assert_uint_eq(programs_attached(rig.slice), 1);
        gate_release(&gate);
        gate_release(&again);
        rig_stop(&rig);
}
END_TEST

static void attach_another(int cgroup)
{
        OWN_FD int map = -1;
        OWN_FD int program = -1;

        ck_assert_int_eq(bpf_deadline_new(&map, NULL), 0);
        ck_assert_int_eq(bpf_gate_load(map, &program, NULL), 0);
        ck_assert_int_eq(bpf_gate_attach(cgroup, program, NULL), 0);
}

START_TEST(of_two_gates_of_ours_one_stays_closed)
{
        struct gate gate = GATE_NONE, again = GATE_NONE;
        uint64_t until = 7;
        bool adopted = false;
        struct rig rig;

        gate_begin(&rig, &gate);
        ck_assert_int_eq(gate_set(&gate, GATE_STANDBY, NULL), 0);
        attach_another(rig.slice);
        ck_assert_int_eq(gate_open(rig.slice, &again, &adopted, NULL), 0);
        ck_assert(adopted);
        ck_assert_int_eq(gate_read(&again, &until, NULL), 0);
        ck_assert_uint_eq(until, GATE_CLOSED);
        ck_assert_uint_eq(programs_attached(rig.slice), 1);
        gate_release(&gate);
        gate_release(&again);
        rig_stop(&rig);
}
END_TEST

/* What another child of this process finds when its boot time is off by that much. */
static void shift_boot_time(int seconds)
{
        char text[32];
        int fd;

        ck_assert_int_eq(unshare(CLONE_NEWTIME), 0);
        fd = open("/proc/self/timens_offsets", O_WRONLY);
        ck_assert_int_ge(fd, 0);
        (void)snprintf(text, sizeof text, "boottime %d 0", seconds);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
        (void)close(fd);
}

static int probe_in_child(const struct gate *gate)
{
        pid_t child = fork();
        int status;

        if (child == 0) {
                const struct deadline deadline = deadline_in(5000);

                _exit(-gate_probe(gate, &deadline, NULL));
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFEXITED(status));
        return -WEXITSTATUS(status);
}

/* A refusal alone proves nothing: another may have refused, or the clocks differ. */
static const struct {
        bool taken_away;
        bool firewall; /* which refuses all that leaves */
        int boot_s;    /* what the prober's boot time is off by */
        int r;
} probes[] = {
        {.r = 0},
        {.taken_away = true, .r = -EPROTO},
        {.firewall = true, .r = -EACCES},
        {.taken_away = true, .firewall = true, .r = -EACCES},
        {.boot_s = 3600, .r = -EPROTO},
        {.boot_s = -3600, .r = -EPROTO},
};

START_TEST(probe_packets_prove_the_gate_and_only_the_gate)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        uint64_t until = 7;
        struct rig rig;

        gate_begin(&rig, &gate);
        if (probes[_i].taken_away)
                ck_assert_int_eq(bpf_gate_detach(gate.cgroup, gate.program, NULL), 0);
        if (probes[_i].firewall)
                attach_another(rig.slice);
        if (probes[_i].boot_s)
                shift_boot_time(probes[_i].boot_s);
        ck_assert_int_eq(probe_in_child(&gate), probes[_i].r);
        assert_ok(gate_read(&gate, &until, &err), err);
        ck_assert_uint_eq(until, GATE_CLOSED);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_keeper_whose_boot_time_is_not_the_kernels_gets_a_sentence)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        bool adopted;
        struct rig rig;
        int status;
        pid_t child;

        rig_start(&rig);
        shift_boot_time(3600);
        child = fork();
        if (child == 0)
                _exit(gate_open(rig.slice, &gate, &adopted, &err) == -EPERM &&
                                      strstr(err.sentence, "time namespace")
                              ? 0
                              : 1);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_process_without_the_right_gets_a_sentence)
{
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        bool adopted;

        ck_assert_int_eq(setuid(65534), 0);
        ck_assert_int_eq(gate_open(0, &gate, &adopted, &err), -EPERM);
        ck_assert_ptr_nonnull(strstr(err.sentence, "CAP_BPF"));
}
END_TEST

START_TEST(a_gate_that_cannot_be_asked_about_does_not_count_as_standing)
{
        struct keeper_config config = {.identity = "cn1", .gate = KEEPER_GATE_REQUIRED};
        struct barrier barrier;
        struct rig rig;
        int status;
        pid_t child;

        rig_start(&rig);
        config.slice = rig.path;
        barrier_init(&barrier, &config);
        barrier_raise(&barrier);
        ck_assert(barrier_stands(&barrier));
        child = fork();
        if (child == 0)
                _exit(setuid(65534) == 0 && !barrier_stands(&barrier) &&
                                      strstr(barrier.fault.sentence, "CAP_BPF")
                              ? 0
                              : 1);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        ck_assert(barrier_stands(&barrier));
        barrier_release(&barrier);
        rig_stop(&rig);
}
END_TEST

/* Row 33 of the fault matrix; without the sweep the test has to see the leak, or it sees nothing.
 */
static const int sweeps[] = {SOCKETS_ALL, SOCKETS_CLOSED, -1};

START_TEST(tcp_data_of_a_killed_signer_is_delivered_only_without_the_sweep)
{
        const struct deadline deadline = deadline_in(5000);
        struct rig_answer waiting, rest;
        struct ocf_error err = {0};
        struct gate gate = GATE_NONE;
        uint64_t ids[8];
        size_t count = 0, left = 7;
        struct rig rig;

        gate_begin(&rig, &gate);
        assert_ok(gate_set(&gate, GATE_STANDBY, &err), err);
        (void)rig_signer_tcp(rig.leaf);
        assert_ok(cgroup_ids(rig.slice, ids, 8, &count, &err), err);
        ck_assert_uint_eq(count, 2);

        assert_ok(gate_set(&gate, GATE_CLOSED, &err), err);
        assert_ok(cgroup_kill(rig.slice, &deadline, &err), err);
        waiting = rig_stream_waiting(&rig);
        ck_assert_uint_gt(waiting.bytes, 0);
        if (sweeps[_i] >= 0) {
                assert_ok(sockets_destroy(ids, count, (enum sockets_which)sweeps[_i], &left, &err),
                          err);
                ck_assert_uint_eq(left, 0);
        }
        assert_ok(gate_set(&gate, GATE_STANDBY, &err), err);
        rest = rig_stream_rest(&rig);
        printf("%llu bytes waited at the kill, %llu read afterwards\n",
               (unsigned long long)waiting.bytes, (unsigned long long)rest.bytes);
        if (sweeps[_i] >= 0)
                ck_assert_uint_eq(rest.bytes, waiting.bytes);
        else
                ck_assert_uint_gt(rest.bytes, waiting.bytes);
        gate_release(&gate);
        rig_stop(&rig);
}
END_TEST

START_TEST(a_stopped_signer_is_killed_and_its_cgroup_proved_empty)
{
        const struct deadline deadline = deadline_in(5000);
        struct ocf_error err = {0};
        bool populated = false;
        struct rig rig;
        pid_t signer;

        rig_start(&rig);
        signer = rig_signer_udp(rig.leaf);
        while (!populated)
                assert_ok(cgroup_populated(rig.slice, &populated, &err), err);
        ck_assert_int_eq(kill(signer, SIGSTOP), 0);
        assert_ok(cgroup_kill(rig.slice, &deadline, &err), err);
        assert_ok(cgroup_populated(rig.slice, &populated, &err), err);
        ck_assert(!populated);
        rig_stop(&rig);
}
END_TEST

START_TEST(the_unified_hierarchy_is_found_where_it_is_mounted)
{
        OWN_TEXT char *root = NULL;

        ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
        ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
        while (umount2("/sys/fs/cgroup", MNT_DETACH) == 0)
                ;
        ck_assert_int_lt(cgroup_root(&root, NULL), 0);
        ck_assert_int_eq(mount("none", "/sys/fs/cgroup", "cgroup2", 0, NULL), 0);
        ck_assert_int_eq(cgroup_root(&root, NULL), 0);
        ck_assert_str_eq(root, "/sys/fs/cgroup");
}
END_TEST

int main(void)
{
        const struct suite_case cases[] = {
                TEST(a_new_gate_is_closed_and_loopback_passes),
                TEST(a_standby_and_a_leased_gate_pass_and_an_old_lease_does_not),
                TEST(the_gate_shuts_at_the_deadline_with_the_keeper_stopped),
                TEST(a_renewal_takes_microseconds),
                TEST(a_leaf_made_later_is_born_behind_the_gate),
                TEST(a_program_of_the_leaf_does_not_lift_the_gate),
                TEST(a_gate_that_was_taken_away_is_noticed),
                TEST(a_slice_that_was_removed_is_noticed),
                TEST(a_successor_adopts_the_gate_with_its_deadline_after_kill_9),
                TEST(a_strangers_program_is_neither_adopted_nor_touched),
                TABLE(a_gate_of_another_version_is_replaced_with_its_deadline, earlier_deadlines),
                TEST(while_a_gate_is_replaced_nothing_passes_that_was_held_back),
                TEST(a_replacement_that_was_cut_short_is_finished),
                TEST(of_two_gates_of_ours_one_stays_closed),
                TABLE(probe_packets_prove_the_gate_and_only_the_gate, probes),
                TEST(a_keeper_whose_boot_time_is_not_the_kernels_gets_a_sentence),
                TEST(a_process_without_the_right_gets_a_sentence),
                TEST(a_gate_that_cannot_be_asked_about_does_not_count_as_standing),
                TABLE(tcp_data_of_a_killed_signer_is_delivered_only_without_the_sweep, sweeps),
                TEST(a_stopped_signer_is_killed_and_its_cgroup_proved_empty),
                TEST(the_unified_hierarchy_is_found_where_it_is_mounted),
        };
        const char *missing = rig_missing();

        if (missing) {
                printf("skipped: the gate cannot be tested here: %s\n", missing);
                return 77;
        }
        return suite_run("gate", cases, sizeof cases / sizeof *cases);
}
