/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process that has DATA_DIR, as kcn has it: a lock, and files of chain data. */
#include "agents/kcn-node/quit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "own.h"
#include "path.h"
#include "scratch.h"
#include "suite.h"
#include "text.h"

/* Says a byte after each step, and takes the next one when it is told to: has the chain data open,
 * has closed it, has let go of the lock. */
static void node_live(const struct layout *layout, int told, int says)
{
        OWN_TEXT char *file = text_format("%s/1.ldb", layout->chaindata);
        int lock = open(layout->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        int data = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        const int steps[] = {-1, data, lock};
        char byte = 0;

        if (lock < 0 || data < 0 || flock(lock, LOCK_EX) < 0)
                _Exit(1);
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
                if (steps[i] >= 0)
                        (void)close(steps[i]);
                if (write(says, &byte, 1) != 1 || read(told, &byte, 1) != 1)
                        _Exit(1);
        }
        _Exit(0);
}

START_TEST(chain_data_is_open_until_the_node_has_closed_it)
{
        static const enum tri open_then[] = {TRI_YES, TRI_NO, TRI_UNKNOWN};
        OWN_SCRATCH struct scratch scratch = scratch_make();
        OWN_TEXT char *lock = scratch_path(&scratch, "LOCK");
        OWN_TEXT char *chaindata = scratch_path(&scratch, "chaindata");
        struct layout layout = {.lock = lock, .chaindata = chaindata};
        int told[2], says[2];
        char byte = 0;
        pid_t pid;

        ck_assert_int_eq(path_make_dir(chaindata, NULL), 0);
        ck_assert_int_eq(quit_chain_data_open(&layout), TRI_UNKNOWN);
        ck_assert_int_eq(pipe2(told, O_CLOEXEC), 0);
        ck_assert_int_eq(pipe2(says, O_CLOEXEC), 0);
        pid = fork();
        if (pid == 0)
                node_live(&layout, told[0], says[1]);
        for (size_t i = 0; i < sizeof open_then / sizeof *open_then; i++) {
                ck_assert_int_eq(read(says[0], &byte, 1), 1);
                ck_assert_int_eq(quit_chain_data_open(&layout), open_then[i]);
                ck_assert_int_eq(write(told[1], &byte, 1), 1);
        }
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

SUITE_MAIN("quit", TEST(chain_data_is_open_until_the_node_has_closed_it))
