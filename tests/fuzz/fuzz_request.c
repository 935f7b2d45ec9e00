/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is what a keeper is asked, one request after another with an empty line between them.
 * It answers each in its own protocol; what it says about itself fits together; and no request
 * makes it hold the seat of another address, or have a signer without the seat.
 *
 * The keeper works on files: it gets a /run, a /var/lib and control groups of its own, all empty,
 * so that no process can be found, and none killed. Where they cannot be had nothing is tried. */
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seat/client.h"

/* the files themselves: the keeper is no library */
#include "keeper/identity.c"

#include "keeper/authority.c"
#include "keeper/authority_etcd.c"
#include "keeper/barrier.c"
#include "keeper/config.c"
#include "keeper/custody.c"
#include "keeper/cutoff.c"
#include "keeper/errand.c"
#include "keeper/floor_book.c"
#include "keeper/inform.c"
#include "keeper/keeper.c"
#include "keeper/managed.c"
#include "keeper/resume.c"
#include "keeper/seat.c"
#include "keeper/signer.c"
#include "keeper/transport.c"

#define WORLD "/run/validator-fuzz"
#define KEY "0000000000000000000000000000000000000000000000000000000000000001"
#define ADDRESS "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static bool file_put(const char *path, const char *text)
{
        return path_replace(path, text, strlen(text), false, NULL) >= 0;
}

/* Once a process. */
static bool world_make(void)
{
        return unshare(CLONE_NEWNS) == 0 &&
               mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
               mount("tmpfs", "/run", "tmpfs", 0, NULL) == 0 &&
               mount("tmpfs", "/var/lib", "tmpfs", 0, NULL) == 0 &&
               mount("tmpfs", "/sys/fs/cgroup", "tmpfs", 0, NULL) == 0 &&
               mkdir(SEAT_SOCKET_DIR, 0700) == 0 && mkdir(WORLD, 0700) == 0 &&
               mkdir(WORLD "/source", 0700) == 0 && file_put(WORLD "/source/nodekey", KEY) &&
               file_put(WORLD "/cell.conf",
                        "address=" ADDRESS "\nsource=" WORLD "/source\naccept_risk=yes\n");
}

static void answer_is_sound(const struct lines *answer)
{
        const bool ok = lines_is(answer, "result", "ok");
        char reason[480];

        holds(seat_version_check(answer, NULL) == 0);
        holds(ok || lines_is(answer, "result", "refused") || lines_is(answer, "result", "failed"));
        holds(lines_get(answer, "reason", reason, sizeof reason) != ok);
        holds(ok || *reason);
}

static void keeper_is_sound(struct keeper *keeper)
{
        struct lines request, answer;
        struct seat_view view;

        seat_request(&request, "status");
        keeper_answer(keeper, &request, &answer);
        answer_is_sound(&answer);
        seat_view_parse(&answer, &view);
        holds(view.held == tri_from_bool(keeper->custody.held));
        holds(view.armed == tri_from_bool(keeper->signer.armed));
        holds(strcmp(view.address, ADDRESS) == 0);
        /* A lose that could not prove the signer gone has wiped the key all the same. */
        holds(view.armed == TRI_NO || *view.signer_unit);
        holds(view.armed == TRI_NO || view.held == TRI_NO || view.signer_epoch <= view.epoch);
        holds(view.signer_pid == 0 && !view.ended && view.keeps_floor == TRI_NO);
}

/* The end of the request that begins at `text`. */
static size_t request_length(const char *text, size_t size)
{
        const char *gap = memmem(text, size, "\n\n", 2);

        return gap ? (size_t)(gap - text) + 1 : size;
}

static void keeper_is_asked(struct keeper *keeper, const char *text, size_t size)
{
        while (size > 0) {
                const size_t length = request_length(text, size);
                struct lines request, answer;

                if (lines_parse(&request, text, length) == 0) {
                        keeper_answer(keeper, &request, &answer);
                        answer_is_sound(&answer);
                        keeper_is_sound(keeper);
                }
                text += length;
                size -= length;
                while (size > 0 && *text == '\n') {
                        text++;
                        size--;
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct keeper keeper = {0};
        struct lines request, answer;

        if (access(WORLD, F_OK) < 0 && !world_make())
                return 0;
        holds(keeper_config_read(&keeper.config, "cell", WORLD, NULL) == 0);
        holds(keeper_load(&keeper, NULL) == 0);
        keeper_is_sound(&keeper);
        keeper_is_asked(&keeper, (const char *)data, size);
        /* Whatever was asked, it can be ended, and the next input finds nothing. */
        holds(signer_forget(&keeper.signer, NULL) == 0);
        seat_request(&request, "lose");
        keeper_answer(&keeper, &request, &answer);
        holds(lines_is(&answer, "result", "ok") && !keeper.custody.held);
        keeper_config_release(&keeper.config);
        return 0;
}
