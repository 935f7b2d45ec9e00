/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "service/manager.h"

static const struct {
        const char *method;
        const char *what; /* the same for a sentence */
} job_words[] = {
        [JOB_START] = {"StartUnit", "start"},
        [JOB_STOP] = {"StopUnit", "stop"},
};

/* A job, from its wish until systemd says what became of it. */
struct unit_job {
        sd_bus *bus;
        const struct deadline *deadline;
        enum job_kind kind;
        char name[UNIT_NAME_SIZE];
        const char *path; /* NULL until systemd has answered */
        char result[32];  /* empty until it is over */
};

static int job_removed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
        struct unit_job *job = userdata;
        const char *path, *unit, *result;
        uint32_t id;

        (void)error;
        if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) >= 0 && job->path &&
            strcmp(path, job->path) == 0)
                (void)snprintf(job->result, sizeof job->result, "%s", result);
        return 0;
}

/* systemd.manager(5) and systemctl(1) name the results. */
static const struct {
        const char *result;
        int r;
        const char *sentence;
} job_results[] = {
        {"done", 0, ""},
        {"failed", -EIO, "it failed; `systemctl status` and the journal say why"},
        {"timeout", -ETIME, "systemd gave up on it after the time that the unit allows"},
        {"canceled", -ECANCELED, "another job took its place"},
        {"dependency", -EIO, "a unit that it depends on failed"},
        {"skipped", -EOPNOTSUPP, "it does not apply to this unit"},
        {"invalid", -ENOEXEC, "it does not apply to this unit"},
        {"assert", -EPROTO, "an assertion in its file does not hold"},
        {"unsupported", -EOPNOTSUPP, "its kind is not supported here"},
        {"collected", -ECANCELED, "systemd dropped the unit"},
        {"once", -ESTALE, "it runs once only and has run"},
};

static int job_judge(const struct unit_job *job, struct ocf_error *err)
{
        for (size_t i = 0; i < sizeof job_results / sizeof *job_results; i++) {
                if (strcmp(job_results[i].result, job->result) != 0)
                        continue;
                if (job_results[i].r == 0)
                        return 0;
                return ocf_fail(err, job_results[i].r, "cannot %s unit '%s': %s",
                                job_words[job->kind].what, job->name, job_results[i].sentence);
        }
        return ocf_fail(err, -EPROTO, "cannot %s unit '%s': its job ended as '%s'",
                        job_words[job->kind].what, job->name, job->result);
}

/* The order matters: a job can be over before the answer to its call is read. */
static int job_subscribe(struct unit_job *job, sd_bus_slot **ret_slot)
{
        int r;

        r = sd_bus_match_signal_async(job->bus, ret_slot, MANAGER, MANAGER_PATH, MANAGER_INTERFACE,
                                      "JobRemoved", job_removed, NULL, job);
        if (r < 0)
                return r;
        return sd_bus_call_method_async(job->bus, NULL, MANAGER, MANAGER_PATH, MANAGER_INTERFACE,
                                        "Subscribe", NULL, NULL, NULL);
}

static int job_follow(struct unit_job *job, sd_bus_error *error)
{
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_BUS_MESSAGE sd_bus_message *reply = NULL; /* holds the path */
        OWN_BUS_SLOT sd_bus_slot *slot = NULL;
        int r;

        r = job_subscribe(job, &slot);
        if (r >= 0)
                r = manager_message(job->bus, &call, job_words[job->kind].method, "ss", job->name,
                                    "replace");
        if (r >= 0)
                r = bus_call(job->bus, call, job->deadline, error, &reply);
        if (r >= 0)
                r = sd_bus_message_read(reply, "o", &job->path);
        while (r >= 0 && !job->result[0])
                r = bus_step(job->bus, job->deadline);
        return r;
}

int job_run(sd_bus *bus, enum job_kind kind, const char *name, const struct deadline *deadline,
            struct ocf_error *err)
{
        OWN_BUS_ERROR sd_bus_error error = SD_BUS_ERROR_NULL;
        struct unit_job job = {.bus = bus, .deadline = deadline, .kind = kind};
        int r;

        r = unit_full_name(name, job.name, err);
        if (r < 0)
                return r;
        r = job_follow(&job, &error);
        return r < 0 ? unit_fail(job_words[kind].what, job.name, r, &error, err)
                     : job_judge(&job, err);
}
