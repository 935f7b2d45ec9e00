/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_TESTS_SUITE_H
#define VALIDATOR_TESTS_SUITE_H

/* A test program is a list of cases: SUITE_MAIN(name, TEST(a), TABLE(b, rows)). A case's name is a
 * sentence. Each case runs in a process of its own (check's fork mode). */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct suite_case {
        const TTest *test;
        int rows; /* 0: once; else _i runs from 0 to rows - 1 */
};

#define TEST(name)             \
        {                      \
                .test = (name) \
        }
#define TABLE(name, table)                                                     \
        {                                                                      \
                .test = (name), .rows = (int)(sizeof(table) / sizeof *(table)) \
        }

static inline int suite_run(const char *name, const struct suite_case *cases, size_t count)
{
        Suite *suite = suite_create(name);
        SRunner *runner;
        int failed;

        for (size_t i = 0; i < count; i++) {
                TCase *tcase = tcase_create(cases[i].test->name);

                tcase_set_timeout(tcase, 60);
                if (cases[i].rows)
                        tcase_add_loop_test(tcase, cases[i].test, 0, cases[i].rows);
                else
                        tcase_add_test(tcase, cases[i].test);
                suite_add_tcase(suite, tcase);
        }
        runner = srunner_create(suite);
        srunner_run_all(runner, CK_ENV);
        failed = srunner_ntests_failed(runner);
        srunner_free(runner);
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* As SUITE_MAIN for a suite that not every machine can run: `missing` is a call that returns NULL,
 * or the sentence that says what this machine lacks; the program then ends with automake's code for
 * "skipped". */
#define SUITE_MAIN_WHERE(name, missing, ...)                                 \
        int main(void)                                                       \
        {                                                                    \
                const struct suite_case cases[] = {__VA_ARGS__};             \
                const char *lack = (missing);                                \
                                                                             \
                if (lack) {                                                  \
                        (void)printf("skipped: %s\n", lack);                 \
                        return 77;                                           \
                }                                                            \
                return suite_run(name, cases, sizeof cases / sizeof *cases); \
        }

#define SUITE_MAIN(name, ...) SUITE_MAIN_WHERE(name, NULL, __VA_ARGS__)

#endif
