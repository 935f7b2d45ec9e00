/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "process/cgroup.h"
#include "process/control_group.h"
#include "service/told.h"
#include "suite.h"
#include "text.h"

/* Real units of a real systemd, with small programs that behave badly. Their files are in
 * /run/systemd/system and go with the test. */

#define UNITS "/run/systemd/system"

struct rig {
        sd_bus *bus;
        struct deadline deadline;
        char unit[64];  /* the one under test */
        char other[64]; /* for what needs two */
        char wish[128]; /* a link that enables the first */
};

static void systemd_reload(struct rig *rig)
{
        ck_assert_int_ge(sd_bus_call_method(
                                 rig->bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                                 "org.freedesktop.systemd1.Manager", "Reload", NULL, NULL, NULL),
                         0);
}

static void own_rig(struct rig *rig)
{
        OWN_TEXT char *unit = text_format("%s/%s", UNITS, rig->unit);
        OWN_TEXT char *other = text_format("%s/%s", UNITS, rig->other);

        (void)unit_kill(rig->bus, rig->unit, &rig->deadline, NULL);
        (void)unit_stop(rig->bus, rig->unit, &rig->deadline, NULL);
        (void)unit_reset_failed(rig->bus, rig->unit, &rig->deadline, NULL);
        (void)unit_reset_failed(rig->bus, rig->other, &rig->deadline, NULL);
        (void)unlink(unit);
        (void)unlink(other);
        (void)unlink(rig->wish);
        systemd_reload(rig);
        sd_bus_close_unrefp(&rig->bus);
}

#define OWN_RIG OWN(own_rig)

static void unit_write(const char *name, const char *content)
{
        OWN_TEXT char *path = text_format("%s/%s", UNITS, name);
        OWN_FILE FILE *file = fopen(path, "we");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fprintf(file, "%s\n", content), 0);
}

/* `content` is the file of the unit under test; NULL: there is none. */
static struct rig rig_make(const char *content)
{
        struct rig rig = {.deadline = deadline_in(30000)};

        (void)snprintf(rig.unit, sizeof rig.unit, "validator-test-%d.service", (int)getpid());
        (void)snprintf(rig.other, sizeof rig.other, "validator-other-%d.service", (int)getpid());
        (void)snprintf(rig.wish, sizeof rig.wish, "%s/multi-user.target.wants/%s", UNITS, rig.unit);
        ck_assert_int_eq(bus_open(&rig.deadline, &rig.bus, NULL), 0);
        if (content) {
                unit_write(rig.unit, content);
                systemd_reload(&rig);
        }
        return rig;
}

static struct unit_facts observed(struct rig *rig)
{
        struct unit_facts facts;
        struct ocf_error err = {0};
        int r = unit_observe(rig->bus, rig->unit, &rig->deadline, &facts, &err);

        ck_assert_msg(r == 0, "%s", err.sentence);
        return facts;
}

/* Until the unit is in that state; fails at the rig's deadline. */
static struct unit_facts observed_once(struct rig *rig, enum unit_active active)
{
        struct unit_facts facts = observed(rig);

        while (facts.active != active) {
                ck_assert_msg(!deadline_passed(&rig->deadline), "still in state %d",
                              (int)facts.active);
                (void)clock_wait_fd(&rig->deadline, -1, 10);
                facts = observed(rig);
        }
        return facts;
}

START_TEST(unit_that_does_not_exist_is_stopped_and_cannot_start)
{
        OWN_RIG struct rig rig = rig_make(NULL);
        struct unit_facts facts = observed(&rig);
        char group[UNIT_GROUP_SIZE] = "unset";
        struct ocf_error err = {0};

        ck_assert_int_eq(facts.load, UNIT_NOT_FOUND);
        ck_assert_int_eq(facts.active, UNIT_INACTIVE);
        ck_assert_int_eq(unit_control_group(rig.bus, rig.unit, &rig.deadline, group, NULL), 0);
        ck_assert_str_eq(group, "");
        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, &err), -ENOENT);
        ck_assert_ptr_nonnull(strstr(err.sentence, "systemd knows no such unit"));
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(unit_kill(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(unit_reset_failed(rig.bus, rig.unit, &rig.deadline, NULL), 0);
}
END_TEST

START_TEST(unit_starts_and_stops_and_does_so_again)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nExecStart=sleep 1000\nRestart=on-failure\n"
                                          "User=root");
        struct unit_facts facts, again;
        char group[UNIT_GROUP_SIZE];

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        facts = observed(&rig);
        ck_assert_int_eq(facts.load, UNIT_LOADED);
        ck_assert_int_eq(facts.active, UNIT_ACTIVE);
        ck_assert_str_eq(facts.sub_state, "running");
        ck_assert_str_eq(facts.type, "simple");
        ck_assert_str_eq(facts.restart, "on-failure");
        ck_assert_str_eq(facts.user, "root");
        ck_assert_str_eq(facts.result, "success");
        ck_assert_str_eq(facts.file_state, "static");
        ck_assert(!facts.wanted);
        ck_assert_int_eq(kill(facts.main_pid, 0), 0);
        ck_assert_int_eq(control_group_populated(facts.control_group, NULL), TRI_YES);
        ck_assert_int_eq(unit_control_group(rig.bus, rig.unit, &rig.deadline, group, NULL), 0);
        ck_assert_str_eq(group, facts.control_group);
        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        again = observed(&rig);
        ck_assert_int_eq(again.main_pid, facts.main_pid);
        for (int i = 0; i < 2; i++) {
                ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
                again = observed(&rig);
                ck_assert_int_eq(again.active, UNIT_INACTIVE);
                ck_assert_int_eq(again.main_pid, 0);
                ck_assert_int_eq(kill(facts.main_pid, 0), -1);
        }
}
END_TEST

/* What an init script does for a node that dies: the start is a success. */
START_TEST(start_of_a_daemon_that_dies_is_shown_by_its_state)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nType=forking\n"
                                          "ExecStart=sh -c '(sleep 0.1; exit 3) & exit 0'");
        struct unit_facts facts;

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        facts = observed_once(&rig, UNIT_FAILED);
        ck_assert_str_eq(facts.result, "exit-code");
        ck_assert_int_eq(facts.main_pid, 0);
        ck_assert_int_eq(unit_reset_failed(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(observed(&rig).active, UNIT_INACTIVE);
}
END_TEST

START_TEST(start_that_fails_says_so)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nType=oneshot\nExecStart=false");
        struct ocf_error err = {0};

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, &err), -EIO);
        ck_assert_ptr_nonnull(strstr(err.sentence, "it failed"));
        ck_assert_int_eq(observed(&rig).active, UNIT_FAILED);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
}
END_TEST

START_TEST(start_whose_dependency_fails_says_so)
{
        OWN_RIG struct rig rig = rig_make(NULL);
        OWN_TEXT char *content =
                text_format("[Unit]\nRequires=%s\nAfter=%s\n[Service]\nExecStart=sleep 1000",
                            rig.other, rig.other);
        struct ocf_error err = {0};

        unit_write(rig.unit, content);
        unit_write(rig.other, "[Service]\nType=oneshot\nExecStart=false");
        systemd_reload(&rig);
        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, &err), -EIO);
        ck_assert_ptr_nonnull(strstr(err.sentence, "a unit that it depends on failed"));
}
END_TEST

START_TEST(start_that_takes_too_long_ends_at_the_deadline)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nType=notify\nExecStart=sleep 1000");
        struct deadline soon = deadline_in(300);
        struct ocf_error err = {0};

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &soon, &err), -ETIMEDOUT);
        ck_assert_ptr_nonnull(strstr(err.sentence, "in time"));
        ck_assert_int_eq(observed(&rig).active, UNIT_ACTIVATING);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_ne(observed(&rig).active, UNIT_ACTIVATING);
}
END_TEST

START_TEST(start_that_another_stops_is_canceled)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nType=notify\nExecStart=sleep 1000");
        struct ocf_error err = {0};
        pid_t pid = fork();

        if (pid == 0) {
                sd_bus *bus = NULL;

                _Exit(bus_open(&rig.deadline, &bus, NULL) < 0 ||
                      clock_wait_fd(&rig.deadline, -1, 300) ||
                      unit_stop(bus, rig.unit, &rig.deadline, NULL) < 0);
        }
        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, &err), -ECANCELED);
        ck_assert_ptr_nonnull(strstr(err.sentence, "another job took its place"));
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

static const char deaf[] = "[Service]\nTimeoutStopSec=60\n"
                           "ExecStart=sh -c 'trap \"\" TERM; setsid sh -c "
                           "\"trap \\\\\"\\\\\" TERM; while :; do sleep 1000; done\" & "
                           "while :; do sleep 1000; done'";

START_TEST(stop_that_hangs_ends_at_the_deadline_and_kill_ends_it)
{
        OWN_RIG struct rig rig = rig_make(deaf);
        struct deadline soon = deadline_in(500);
        struct unit_facts facts;
        struct ocf_error err = {0};
        pid_t *pids = NULL;
        size_t count = 0;

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        facts = observed(&rig);
        while (count < 4) { /* two shells, two sleeps */
                free(pids);
                ck_assert_int_eq(control_group_pids(facts.control_group, &pids, &count, NULL), 0);
                ck_assert(!deadline_passed(&rig.deadline));
        }
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &soon, &err), -ETIMEDOUT);
        ck_assert_int_eq(observed(&rig).active, UNIT_DEACTIVATING);
        ck_assert_int_eq(unit_kill(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(control_group_populated(facts.control_group, NULL), TRI_NO);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(observed(&rig).main_pid, 0);
        free(pids);
}
END_TEST

START_TEST(stop_by_systemds_own_kill_is_a_stop)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nTimeoutStopSec=1\nKillSignal=SIGCONT\n"
                                          "ExecStart=sleep 1000");

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_str_eq(observed(&rig).result, "timeout");
}
END_TEST

START_TEST(unit_that_comes_with_the_boot_is_seen)
{
        OWN_RIG struct rig rig =
                rig_make("[Service]\nExecStart=sleep 1000\n[Install]\nWantedBy=multi-user.target");
        OWN_TEXT char *path = text_format("%s/%s", UNITS, rig.unit);

        ck_assert_str_eq(observed(&rig).file_state, "disabled");
        ck_assert(!observed(&rig).wanted);
        (void)mkdir(UNITS "/multi-user.target.wants", 0755);
        ck_assert_int_eq(symlink(path, rig.wish), 0);
        systemd_reload(&rig);
        ck_assert_str_eq(observed(&rig).file_state, "enabled-runtime");
        ck_assert(observed(&rig).wanted);
}
END_TEST

START_TEST(masked_unit_cannot_start)
{
        OWN_RIG struct rig rig = rig_make(NULL);
        OWN_TEXT char *path = text_format("%s/%s", UNITS, rig.unit);
        struct ocf_error err = {0};

        ck_assert_int_eq(symlink("/dev/null", path), 0);
        systemd_reload(&rig);
        ck_assert_int_eq(observed(&rig).load, UNIT_MASKED);
        ck_assert_int_lt(unit_start(rig.bus, rig.unit, &rig.deadline, &err), 0);
        ck_assert_ptr_nonnull(strstr(err.sentence, "is masked"));
}
END_TEST

START_TEST(unit_whose_file_cannot_be_used_is_broken)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nType=simple");

        ck_assert_int_eq(observed(&rig).load, UNIT_BROKEN);
        ck_assert_int_lt(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
}
END_TEST

START_TEST(unit_without_its_file_still_runs)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nExecStart=sleep 1000");
        OWN_TEXT char *path = text_format("%s/%s", UNITS, rig.unit);
        struct unit_facts facts;

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(unlink(path), 0);
        systemd_reload(&rig);
        facts = observed(&rig);
        ck_assert_int_eq(facts.load, UNIT_NOT_FOUND);
        ck_assert_int_eq(facts.active, UNIT_ACTIVE);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(control_group_populated(facts.control_group, NULL), TRI_NO);
}
END_TEST

/* What systemd makes of an init script whose stop does nothing. */
START_TEST(stop_that_leaves_processes_is_shown_and_killed)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nType=forking\nKillMode=process\n"
                                          "GuessMainPID=no\nExecStop=true\n"
                                          "ExecStart=sh -c 'setsid sleep 1000 & exit 0'");
        struct unit_facts facts;

        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        facts = observed(&rig);
        ck_assert_int_eq(facts.active, UNIT_INACTIVE);
        ck_assert_int_eq(control_group_populated(facts.control_group, NULL), TRI_YES);
        ck_assert_int_eq(unit_kill(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(control_group_populated(facts.control_group, NULL), TRI_NO);
}
END_TEST

START_TEST(name_without_a_suffix_is_a_services)
{
        OWN_RIG struct rig rig = rig_make("[Service]\nExecStart=sleep 1000");
        char *suffix = strrchr(rig.unit, '.');

        *suffix = '\0';
        ck_assert_int_eq(unit_start(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        ck_assert_int_eq(observed(&rig).active, UNIT_ACTIVE);
        ck_assert_int_eq(unit_stop(rig.bus, rig.unit, &rig.deadline, NULL), 0);
        *suffix = '.';
}
END_TEST

START_TEST(what_a_unit_tells_its_programs_is_read)
{
        OWN_RIG struct rig rig =
                rig_make("[Service]\nType=oneshot\n"
                         "ExecStart=true --nodekey '/a b'\nExecStart=@sh name -c true\n"
                         "Environment=A=1 \"B=2 3\"\nEnvironmentFile=-/none/env*");
        OWN(unit_told_release) struct unit_told told = {0};
        struct ocf_error err = {0};

        ck_assert_msg(unit_told_fetch(rig.bus, rig.unit, &rig.deadline, &told, &err) == 0, "%s",
                      err.sentence);
        ck_assert_uint_eq(told.commands.count, 2);
        ck_assert_msg(strstr(told.commands.items[0], "true true --nodekey /a b") != NULL, "%s",
                      told.commands.items[0]);
        ck_assert_msg(strstr(told.commands.items[1], "sh name -c true") != NULL, "%s",
                      told.commands.items[1]);
        ck_assert_uint_eq(told.variables.count, 2);
        ck_assert_str_eq(told.variables.items[1], "B=2 3");
        ck_assert_uint_eq(told.files.count, 1);
        ck_assert_str_eq(told.files.items[0], "/none/env*");
}
END_TEST

static const char *systemd_missing(void)
{
        struct deadline deadline = deadline_in(5000);
        OWN_BUS sd_bus *bus = NULL;
        OWN_TEXT char *root = NULL;
        struct unit_facts facts;

        if (cgroup_root(&root, NULL) < 0)
                return "needs a cgroup2 hierarchy";
        if (geteuid() != 0 || bus_open(&deadline, &bus, NULL) < 0 ||
            unit_observe(bus, "-.slice", &deadline, &facts, NULL) < 0)
                return "needs root and systemd on the system bus (tests/lab/self has it)";
        return NULL;
}

SUITE_MAIN_WHERE("unit", systemd_missing(),
                 TEST(unit_that_does_not_exist_is_stopped_and_cannot_start),
                 TEST(unit_starts_and_stops_and_does_so_again),
                 TEST(start_of_a_daemon_that_dies_is_shown_by_its_state),
                 TEST(start_that_fails_says_so), TEST(start_whose_dependency_fails_says_so),
                 TEST(start_that_takes_too_long_ends_at_the_deadline),
                 TEST(start_that_another_stops_is_canceled),
                 TEST(stop_that_hangs_ends_at_the_deadline_and_kill_ends_it),
                 TEST(stop_by_systemds_own_kill_is_a_stop),
                 TEST(unit_that_comes_with_the_boot_is_seen), TEST(masked_unit_cannot_start),
                 TEST(unit_whose_file_cannot_be_used_is_broken),
                 TEST(unit_without_its_file_still_runs),
                 TEST(stop_that_leaves_processes_is_shown_and_killed),
                 TEST(name_without_a_suffix_is_a_services),
                 TEST(what_a_unit_tells_its_programs_is_read))
