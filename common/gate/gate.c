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

/* What of ours is attached to a cgroup. */
struct gate_survey {
        uint32_t ids[BPF_GATE_PROGRAMS_MAX]; /* all programs, others' too */
        size_t listed;
        size_t ours;
        uint64_t until_ns; /* the earliest of ours: what passes now */
        struct gate first; /* of our version, GATE_NONE when there is none */
};

#define OWN_SURVEY OWN(survey_release)

static void survey_release(struct gate_survey *survey)
{
        gate_release(&survey->first);
}

/* Opens the program `id` into `ret_gate` if it is a gate of ours, of any version; 0 when it is not.
 * One whose map is not as ours counts as closed, and has none. */
static int gate_recognise(uint32_t id, struct gate *ret_gate, struct bpf_gate_info *ret_info,
                          struct ocf_error *err)
{
        OWN_FD int program = -1;
        int map = -1, r;

        r = bpf_gate_open(id, &program, err);
        if (r < 0)
                return r;
        r = bpf_gate_describe(program, ret_info, err);
        if (r < 0)
                return r;
        if (strcmp(ret_info->name, GATE_PROGRAM_NAME) != 0)
                return 0;
        r = ret_info->map ? bpf_deadline_open(ret_info->map, &map, NULL) : -EPROTO;
        if (r < 0 && r != -EPROTO)
                return ocf_fail(err, r, "cannot open the map of the gate that is attached: %s",
                                strerror(-r));
        *ret_gate = (struct gate){.cgroup = -1, .map = map, .id = id};
        ret_gate->program = fd_take(&program);
        return 1;
}

static int survey_add(struct gate_survey *survey, uint32_t id,
                      const uint8_t tag[static BPF_GATE_TAG_SIZE], struct ocf_error *err)
{
        OWN_GATE struct gate found = GATE_NONE;
        struct bpf_gate_info info;
        uint64_t until_ns = GATE_CLOSED;
        int r = gate_recognise(id, &found, &info, err);

        if (r <= 0)
                return r;
        survey->ours++;
        if (found.map >= 0)
                r = gate_read(&found, &until_ns, err);
        if (r < 0)
                return r;
        if (until_ns < survey->until_ns)
                survey->until_ns = until_ns;
        if (survey->first.program < 0 && found.map >= 0 &&
            memcmp(info.tag, tag, BPF_GATE_TAG_SIZE) == 0) {
                survey->first = found;
                found = GATE_NONE;
        }
        return 0;
}

static int survey_make(int cgroup, const uint8_t tag[static BPF_GATE_TAG_SIZE],
                       struct gate_survey *ret_survey, struct ocf_error *err)
{
        int r;

        *ret_survey = (struct gate_survey){.until_ns = GATE_STANDBY, .first = GATE_NONE};
        r = bpf_gate_list(cgroup, ret_survey->ids, &ret_survey->listed, err);
        for (size_t i = 0; r >= 0 && i < ret_survey->listed; i++)
                r = survey_add(ret_survey, ret_survey->ids[i], tag, err);
        return r;
}

/* Takes away what is ours and not `kept`, which stands and lets no more pass. */
static int gate_clear_others(int cgroup, const struct gate_survey *survey, uint32_t kept,
                             struct ocf_error *err)
{
        for (size_t i = 0; i < survey->listed; i++) {
                OWN_GATE struct gate found = GATE_NONE;
                struct bpf_gate_info info;
                int r;

                if (survey->ids[i] == kept)
                        continue;
                r = gate_recognise(survey->ids[i], &found, &info, err);
                if (r > 0)
                        r = bpf_gate_detach(cgroup, found.program, err);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* `keep` is the first of the survey or a draft, and gets the survey's deadline before the others
 * go: what passes is the same before, meanwhile and after. */
static int gate_settle(int cgroup, const struct gate_survey *survey, struct gate *keep,
                       struct ocf_error *err)
{
        int r = 0;

        if (survey->ours > 0 && !(survey->ours == 1 && survey->first.id == keep->id))
                r = gate_set(keep, survey->until_ns, err);
        if (r >= 0 && survey->first.program < 0)
                r = bpf_gate_attach(cgroup, keep->program, err);
        return r < 0 ? r : gate_clear_others(cgroup, survey, keep->id, err);
}

int gate_open(int cgroup, struct gate *ret_gate, bool *ret_adopted, struct ocf_error *err)
{
        OWN_GATE struct gate draft = GATE_NONE;
        OWN_SURVEY struct gate_survey survey = {.first = GATE_NONE};
        uint8_t tag[BPF_GATE_TAG_SIZE];
        struct gate *keep;
        int r;

        r = gate_check_clock(err);
        if (r < 0)
                return r;
        r = gate_draft(&draft, tag, err);
        if (r < 0)
                return r;
        r = survey_make(cgroup, tag, &survey, err);
        if (r < 0)
                return r;
        keep = survey.first.program >= 0 ? &survey.first : &draft;
        r = gate_settle(cgroup, &survey, keep, err);
        if (r < 0)
                return r;
        *ret_adopted = survey.ours > 0;
        *ret_gate = *keep;
        ret_gate->cgroup = cgroup;
        *keep = GATE_NONE;
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
