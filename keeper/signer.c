/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/signer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "own.h"
#include "process/control_group.h"
#include "process/proc.h"
#include "seat/protocol.h"
#include "service/unit.h"

static int signer_note(const struct signer *signer, struct ocf_error *err)
{
        struct lines note;

        lines_clear(&note);
        (void)lines_put(&note, "armed", "%s", signer->armed ? "yes" : "no");
        (void)lines_put(&note, "eased", "%s", signer->eased ? "yes" : "no");
        (void)lines_put(&note, "died", "%s", signer->died ? "yes" : "no");
        (void)lines_put(&note, "unit", "%s", signer->unit);
        (void)lines_put(&note, "resource", "%s", signer->resource);
        (void)lines_put(&note, "node", "%s", signer->node);
        (void)lines_put(&note, "cgroup", "%s", signer->cgroup);
        (void)lines_put(&note, "epoch", "%ju", (uintmax_t)signer->epoch);
        (void)lines_put(&note, "pid", "%d", (int)signer->pid);
        (void)lines_put(&note, "start_ticks", "%ju", (uintmax_t)signer->start_ticks);
        return lines_write(&note, signer->note, false, err);
}

static void watch_end(struct signer *signer)
{
        own_close(&signer->pidfd);
        signer->pidfd = -1;
        signer->pid = 0;
        signer->start_ticks = 0;
}

/* Opens the watch on the process that pid and start time name; a pid that was given away since is
 * somebody else's. */
static int watch_open(struct signer *signer, struct ocf_error *err)
{
        struct proc_facts facts;
        OWN_FD int fd = -1;
        int r = proc_pidfd(signer->pid, &fd, err);

        if (r >= 0)
                r = proc_observe(signer->pid, &facts, err);
        if (r < 0)
                return r;
        if (signer->start_ticks && signer->start_ticks != facts.start_ticks)
                return ocf_fail(err, -ESRCH, "process %d has ended", (int)signer->pid);
        signer->start_ticks = facts.start_ticks;
        own_close(&signer->pidfd);
        signer->pidfd = fd_take(&fd);
        return 0;
}

/* What lose is to kill is the control group; a signer that is not in it would outlive the seat. */
static int group_has(const char *cgroup, pid_t pid, struct ocf_error *err)
{
        OWN_TEXT pid_t *pids = NULL;
        size_t count = 0;
        int r = control_group_pids(cgroup, &pids, &count, err);

        if (r < 0)
                return r;
        for (size_t i = 0; i < count; i++)
                if (pids[i] == pid)
                        return 0;
        return ocf_fail(err, -ESRCH, "watch: there is no process %d in the control group '%s'",
                        (int)pid, cgroup);
}

void signer_load(struct signer *ret_signer, const char *identity)
{
        struct lines note;
        int r;

        *ret_signer = (struct signer){.pidfd = -1};
        (void)snprintf(ret_signer->note, sizeof ret_signer->note, "%s/%s.signer", SEAT_SOCKET_DIR,
                       identity);
        if (lines_read(&note, ret_signer->note) < 0 || !lines_is(&note, "armed", "yes"))
                return;
        ret_signer->armed = true;
        ret_signer->eased = lines_is(&note, "eased", "yes");
        ret_signer->died = lines_is(&note, "died", "yes");
        (void)lines_get(&note, "unit", ret_signer->unit, sizeof ret_signer->unit);
        (void)lines_get(&note, "resource", ret_signer->resource, sizeof ret_signer->resource);
        (void)lines_get(&note, "node", ret_signer->node, sizeof ret_signer->node);
        (void)lines_get(&note, "cgroup", ret_signer->cgroup, sizeof ret_signer->cgroup);
        ret_signer->epoch = lines_get_u64(&note, "epoch", 0);
        ret_signer->pid = (pid_t)lines_get_u64(&note, "pid", 0);
        ret_signer->start_ticks = lines_get_u64(&note, "start_ticks", 0);
        if (!ret_signer->pid)
                return;
        r = watch_open(ret_signer, NULL);
        if (r == -ESRCH)
                signer_ended(ret_signer);
        else if (r < 0)
                watch_end(ret_signer); /* it may live: nothing is told that is not known */
}

int signer_arm(struct signer *signer, const struct lines *request, uint64_t epoch,
               struct ocf_error *err)
{
        struct signer armed = {.armed = true, .epoch = epoch, .pidfd = -1};

        (void)snprintf(armed.note, sizeof armed.note, "%s", signer->note);
        if (!lines_get(request, "unit", armed.unit, sizeof armed.unit) || !*armed.unit)
                return ocf_fail(err, -EBADMSG, "arm: the signer's unit is missing");
        (void)lines_get(request, "resource", armed.resource, sizeof armed.resource);
        (void)lines_get(request, "node", armed.node, sizeof armed.node);
        if (signer_note(&armed, err) < 0)
                return -EIO;
        watch_end(signer);
        *signer = armed;
        return 0;
}

int signer_watch(struct signer *signer, const struct lines *request, struct ocf_error *err)
{
        struct signer watched = *signer;
        int r;

        if (!signer->armed)
                return ocf_fail(err, -EPERM, "watch: no signer is armed");
        watched.pid = (pid_t)lines_get_u64(request, "pid", 0);
        if (watched.pid <= 0 ||
            !lines_get(request, "cgroup", watched.cgroup, sizeof watched.cgroup))
                return ocf_fail(err, -EBADMSG, "watch: pid or cgroup is missing");
        watched.pidfd = -1;
        watched.start_ticks = 0;
        watched.died = false;
        watched.eased = false;
        r = group_has(watched.cgroup, watched.pid, err);
        if (r >= 0)
                r = watch_open(&watched, err);
        if (r < 0)
                return r;
        own_close(&signer->pidfd);
        *signer = watched;
        return signer_note(signer, err);
}

int signer_ease(struct signer *signer, struct ocf_error *err)
{
        if (!signer->armed || signer->eased)
                return 0;
        signer->eased = true;
        return signer_note(signer, err);
}

int signer_forget(struct signer *signer, struct ocf_error *err)
{
        struct signer none = {.pidfd = -1};

        (void)snprintf(none.note, sizeof none.note, "%s", signer->note);
        if (signer_note(&none, err) < 0)
                return -EIO;
        watch_end(signer);
        *signer = none;
        return 0;
}

int signer_find(struct signer *signer, const struct deadline *deadline, struct ocf_error *err)
{
        OWN_BUS sd_bus *bus = NULL;
        struct unit_facts facts;
        int r;

        if (!signer->armed || *signer->cgroup)
                return 0;
        r = bus_open(deadline, &bus, err);
        if (r >= 0)
                r = unit_observe(bus, signer->unit, deadline, &facts, err);
        if (r >= 0)
                (void)snprintf(signer->cgroup, sizeof signer->cgroup, "%s", facts.control_group);
        return r;
}

int signer_disarm(struct signer *signer, const struct deadline *deadline, struct ocf_error *err)
{
        enum tri populated;
        int r;

        if (!signer->armed)
                return 0;
        r = signer_find(signer, deadline, err);
        if (r < 0)
                return r;
        populated = *signer->cgroup ? control_group_populated(signer->cgroup, err) : TRI_NO;
        if (populated == TRI_YES)
                return ocf_fail(err, -EBUSY, "disarm: %s still runs", signer->unit);
        if (populated == TRI_UNKNOWN)
                return ocf_fail(err, -EBUSY, "disarm: cannot tell whether %s runs", signer->unit);
        return signer_forget(signer, err);
}

void signer_ended(struct signer *signer)
{
        watch_end(signer);
        signer->died = !signer->eased;
        (void)signer_note(signer, NULL);
}

int signer_kill(struct signer *signer, const struct deadline *deadline, bool *ret_found,
                struct ocf_error *err)
{
        *ret_found = false;
        if (!signer->armed)
                return 0;
        signer->eased = true;
        if (!*signer->cgroup)
                return 0;
        *ret_found = control_group_populated(signer->cgroup, NULL) != TRI_NO;
        return control_group_kill(signer->cgroup, deadline, err);
}
