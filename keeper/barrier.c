/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/barrier.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gate/probe.h"
#include "gate/sockets.h"
#include "ocf/log.h"
#include "own.h"
#include "parse.h"
#include "process/cgroup.h"
#include "text.h"

enum { NS_PER_MS = 1000000 };

/* systemd nests slices by their dashes: a-b.slice is a.slice/a-b.slice. */
static char *slice_path(const char *name)
{
        char *path = text_copy("");

        for (const char *dash = name; (dash = strchr(dash, '-')); dash++) {
                char *longer = text_format("%s/%.*s.slice", path, (int)(dash - name), name);

                free(path);
                path = longer;
        }
        if (*name) {
                char *longer = text_format("%s/%s", path, name);

                free(path);
                path = longer;
        }
        return path;
}

void barrier_init(struct barrier *ret_barrier, const struct keeper_config *config)
{
        OWN_TEXT char *own = text_format("validator-%s.slice", config->identity);
        const char *slice = config->slice ? config->slice : own;

        *ret_barrier = (struct barrier){
                .policy = config->gate, .cgroup = -1, .gate = GATE_NONE, .clean = true};
        ret_barrier->slice = *slice == '/' ? text_copy(slice) : slice_path(slice);
        if (*slice != '/' && config->gate != KEEPER_GATE_OFF)
                ret_barrier->unit = text_copy(slice);
}

static void barrier_drop(struct barrier *barrier)
{
        gate_release(&barrier->gate);
        own_close(&barrier->cgroup);
        barrier->cgroup = -1;
        barrier->proved = false;
}

/* A slice in which the keeper itself runs would be cut off and killed with the signer. */
static int slice_is_apart(const struct barrier *barrier, struct ocf_error *err)
{
        OWN_TEXT char *own = NULL;
        int r = cgroup_of_self(&own, err);

        if (r < 0 || (!barrier_covers(barrier, own) && strcmp(own, barrier->slice) != 0))
                return r;
        return ocf_fail(err, -EINVAL,
                        "the slice '%s' holds this keeper too ('%s'): the signer needs one of its "
                        "own, see slice= in validator-keeper.conf(5)",
                        barrier->slice, own);
}

void barrier_raise(struct barrier *barrier)
{
        bool adopted = false;

        if (barrier->policy == KEEPER_GATE_OFF || barrier->gate.program >= 0)
                return;
        ocf_error_clear(&barrier->fault);
        if (slice_is_apart(barrier, &barrier->fault) < 0)
                return;
        if (cgroup_open(barrier->slice, &barrier->cgroup, &barrier->fault) < 0)
                return;
        if (gate_open(barrier->cgroup, &barrier->gate, &adopted, &barrier->fault) < 0) {
                barrier_drop(barrier);
                return;
        }
        ocf_log_info("gate %s on %s", adopted ? "found again" : "made", barrier->slice);
}

void barrier_release(struct barrier *barrier)
{
        barrier_drop(barrier);
        free(barrier->slice);
        free(barrier->unit);
        barrier->slice = barrier->unit = NULL;
}

/* A gate of which the kernel does not tell is not known to stand. */
bool barrier_stands(struct barrier *barrier)
{
        struct ocf_error fault = {0};
        int r;

        if (barrier->gate.program < 0)
                return barrier->policy != KEEPER_GATE_REQUIRED;
        r = gate_check(&barrier->gate, &fault);
        if (r == -ENOENT)
                barrier_drop(barrier);
        if (r < 0 && strcmp(fault.sentence, barrier->fault.sentence) != 0)
                ocf_log_warning("%s", fault.sentence);
        barrier->fault = fault;
        return r == 0;
}

int barrier_prove(struct barrier *barrier, const struct deadline *deadline, struct ocf_error *err)
{
        int r;

        if (barrier->gate.program < 0)
                return barrier->policy == KEEPER_GATE_REQUIRED
                               ? ocf_fail(err, -EPERM, "there is no gate: %s",
                                          barrier->fault.sentence)
                               : 0;
        if (barrier->proved) {
                barrier_shut(barrier);
                return 0;
        }
        /* The proof opens the gate, for which it has to be open already. */
        if (!barrier_standby(barrier))
                return ocf_fail(err, -EAGAIN,
                                "the gate stays shut: connections of an earlier signer are left");
        r = gate_probe(&barrier->gate, deadline, err);
        barrier->proved = r == 0;
        return r == 0 || (barrier->policy == KEEPER_GATE_PREFERRED && r != -EPROTO) ? 0 : -EPERM;
}

static void barrier_set(struct barrier *barrier, uint64_t until_ns)
{
        struct ocf_error err = {0};

        if (barrier->gate.program >= 0 && gate_set(&barrier->gate, until_ns, &err) < 0)
                ocf_log_warning("%s", err.sentence);
}

void barrier_shut(struct barrier *barrier)
{
        barrier_set(barrier, GATE_CLOSED);
}

void barrier_open_until(struct barrier *barrier, int64_t until_ms)
{
        barrier_set(barrier, (uint64_t)until_ms * NS_PER_MS);
}

static bool leaf_is_in(const uint64_t *leaves, size_t count, uint64_t leaf)
{
        for (size_t i = 0; i < count; i++)
                if (leaves[i] == leaf)
                        return true;
        return false;
}

/* Makes room: the connections of control groups that are gone can be ended at any time. */
static void leaves_thin(struct barrier *barrier, const uint64_t *living, size_t count)
{
        size_t kept = 0;

        for (size_t i = 0; i < barrier->leaf_count; i++) {
                const uint64_t leaf = barrier->leaves[i];
                size_t left = 1;

                if (leaf_is_in(living, count, leaf) ||
                    sockets_destroy(&leaf, 1, SOCKETS_ALL, &left, NULL) < 0 || left > 0)
                        barrier->leaves[kept++] = leaf;
        }
        barrier->leaf_count = kept;
}

bool barrier_notice(struct barrier *barrier)
{
        uint64_t ids[BARRIER_LEAVES_MAX];
        size_t count = 0;
        bool is_new = false;
        int r;

        barrier->clean = false;
        if (barrier->cgroup < 0)
                return false;
        r = cgroup_ids(barrier->cgroup, ids, BARRIER_LEAVES_MAX, &count, NULL);
        if (r == -ENOENT || r == -ENODEV)
                return false; /* the slice was removed: nothing runs in it */
        /* One that was not seen may be gone when the others are looked for. */
        if (r < 0 && !barrier->unseen) {
                barrier->unseen = true;
                return true;
        }
        if (r < 0)
                return false;
        for (size_t i = 0; i < count; i++) {
                if (leaf_is_in(barrier->leaves, barrier->leaf_count, ids[i]))
                        continue;
                if (barrier->leaf_count == BARRIER_LEAVES_MAX)
                        leaves_thin(barrier, ids, count);
                if (barrier->leaf_count == BARRIER_LEAVES_MAX) {
                        is_new = is_new || !barrier->unseen;
                        barrier->unseen = true;
                        break;
                }
                barrier->leaves[barrier->leaf_count++] = ids[i];
                is_new = true;
        }
        return is_new;
}

void barrier_leaves_format(const struct barrier *barrier, char *ret_text, size_t size)
{
        size_t length = 0;

        ret_text[0] = '\0';
        for (size_t i = 0; i < barrier->leaf_count && length < size; i++)
                length += (size_t)snprintf(ret_text + length, size - length, "%s%" PRIu64,
                                           i > 0 ? "," : "", barrier->leaves[i]);
}

void barrier_leaves_parse(struct barrier *barrier, const char *text)
{
        OWN(text_list_release) struct text_list list = {0};

        text_list_split(&list, text, ",");
        for (size_t i = 0; i < list.count && barrier->leaf_count < BARRIER_LEAVES_MAX; i++)
                if (parse_u64(list.items[i], &barrier->leaves[barrier->leaf_count]) == 0)
                        barrier->leaf_count++;
        barrier->clean = barrier->leaf_count == 0 && !barrier->unseen;
}

/* In a control group in which something runs now, a standby's connections are its own: what the
 * signer left there is closed. */
static int leaves_end(const struct barrier *barrier, size_t *ret_left, struct ocf_error *err)
{
        uint64_t living[BARRIER_LEAVES_MAX];
        size_t count = 0;
        int r = 0;

        *ret_left = 0;
        if (barrier->cgroup >= 0)
                r = cgroup_peopled_ids(barrier->cgroup, living, BARRIER_LEAVES_MAX, &count, err);
        if (r == -ENOENT || r == -ENODEV)
                r = 0; /* the slice was removed, and nothing runs in what was removed */
        for (size_t i = 0; r == 0 && i < barrier->leaf_count; i++) {
                const uint64_t leaf = barrier->leaves[i];
                const bool lives = leaf_is_in(living, count, leaf);
                size_t left = 0;

                r = sockets_destroy(&leaf, 1, lives ? SOCKETS_CLOSED : SOCKETS_ALL, &left, err);
                *ret_left += left;
        }
        return r;
}

bool barrier_sweep(struct barrier *barrier)
{
        struct ocf_error err = {0};
        size_t left = 0;

        if (barrier->clean)
                return true;
        if (barrier->unseen) {
                ocf_log_warning("%s held more control groups than can be followed (%d), or they "
                                "could not be looked at: the gate stays shut until this machine "
                                "is restarted",
                                barrier->slice, BARRIER_LEAVES_MAX);
                return false;
        }
        if (leaves_end(barrier, &left, &err) < 0) {
                ocf_log_warning("%s", err.sentence);
                return false;
        }
        if (left > 0) {
                ocf_log_warning("%zu connections of the old signer are left: the gate stays shut",
                                left);
                return false;
        }
        barrier->clean = true;
        barrier->leaf_count = 0;
        return true;
}

bool barrier_standby(struct barrier *barrier)
{
        uint64_t until = GATE_CLOSED;

        if (barrier->gate.program < 0)
                return barrier->policy != KEEPER_GATE_REQUIRED;
        if (!barrier_sweep(barrier))
                return false;
        if (gate_read(&barrier->gate, &until, NULL) < 0 || until != GATE_STANDBY)
                barrier_set(barrier, GATE_STANDBY);
        return true;
}

bool barrier_covers(const struct barrier *barrier, const char *control_group)
{
        const size_t length = strlen(barrier->slice);

        return strncmp(control_group, barrier->slice, length) == 0 && control_group[length] == '/';
}

const char *barrier_state(const struct barrier *barrier, int64_t *ret_left_ms)
{
        const uint64_t now = gate_now_ns();
        uint64_t until = GATE_CLOSED;

        *ret_left_ms = 0;
        if (barrier->gate.program < 0 || gate_read(&barrier->gate, &until, NULL) < 0)
                return "none";
        if (until == GATE_STANDBY)
                return "standby";
        if (until <= now)
                return "closed";
        *ret_left_ms = (int64_t)((until - now) / NS_PER_MS);
        return "leased";
}
