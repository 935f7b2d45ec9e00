/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/spawn.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "own.h"
#include "parse.h"
#include "suite.h"
#include "text.h"

static int shell_run(const char *script, const struct deadline *deadline,
                     struct spawn_result *result, struct ocf_error *err)
{
        const char *const argv[] = {"sh", "-c", script, NULL};
        struct spawn_request request = {.argv = argv, .output_cap = 100000};

        return spawn_run(&request, deadline, result, err);
}

static const struct {
        const char *script;
        int exit_code;
        int signal;
        const char *out;
        const char *err;
} endings[] = {
        {"exit 0", 0, 0, "", ""},
        {"echo said; echo warned >&2; exit 7", 7, 0, "said\n", "warned\n"},
        {"printf half; kill -9 $$", -1, SIGKILL, "half", ""},
        {"cat", 0, 0, "", ""},
        {"trap", 0, 0, "", ""},
        {"ls /proc/self/fd | tr '\\n' ' '", 0, 0, "0 1 2 3 ", ""}, /* 3 is ls' own */
        {"ps -o pgid= -p $$ | grep -qw $$", 0, 0, "", ""},
        {"env | sort | grep -v -e ^_= -e ^PWD= -e ^SHLVL=", 0, 0, "LC_ALL=C\nPATH=" SPAWN_PATH "\n",
         ""},
};

START_TEST(program_runs_clean_and_its_end_is_told)
{
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);
        struct ocf_error err = {0};

        ck_assert_int_eq(setenv("LEAK", "yes", 1), 0);
        (void)signal(SIGPIPE, SIG_IGN);
        ck_assert_int_eq(shell_run(endings[_i].script, &deadline, &result, &err), 0);
        ck_assert_int_eq(result.exit_code, endings[_i].exit_code);
        ck_assert_int_eq(result.signal, endings[_i].signal);
        ck_assert_str_eq(result.out, endings[_i].out);
        ck_assert_str_eq(result.err, endings[_i].err);
        ck_assert_str_eq(err.sentence, "");
}
END_TEST

START_TEST(wanted_variables_are_set_or_taken_over)
{
        const char *const argv[] = {"printenv", "KEPT", "SET", "PATH", "ABSENT", NULL};
        const char *const environment[] = {"KEPT", "SET=b=c", "ABSENT", "PATH=/nowhere:/usr/bin",
                                           NULL};
        struct spawn_request request = {.argv = argv, .environment = environment};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);

        ck_assert_int_eq(setenv("KEPT", "a", 1), 0);
        ck_assert_int_eq(spawn_run(&request, &deadline, &result, NULL), 0);
        ck_assert_str_eq(result.out, "a\nb=c\n/nowhere:/usr/bin\n");
        ck_assert_int_eq(result.exit_code, 1);
}
END_TEST

START_TEST(input_reaches_the_program_whole)
{
        const char *const argv[] = {"md5sum", NULL};
        OWN_TEXT char *zeros = mem_zero(1 << 20);
        struct spawn_request request = {.argv = argv, .input = zeros, .input_size = 1 << 20};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);

        ck_assert_int_eq(spawn_run(&request, &deadline, &result, NULL), 0);
        ck_assert_str_eq(result.out, "b6d81b360a5672d80c27430f39153e2c  -\n");
}
END_TEST

START_TEST(input_that_nobody_reads_does_no_harm)
{
        const char *const argv[] = {"true", NULL};
        OWN_TEXT char *zeros = mem_zero(1 << 20);
        struct spawn_request request = {.argv = argv, .input = zeros, .input_size = 1 << 20};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);

        ck_assert_int_eq(spawn_run(&request, &deadline, &result, NULL), 0);
        ck_assert_int_eq(result.exit_code, 0);
}
END_TEST

START_TEST(program_that_does_not_exist_is_named)
{
        const char *const argv[] = {"no-such-program", NULL};
        struct spawn_request request = {.argv = argv};
        struct spawn_result result = {.exit_code = 42};
        struct deadline deadline = deadline_in(10000);
        struct ocf_error err = {0};

        ck_assert_int_eq(spawn_run(&request, &deadline, &result, &err), -ENOENT);
        ck_assert_str_eq(err.sentence, "cannot run 'no-such-program': No such file or directory");
        ck_assert_int_eq(result.exit_code, 42);
}
END_TEST

static const char *const tireless[] = {
        "sleep 1000 & sleep 1000",
        "trap '' TERM INT HUP; while :; do sleep 1000; done",
        "yes >&2",
        "exec sleep 1000 >&- 2>&-",
};

/* The group's number is the program's pid; kill(2) finds none once the whole group has gone. */
START_TEST(deadline_ends_the_whole_group)
{
        OWN_TEXT char *path = text_format("/tmp/test_spawn.%d", (int)getpid());
        OWN_TEXT char *script = text_format("echo $$ >%s; %s", path, tireless[_i]);
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(300);
        struct ocf_error err = {0};
        int64_t began = clock_now_ms();
        OWN_FILE FILE *file = NULL;
        int group = 0;

        ck_assert_int_eq(shell_run(script, &deadline, &result, &err), -ETIMEDOUT);
        ck_assert_int_le(clock_now_ms() - began, 1500);
        ck_assert_str_eq(err.sentence, "'sh' did not end in its time and was killed");
        ck_assert_ptr_null(result.out);
        file = fopen(path, "re");
        ck_assert_int_eq(fscanf(file, "%d", &group), 1);
        (void)unlink(path);
        for (int i = 0; kill(-group, 0) == 0 && i < 100; i++) /* init must reap the orphans */
                (void)clock_wait_fd(&(struct deadline){.at_ms = INT64_MAX}, -1, 20);
        ck_assert_int_eq(kill(-group, 0), -1);
}
END_TEST

START_TEST(daemon_left_behind_neither_blocks_nor_dies)
{
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);
        int64_t began = clock_now_ms();
        uint64_t pid;

        ck_assert_int_eq(shell_run("sleep 1000 & echo $!", &deadline, &result, NULL), 0);
        ck_assert_int_le(clock_now_ms() - began, 5000);
        result.out[strcspn(result.out, "\n")] = '\0';
        ck_assert_int_eq(parse_u64(result.out, &pid), 0);
        ck_assert_int_eq(kill((pid_t)pid, SIGKILL), 0);
}
END_TEST

START_TEST(stdout_beyond_its_cap_fails)
{
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);
        struct ocf_error err = {0};

        ck_assert_int_eq(shell_run("yes", &deadline, &result, &err), -EMSGSIZE);
        ck_assert_str_eq(err.sentence, "'sh' wrote more than 100000 bytes and was killed");
}
END_TEST

START_TEST(stdout_of_just_its_cap_passes)
{
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);

        ck_assert_int_eq(shell_run("yes | head -c 100000", &deadline, &result, NULL), 0);
        ck_assert_uint_eq(result.out_size, 100000);
}
END_TEST

START_TEST(stderr_beyond_its_cap_is_cut)
{
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(10000);

        ck_assert_int_eq(shell_run("yes | head -c 3000000 >&2", &deadline, &result, NULL), 0);
        ck_assert_uint_eq(result.err_size, 100000);
        ck_assert_int_eq(result.exit_code, 0);
}
END_TEST

SUITE_MAIN("spawn", TABLE(program_runs_clean_and_its_end_is_told, endings),
           TEST(wanted_variables_are_set_or_taken_over), TEST(input_reaches_the_program_whole),
           TEST(input_that_nobody_reads_does_no_harm), TEST(program_that_does_not_exist_is_named),
           TABLE(deadline_ends_the_whole_group, tireless),
           TEST(daemon_left_behind_neither_blocks_nor_dies), TEST(stdout_beyond_its_cap_fails),
           TEST(stdout_of_just_its_cap_passes), TEST(stderr_beyond_its_cap_is_cut))
