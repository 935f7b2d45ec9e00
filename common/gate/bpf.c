/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gate/program.h"

/* Every attr is zeroed as a whole: the kernel refuses one with a byte set that it does not know. */
static int bpf_call(int command, union bpf_attr *attr)
{
        long r = syscall(SYS_bpf, command, attr, sizeof *attr);

        return r < 0 ? -errno : (int)r;
}

static uint64_t bpf_pointer(const void *pointer)
{
        return (uint64_t)(uintptr_t)pointer;
}

/* One place for the reasons that have nothing to do with what was asked. */
static int bpf_refused(int r, const char *what, struct ocf_error *err)
{
        if (r == -EPERM)
                return ocf_fail(err, r,
                                "cannot %s: the kernel refuses bpf(2) to this process; it needs "
                                "CAP_BPF, CAP_NET_ADMIN and, to find its gate again, "
                                "CAP_SYS_ADMIN; a container or a lockdown may withhold them",
                                what);
        if (r == -ENOSYS)
                return ocf_fail(err, r, "cannot %s: this kernel is built without bpf(2)", what);
        return ocf_fail(err, r, "cannot %s: %s", what, strerror(-r));
}

int bpf_deadline_new(int *ret_map, struct ocf_error *err)
{
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.map_type = BPF_MAP_TYPE_ARRAY;
        attr.key_size = sizeof(uint32_t);
        attr.value_size = sizeof(uint64_t);
        attr.max_entries = 1;
        memcpy(attr.map_name, GATE_MAP_NAME, sizeof GATE_MAP_NAME);
        r = bpf_call(BPF_MAP_CREATE, &attr);
        if (r < 0)
                return bpf_refused(r, "make the map of the gate's deadline", err);
        *ret_map = r;
        return 0;
}

int bpf_deadline_set(int map, uint64_t at_ns, struct ocf_error *err)
{
        const uint32_t key = 0;
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.map_fd = (uint32_t)map;
        attr.key = bpf_pointer(&key);
        attr.value = bpf_pointer(&at_ns);
        r = bpf_call(BPF_MAP_UPDATE_ELEM, &attr);
        return r < 0 ? bpf_refused(r, "write the gate's deadline", err) : 0;
}

int bpf_deadline_get(int map, uint64_t *ret_at_ns, struct ocf_error *err)
{
        const uint32_t key = 0;
        uint64_t at_ns = 0;
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.map_fd = (uint32_t)map;
        attr.key = bpf_pointer(&key);
        attr.value = bpf_pointer(&at_ns);
        r = bpf_call(BPF_MAP_LOOKUP_ELEM, &attr);
        if (r < 0)
                return bpf_refused(r, "read the gate's deadline", err);
        *ret_at_ns = at_ns;
        return 0;
}

static int bpf_describe(int fd, void *info, uint32_t size, struct ocf_error *err)
{
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.info.bpf_fd = (uint32_t)fd;
        attr.info.info_len = size;
        attr.info.info = bpf_pointer(info);
        r = bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr);
        return r < 0 ? bpf_refused(r, "ask the kernel about a BPF program or map", err) : 0;
}

int bpf_deadline_open(uint32_t id, int *ret_map, struct ocf_error *err)
{
        union bpf_attr attr;
        struct bpf_map_info info = {0};
        int map, r;

        memset(&attr, 0, sizeof attr);
        attr.map_id = id;
        map = bpf_call(BPF_MAP_GET_FD_BY_ID, &attr);
        if (map < 0)
                return bpf_refused(map, "open the map of the gate that is attached", err);
        r = bpf_describe(map, &info, sizeof info, err);
        if (r == 0 && (strcmp(info.name, GATE_MAP_NAME) != 0 || info.type != BPF_MAP_TYPE_ARRAY ||
                       info.key_size != sizeof(uint32_t) || info.value_size != sizeof(uint64_t) ||
                       info.max_entries != 1))
                r = ocf_fail(err, -EPROTO, "BPF map '%u' is not the deadline of a gate", id);
        if (r < 0) {
                (void)close(map);
                return r;
        }
        *ret_map = map;
        return 0;
}

int bpf_gate_load(int map, int *ret_program, struct ocf_error *err)
{
        struct bpf_insn code[GATE_PROGRAM_LENGTH];
        char verdict[2048] = "";
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.prog_type = BPF_PROG_TYPE_CGROUP_SKB;
        attr.insn_cnt = GATE_PROGRAM_LENGTH;
        attr.expected_attach_type = BPF_CGROUP_INET_EGRESS;
        memcpy(attr.prog_name, GATE_PROGRAM_NAME, sizeof GATE_PROGRAM_NAME);
        gate_program_write(map, code);
        attr.insns = bpf_pointer(code);
        attr.license = bpf_pointer("LGPL-2.1-or-later");
        r = bpf_call(BPF_PROG_LOAD, &attr);
        if (r >= 0) {
                *ret_program = r;
                return 0;
        }
        if (r != -EINVAL && r != -EACCES)
                return bpf_refused(r, "load the gate's program", err);
        /* Asked for only now: with a buffer that is too small the load itself would fail. */
        attr.log_buf = bpf_pointer(verdict);
        attr.log_size = sizeof verdict;
        attr.log_level = 1;
        (void)bpf_call(BPF_PROG_LOAD, &attr);
        verdict[strcspn(verdict, "\n")] = '\0';
        return ocf_fail(err, r,
                        "cannot load the gate's program: the kernel's verifier says '%s'; the gate "
                        "needs Linux 5.8 or later with CONFIG_CGROUP_BPF",
                        verdict);
}

int bpf_gate_open(uint32_t id, int *ret_program, struct ocf_error *err)
{
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.prog_id = id;
        r = bpf_call(BPF_PROG_GET_FD_BY_ID, &attr);
        if (r < 0)
                return bpf_refused(r, "open a BPF program that is attached to the cgroup", err);
        *ret_program = r;
        return 0;
}

int bpf_gate_describe(int program, struct bpf_gate_info *ret_info, struct ocf_error *err)
{
        uint32_t maps[2] = {0};
        struct bpf_prog_info info = {.nr_map_ids = 2, .map_ids = bpf_pointer(maps)};
        int r = bpf_describe(program, &info, sizeof info, err);

        if (r < 0)
                return r;
        *ret_info = (struct bpf_gate_info){.id = info.id};
        memcpy(ret_info->name, info.name, sizeof ret_info->name);
        ret_info->name[sizeof ret_info->name - 1] = '\0';
        memcpy(ret_info->tag, info.tag, sizeof ret_info->tag);
        ret_info->map = info.nr_map_ids == 1 ? maps[0] : 0;
        return 0;
}

int bpf_gate_attach(int cgroup, int program, struct ocf_error *err)
{
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.target_fd = (uint32_t)cgroup;
        attr.attach_bpf_fd = (uint32_t)program;
        attr.attach_type = BPF_CGROUP_INET_EGRESS;
        attr.attach_flags = BPF_F_ALLOW_MULTI;
        r = bpf_call(BPF_PROG_ATTACH, &attr);
        /* The load was allowed, so the right is not what is missing. */
        if (r == -EPERM)
                return ocf_fail(err, r,
                                "cannot attach the gate to the signer's slice: another program "
                                "claims the cgroup or one above it for itself; systemd does so "
                                "with IPAccounting= or IPAddressDeny= on that slice");
        return r < 0 ? bpf_refused(r, "attach the gate to the signer's slice", err) : 0;
}

int bpf_gate_detach(int cgroup, int program, struct ocf_error *err)
{
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.target_fd = (uint32_t)cgroup;
        attr.attach_bpf_fd = (uint32_t)program;
        attr.attach_type = BPF_CGROUP_INET_EGRESS;
        r = bpf_call(BPF_PROG_DETACH, &attr);
        return r < 0 ? bpf_refused(r, "detach the gate from the signer's slice", err) : 0;
}

int bpf_gate_list(int cgroup, uint32_t ret_ids[static BPF_GATE_PROGRAMS_MAX], size_t *ret_count,
                  struct ocf_error *err)
{
        uint32_t ids[BPF_GATE_PROGRAMS_MAX];
        union bpf_attr attr;
        int r;

        memset(&attr, 0, sizeof attr);
        attr.query.target_fd = (uint32_t)cgroup;
        attr.query.attach_type = BPF_CGROUP_INET_EGRESS;
        attr.query.prog_cnt = BPF_GATE_PROGRAMS_MAX;
        attr.query.prog_ids = bpf_pointer(ids);
        r = bpf_call(BPF_PROG_QUERY, &attr);
        if (r < 0)
                return bpf_refused(r, "list the BPF programs of the signer's slice", err);
        memcpy(ret_ids, ids, attr.query.prog_cnt * sizeof *ids);
        *ret_count = attr.query.prog_cnt;
        return 0;
}
