/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/unit.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "process/control_group.h"
#include "service/job.h"
#include "service/manager.h"
#include "text.h"

/* The properties that are read, and where to: 's' a text, 'u' a pid, 'a' a list of texts of which
 * only counts whether it is empty. Two texts become enums. */
struct unit_answer {
        struct unit_facts facts;
        char load[32];
        char active[32];
};

static const struct unit_property {
        const char *name;
        char type;
        size_t offset;
        size_t size;
} properties[] = {
#define TEXT_AT(field) offsetof(struct unit_answer, field), sizeof(((struct unit_answer *)0)->field)
        {"LoadState", 's', TEXT_AT(load)},
        {"ActiveState", 's', TEXT_AT(active)},
        {"SubState", 's', TEXT_AT(facts.sub_state)},
        {"UnitFileState", 's', TEXT_AT(facts.file_state)},
        {"MainPID", 'u', TEXT_AT(facts.main_pid)},
        {"ControlGroup", 's', TEXT_AT(facts.control_group)},
        {"Restart", 's', TEXT_AT(facts.restart)},
        {"Type", 's', TEXT_AT(facts.type)},
        {"Result", 's', TEXT_AT(facts.result)},
        {"User", 's', TEXT_AT(facts.user)},
        {"WantedBy", 'a', TEXT_AT(facts.wanted)},
        {"RequiredBy", 'a', TEXT_AT(facts.wanted)},
#undef TEXT_AT
};

static const struct {
        const char *name;
        enum unit_load load;
} loads[] = {{"loaded", UNIT_LOADED},
             {"not-found", UNIT_NOT_FOUND},
             {"masked", UNIT_MASKED},
             {"bad-setting", UNIT_BROKEN},
             {"error", UNIT_BROKEN}};

static const struct {
        const char *name;
        enum unit_active active;
} actives[] = {{"active", UNIT_ACTIVE},         {"reloading", UNIT_ACTIVE},
               {"activating", UNIT_ACTIVATING}, {"deactivating", UNIT_DEACTIVATING},
               {"inactive", UNIT_INACTIVE},     {"failed", UNIT_FAILED}};

static enum unit_active active_of(const char *name)
{
        for (size_t i = 0; i < sizeof actives / sizeof *actives; i++)
                if (strcmp(actives[i].name, name) == 0)
                        return actives[i].active;
        return UNIT_UNKNOWN;
}

static enum unit_load load_of(const char *name)
{
        for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
                if (strcmp(loads[i].name, name) == 0)
                        return loads[i].load;
        return UNIT_LOAD_UNKNOWN;
}

static int text_read(sd_bus_message *message, char *ret_text, size_t size)
{
        const char *text;
        int r;

        r = sd_bus_message_read(message, "v", "s", &text);
        if (r < 0)
                return r;
        if (strlen(text) >= size) /* a path that is cut is another path */
                return -ENAMETOOLONG;
        memcpy(ret_text, text, strlen(text) + 1);
        return 0;
}

static int pid_read(sd_bus_message *message, pid_t *ret_pid)
{
        uint32_t pid;
        int r;

        r = sd_bus_message_read(message, "v", "u", &pid);
        if (r < 0)
                return r;
        *ret_pid = (pid_t)pid;
        return 0;
}

static void own_strings(char ***strings)
{
        for (char **at = *strings; at && *at; at++)
                free(*at);
        free(*strings);
}

static int list_read(sd_bus_message *message, bool *ret_any)
{
        OWN(own_strings) char **strings = NULL;
        int r;

        r = sd_bus_message_enter_container(message, 'v', "as");
        if (r >= 0)
                r = sd_bus_message_read_strv(message, &strings);
        if (r >= 0)
                r = sd_bus_message_exit_container(message);
        if (r < 0)
                return r;
        *ret_any = *ret_any || (strings && strings[0]);
        return 0;
}

static int property_read(sd_bus_message *message, const char *name, struct unit_answer *answer)
{
        for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
                void *field = (char *)answer + properties[i].offset;

                if (strcmp(properties[i].name, name) != 0)
                        continue;
                if (properties[i].type == 's')
                        return text_read(message, field, properties[i].size);
                return properties[i].type == 'u' ? pid_read(message, field)
                                                 : list_read(message, field);
        }
        return sd_bus_message_skip(message, "v");
}

static int answer_read(sd_bus_message *message, struct unit_answer *answer)
{
        const char *name;
        int r;

        r = sd_bus_message_enter_container(message, 'a', "{sv}");
        while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
                r = sd_bus_message_read(message, "s", &name);
                if (r >= 0)
                        r = property_read(message, name, answer);
                if (r >= 0)
                        r = sd_bus_message_exit_container(message);
        }
        return r;
}

/* The empty interface asks for the properties of all of them; systemd loads the unit for it, and
 * makes one that is "not-found" where there is no file. */
static int properties_fetch(sd_bus *bus, const char *name, const struct deadline *deadline,
                            sd_bus_error *error, sd_bus_message **ret_reply)
{
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_TEXT char *path = NULL;
        int r;

        r = sd_bus_path_encode(MANAGER_PATH "/unit", name, &path);
        if (r >= 0)
                r = sd_bus_message_new_method_call(bus, &call, MANAGER, path,
                                                   "org.freedesktop.DBus.Properties", "GetAll");
        if (r >= 0)
                r = sd_bus_message_append(call, "s", "");
        return r < 0 ? r : bus_call(bus, call, deadline, error, ret_reply);
}

int unit_observe(sd_bus *bus, const char *name, const struct deadline *deadline,
                 struct unit_facts *ret_facts, struct ocf_error *err)
{
        OWN_BUS_ERROR sd_bus_error error = SD_BUS_ERROR_NULL;
        OWN_BUS_MESSAGE sd_bus_message *reply = NULL;
        struct unit_answer answer = {0};
        char full[UNIT_NAME_SIZE];
        int r;

        r = unit_full_name(name, full, err);
        if (r < 0)
                return r;
        r = properties_fetch(bus, full, deadline, &error, &reply);
        if (r >= 0)
                r = answer_read(reply, &answer);
        if (r < 0)
                return unit_fail("observe", full, r, &error, err);
        answer.facts.load = load_of(answer.load);
        answer.facts.active = active_of(answer.active);
        *ret_facts = answer.facts;
        return 0;
}

int unit_control_group(sd_bus *bus, const char *name, const struct deadline *deadline,
                       char ret_group[static UNIT_GROUP_SIZE], struct ocf_error *err)
{
        OWN_BUS_ERROR sd_bus_error error = SD_BUS_ERROR_NULL;
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_BUS_MESSAGE sd_bus_message *reply = NULL;
        char full[UNIT_NAME_SIZE];
        int r;

        r = unit_full_name(name, full, err);
        if (r < 0)
                return r;
        r = manager_property(bus, &call, full, "ControlGroup");
        if (r >= 0)
                r = bus_call(bus, call, deadline, &error, &reply);
        if (r >= 0)
                r = text_read(reply, ret_group, UNIT_GROUP_SIZE);
        return r < 0 ? unit_fail("observe", full, r, &error, err) : 0;
}

int unit_start(sd_bus *bus, const char *name, const struct deadline *deadline,
               struct ocf_error *err)
{
        return job_run(bus, JOB_START, name, deadline, err);
}

int unit_stop(sd_bus *bus, const char *name, const struct deadline *deadline, struct ocf_error *err)
{
        int r = job_run(bus, JOB_STOP, name, deadline, err);

        return r == -ENOENT ? 0 : r;
}

int unit_reset_failed(sd_bus *bus, const char *name, const struct deadline *deadline,
                      struct ocf_error *err)
{
        OWN_BUS_ERROR sd_bus_error error = SD_BUS_ERROR_NULL;
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_BUS_MESSAGE sd_bus_message *reply = NULL;
        char full[UNIT_NAME_SIZE];
        int r;

        r = unit_full_name(name, full, err);
        if (r < 0)
                return r;
        r = manager_message(bus, &call, "ResetFailedUnit", "s", full);
        if (r >= 0)
                r = bus_call(bus, call, deadline, &error, &reply);
        if (r >= 0 || sd_bus_error_has_name(&error, MANAGER_NO_SUCH_UNIT))
                return 0;
        return unit_fail("reset", full, r, &error, err);
}

/* Where no cgroup2 hierarchy shows the unit's processes, systemd kills what it knows of; that none
 * is left cannot be proved then. */
static int processes_kill(sd_bus *bus, const char *name, const struct deadline *deadline,
                          struct ocf_error *err)
{
        OWN_BUS_ERROR sd_bus_error error = SD_BUS_ERROR_NULL;
        OWN_BUS_MESSAGE sd_bus_message *call = NULL;
        OWN_BUS_MESSAGE sd_bus_message *reply = NULL;
        int r;

        r = manager_message(bus, &call, "KillUnit", "ssi", name, "all", SIGKILL);
        if (r >= 0)
                r = bus_call(bus, call, deadline, &error, &reply);
        if (r < 0)
                return unit_fail("kill", name, r, &error, err);
        return ocf_fail(err, -ENODEV,
                        "sent SIGKILL to unit '%s', but cannot prove that no process of it is "
                        "left: no cgroup2 hierarchy is mounted",
                        name);
}

int unit_kill(sd_bus *bus, const char *name, const struct deadline *deadline, struct ocf_error *err)
{
        char full[UNIT_NAME_SIZE];
        struct unit_facts facts;
        struct ocf_error why = {0};
        int r;

        r = unit_full_name(name, full, err);
        if (r < 0)
                return r;
        r = unit_observe(bus, full, deadline, &facts, err);
        if (r < 0 || !facts.control_group[0])
                return r;
        r = control_group_kill(facts.control_group, deadline, &why);
        if (r == -ENODEV)
                return processes_kill(bus, full, deadline, err);
        return r < 0 ? ocf_fail(err, r, "cannot kill unit '%s': %s", full, why.sentence) : 0;
}
