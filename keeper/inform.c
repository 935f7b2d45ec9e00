/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/inform.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "keeper/managed.h"
#include "own.h"
#include "process/control_group.h"
#include "process/proc.h"
#include "process/spawn.h"
#include "text.h"
#include "tri.h"

#define COMMAND_MS 15000
#define MANAGED_AGAIN_MS 1000

static enum tri resource_managed(const char *resource, const char *node)
{
        static const char *const argv[] = {"crm_mon", "--output-as=xml", "-1", NULL};
        struct spawn_request request = {.argv = argv};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(COMMAND_MS);

        if (spawn_run(&request, &deadline, &result, NULL) < 0 || result.exit_code != 0)
                return TRI_UNKNOWN;
        return resource_managed_read(result.out, result.out_size, resource, node);
}

static bool command_succeeds(const char *const *argv)
{
        struct spawn_request request = {.argv = argv};
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct deadline deadline = deadline_in(COMMAND_MS);

        return spawn_run(&request, &deadline, &result, NULL) == 0 && result.exit_code == 0;
}

static bool tell(const struct inform_news *news)
{
        OWN_TEXT char *promotion = text_format("--promotion=%s", news->resource);
        const char *const score[] = {"crm_attribute",      promotion, "--node", news->node,
                                     "--update=-INFINITY", NULL};
        const char *const fail[] = {"crm_resource", "--fail",   "--resource", news->resource,
                                    "--node",       news->node, NULL};
        bool withdrawn = command_succeeds(score);

        return command_succeeds(fail) && withdrawn;
}

/* In a process of its own, so that the keeper never waits for Pacemaker. There is no event to wait
 * for: a resource's maintenance ends in the CIB, which only Pacemaker's own libraries can watch. */
static int inform(const struct inform_news *news)
{
        enum tri managed = resource_managed(news->resource, news->node);
        struct deadline never = deadline_in(INT64_MAX / 4);
        bool held_back = false;

        while (managed == TRI_NO) {
                held_back = true;
                (void)clock_wait_fd(&never, -1, MANAGED_AGAIN_MS);
                managed = resource_managed(news->resource, news->node);
        }
        if (managed == TRI_UNKNOWN)
                return 1;
        if (held_back && *news->cgroup && control_group_populated(news->cgroup, NULL) == TRI_YES)
                return 0;
        return tell(news) ? 0 : 1;
}

int informer_start(struct informer *informer, const struct inform_news *news, struct ocf_error *err)
{
        pid_t parent = getpid();
        pid_t pid;
        int r;

        informer_stop(informer);
        pid = fork();
        if (pid < 0)
                return ocf_fail(err, -errno, "cannot fork: %s", strerror(errno));
        if (pid == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                /* Nor does it hold the keeper's socket open for the moment by which it outlives it:
                 * the next keeper would take it for one that listens. */
                (void)close_range(STDERR_FILENO + 1, UINT_MAX, 0);
                _exit(getppid() == parent ? inform(news) : 1);
        }
        informer->pid = pid;
        r = proc_pidfd(pid, &informer->pidfd, err);
        if (r < 0)
                informer_stop(informer);
        return r;
}

int informer_finish(struct informer *informer)
{
        int status = 0;

        if (waitpid(informer->pid, &status, 0) < 0)
                status = -1;
        own_close(&informer->pidfd);
        *informer = (struct informer){.pidfd = -1};
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EAGAIN;
}

void informer_stop(struct informer *informer)
{
        if (informer->pid > 0) {
                (void)kill(informer->pid, SIGKILL);
                (void)waitpid(informer->pid, NULL, 0);
        }
        own_close(&informer->pidfd);
        *informer = (struct informer){.pidfd = -1};
}
