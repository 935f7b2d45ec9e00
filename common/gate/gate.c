/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/gate.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "gate/bpf.h"
#include "gate/program.h"
#include "path.h"

uint64_t gate_now_ns(void)
{
        return clock_now_ns();
}

/* In a time namespace this process counts another boot time than the kernel's programs do, and a
 * deadline would be off by the difference. A kernel without such namespaces has no file. */
static int gate_check_clock(struct ocf_error *err)
{
        const char *boot;
        char offsets[128];
        size_t length;
        int r = path_read("/proc/self/timens_offsets", offsets, sizeof offsets, &length);

        if (r == -ENOENT)
                return 0;
        boot = r < 0 ? NULL : strstr(offsets, "boottime");
        if (!boot)
                return ocf_fail(err, r < 0 ? r : -EPROTO,
                                "cannot tell whether this process runs in a time namespace: %s",
                                r < 0 ? strerror(-r) : offsets);
        if (!strpbrk(boot, "123456789"))
                return 0;
        return ocf_fail(err, -EPERM,
                        "the keeper runs in a time namespace whose boot time is not the kernel's, "
                        "so that no deadline of the gate would be right: start it outside "
                        "(/proc/self/timens_offsets has to have 0 for boottime)");
}

/* A gate that stands nowhere: its hash is what an attached one is compared with, so that the way in
 * which a kernel computes it does not matter. */
static int gate_draft(struct gate *ret_gate, uint8_t ret_tag[static BPF_GATE_TAG_SIZE],
                      struct ocf_error *err)
{
        OWN_FD int map = -1;
        OWN_FD int program = -1;
        struct bpf_gate_info info;
        int r;

        r = bpf_deadline_new(&map, err);
        if (r < 0)
                return r;
        r = bpf_gate_load(map, &program, err);
        if (r < 0)
                return r;
        r = bpf_gate_describe(program, &info, err);
        if (r < 0)
                return r;
        memcpy(ret_tag, info.tag, BPF_GATE_TAG_SIZE);
        *ret_gate = (struct gate){.cgroup = -1, .id = info.id};
        ret_gate->program = fd_take(&program);
        ret_gate->map = fd_take(&map);
        return 0;
}

/* Opens the program `id` into `ret_gate` if it is a gate of ours; 0 when it is not. */
static int gate_recognise(uint32_t id, const uint8_t tag[static BPF_GATE_TAG_SIZE],
                          struct gate *ret_gate, struct ocf_error *err)
{
        OWN_FD int program = -1;
        struct bpf_gate_info info;
        int map, r;

        r = bpf_gate_open(id, &program, err);
        if (r < 0)
                return r;
        r = bpf_gate_describe(program, &info, err);
        if (r < 0)
                return r;
        if (strcmp(info.name, GATE_PROGRAM_NAME) != 0 || info.map == 0 ||
            memcmp(info.tag, tag, BPF_GATE_TAG_SIZE) != 0)
                return 0;
        r = bpf_deadline_open(info.map, &map, err);
        if (r < 0)
                return r;
        *ret_gate = (struct gate){.cgroup = -1, .map = map, .id = info.id};
        ret_gate->program = fd_take(&program);
        return 1;
}

/* Adopts the first of ours and takes the others away. Returns 0 when there is none. */
static int gate_adopt(int cgroup, const uint8_t tag[static BPF_GATE_TAG_SIZE],
                      struct gate *ret_gate, struct ocf_error *err)
{
        OWN_GATE struct gate first = GATE_NONE;
        uint32_t ids[BPF_GATE_PROGRAMS_MAX];
        size_t count;
        int r;

        r = bpf_gate_list(cgroup, ids, &count, err);
        if (r < 0)
                return r;
        for (size_t i = 0; i < count; i++) {
                OWN_GATE struct gate found = GATE_NONE;

                r = gate_recognise(ids[i], tag, &found, err);
                if (r < 0)
                        return r;
                if (r == 0)
                        continue;
                if (first.program < 0) {
                        first = found;
                        found = GATE_NONE;
                        continue;
                }
                r = gate_set(&first, GATE_CLOSED, err);
                if (r < 0)
                        return r;
                r = bpf_gate_detach(cgroup, found.program, err);
                if (r < 0)
                        return r;
        }
        if (first.program < 0)
                return 0;
        *ret_gate = first;
        ret_gate->cgroup = cgroup;
        first = GATE_NONE;
        return 1;
}

int gate_open(int cgroup, struct gate *ret_gate, bool *ret_adopted, struct ocf_error *err)
{
        OWN_GATE struct gate draft = GATE_NONE;
        uint8_t tag[BPF_GATE_TAG_SIZE];
        int r;

        r = gate_check_clock(err);
        if (r < 0)
                return r;
        r = gate_draft(&draft, tag, err);
        if (r < 0)
                return r;
        r = gate_adopt(cgroup, tag, ret_gate, err);
        if (r < 0)
                return r;
        *ret_adopted = r == 1;
        if (r == 1)
                return 0;
        r = bpf_gate_attach(cgroup, draft.program, err);
        if (r < 0)
                return r;
        draft.cgroup = cgroup;
        *ret_gate = draft;
        draft = GATE_NONE;
        return 0;
}

void gate_release(struct gate *gate)
{
        own_close(&gate->program);
        own_close(&gate->map);
        *gate = GATE_NONE;
}

int gate_set(const struct gate *gate, uint64_t until_ns, struct ocf_error *err)
{
        return bpf_deadline_set(gate->map, until_ns, err);
}

int gate_read(const struct gate *gate, uint64_t *ret_until_ns, struct ocf_error *err)
{
        return bpf_deadline_get(gate->map, ret_until_ns, err);
}

int gate_check(const struct gate *gate, struct ocf_error *err)
{
        uint32_t ids[BPF_GATE_PROGRAMS_MAX];
        size_t count;
        int r;

        /* A slice that was stopped lives on while we hold it open, but without a name: what is
         * started in a new one of that name is not behind this gate. */
        if (faccessat(gate->cgroup, "cgroup.procs", F_OK, 0) < 0)
                return ocf_fail(err, -ENOENT,
                                "the gate is gone: the signer's slice was stopped or removed");
        r = bpf_gate_list(gate->cgroup, ids, &count, err);
        if (r < 0)
                return r;
        for (size_t i = 0; i < count; i++)
                if (ids[i] == gate->id)
                        return 0;
        return ocf_fail(err, -ENOENT,
                        "the gate is gone: somebody detached BPF program '%u' from the signer's "
                        "slice",
                        gate->id);
}
