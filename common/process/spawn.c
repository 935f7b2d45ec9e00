/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "own.h"
#include "process/proc.h"
#include "text.h"

/* A SIGKILLed process ends at once, unless it hangs in the kernel. */
#define KILL_GRACE_MS 500
#define STREAM_CHUNKS 64

/* One end of a pipe and what came out of it so far. */
struct spawn_stream {
        int fd; /* -1 once the other side is closed */
        char *bytes;
        size_t size;
        size_t cap;
        bool drop; /* beyond the cap: read on and forget */
};

struct spawn_child {
        pid_t pid;
        int pidfd;
        struct spawn_stream out;
        struct spawn_stream err;
};

static void stream_close(struct spawn_stream *stream)
{
        own_close(&stream->fd);
        stream->fd = -1;
}

static void own_stream(struct spawn_stream *stream)
{
        stream_close(stream);
        free(stream->bytes);
}

static void own_child(struct spawn_child *child)
{
        own_close(&child->pidfd);
        own_stream(&child->out);
        own_stream(&child->err);
}

static void own_actions(posix_spawn_file_actions_t *actions)
{
        (void)posix_spawn_file_actions_destroy(actions);
}

static void own_attributes(posix_spawnattr_t *attributes)
{
        (void)posix_spawnattr_destroy(attributes);
}

static const char *environment_value(const struct text_list *list, const char *name)
{
        size_t length = strlen(name);

        for (size_t i = 0; i < list->count; i++)
                if (strncmp(list->items[i], name, length) == 0 && list->items[i][length] == '=')
                        return list->items[i] + length + 1;
        return NULL;
}

static void environment_add(struct text_list *list, const char *name, const char *value)
{
        OWN_TEXT char *entry = text_format("%s=%s", name, value);

        text_list_add(list, entry);
}

static void environment_make(struct text_list *list, const char *const *wanted)
{
        for (; wanted && *wanted; wanted++) {
                const char *value = getenv(*wanted);

                if (strchr(*wanted, '='))
                        text_list_add(list, *wanted);
                else if (value)
                        environment_add(list, *wanted, value);
        }
        if (!environment_value(list, "PATH"))
                environment_add(list, "PATH", SPAWN_PATH);
        if (!environment_value(list, "LC_ALL"))
                environment_add(list, "LC_ALL", "C");
        list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
        list->items[list->count] = NULL;
}

/* A memory file instead of a pipe: the program may leave it unread without a SIGPIPE here. */
static int input_open(const struct spawn_request *request)
{
        OWN_FD int fd = -1;
        size_t done = 0;

        if (!request->input)
                return open("/dev/null", O_RDONLY | O_CLOEXEC);
        fd = memfd_create("input", MFD_CLOEXEC);
        while (fd >= 0 && done < request->input_size) {
                ssize_t n = pwrite(fd, (const char *)request->input + done,
                                   request->input_size - done, (off_t)done);

                if (n < 0)
                        return -1;
                done += (size_t)n;
        }
        return fd_take(&fd);
}

static int stream_open(struct spawn_stream *stream, int *ret_far)
{
        int ends[2];

        if (pipe2(ends, O_CLOEXEC) < 0)
                return -errno;
        (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
        stream->fd = ends[0];
        *ret_far = ends[1];
        return 0;
}

/* Reads what is there, at most what the largest pipe holds: a writer that never rests must not keep
 * the deadline from being looked at. */
static int stream_read(struct spawn_stream *stream)
{
        char chunk[16384];

        for (int i = 0; i < STREAM_CHUNKS && stream->fd >= 0; i++) {
                ssize_t n = read(stream->fd, chunk, sizeof chunk);
                size_t fit = stream->cap - stream->size;

                if (n < 0)
                        return 0;
                if ((size_t)n > fit && !stream->drop)
                        return -EMSGSIZE;
                fit = (size_t)n < fit ? (size_t)n : fit;
                stream->bytes = mem_grow(stream->bytes, stream->size + fit + 1, 1);
                memcpy(stream->bytes + stream->size, chunk, fit);
                stream->size += fit;
                if (n == 0)
                        stream_close(stream);
        }
        return 0;
}

static char *stream_take(struct spawn_stream *stream)
{
        stream->bytes = mem_grow(stream->bytes, stream->size + 1, 1);
        stream->bytes[stream->size] = '\0';
        return TAKE(stream->bytes);
}

static int attributes_set(posix_spawnattr_t *attributes)
{
        sigset_t all, none;

        (void)sigfillset(&all);
        (void)sigemptyset(&none);
        (void)posix_spawnattr_setsigdefault(attributes, &all);
        (void)posix_spawnattr_setsigmask(attributes, &none);
        (void)posix_spawnattr_setpgroup(attributes, 0);
        return -posix_spawnattr_setflags(
                attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
}

/* posix_spawnp would look into this process' PATH, not into the program's. */
static int child_exec(const char *const *argv, const struct text_list *environment,
                      const posix_spawn_file_actions_t *actions, pid_t *ret_pid)
{
        posix_spawnattr_t attributes OWN(own_attributes);
        OWN(text_list_release) struct text_list folders = {0};
        int r = ENOENT;

        (void)posix_spawnattr_init(&attributes);
        (void)attributes_set(&attributes);
        if (strchr(argv[0], '/'))
                text_list_add(&folders, "");
        else
                text_list_split(&folders, environment_value(environment, "PATH"), ":");
        for (size_t i = 0; i < folders.count && (r == ENOENT || r == ENOTDIR); i++) {
                OWN_TEXT char *file = text_format("%s%s%s", folders.items[i],
                                                  *folders.items[i] ? "/" : "", argv[0]);

                r = posix_spawn(ret_pid, file, actions, &attributes, (char *const *)(uintptr_t)argv,
                                environment->items);
        }
        return -r;
}

static int child_start(const struct spawn_request *request, struct spawn_child *child)
{
        posix_spawn_file_actions_t actions OWN(own_actions);
        OWN(text_list_release) struct text_list environment = {0};
        OWN_FD int in = input_open(request);
        OWN_FD int out = -1;
        OWN_FD int err = -1;
        int r;

        (void)posix_spawn_file_actions_init(&actions);
        if (in < 0)
                return -errno;
        r = stream_open(&child->out, &out);
        if (r == 0)
                r = stream_open(&child->err, &err);
        if (r < 0)
                return r;
        (void)posix_spawn_file_actions_adddup2(&actions, in, 0);
        (void)posix_spawn_file_actions_adddup2(&actions, out, 1);
        (void)posix_spawn_file_actions_adddup2(&actions, err, 2);
        (void)posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        environment_make(&environment, request->environment);
        r = child_exec(request->argv, &environment, &actions, &child->pid);
        if (r < 0)
                return r;
        r = proc_pidfd(child->pid, &child->pidfd, NULL);
        if (r < 0) {
                (void)kill(-child->pid, SIGKILL);
                (void)waitpid(child->pid, NULL, 0);
        }
        return r;
}

/* Waits for the end of the main process; what its children still hold open does not count. */
static int child_follow(struct spawn_child *child, const struct deadline *deadline)
{
        for (;;) {
                struct pollfd wait[] = {{.fd = child->pidfd, .events = POLLIN},
                                        {.fd = child->out.fd, .events = POLLIN},
                                        {.fd = child->err.fd, .events = POLLIN}};
                int left = deadline_left_ms(deadline);
                int r;

                if (left == 0)
                        return -ETIMEDOUT;
                if (poll(wait, 3, left) < 0)
                        continue;
                r = stream_read(&child->out);
                if (r == 0)
                        r = stream_read(&child->err);
                if (r < 0 || wait[0].revents)
                        return r;
        }
}

static void child_kill(const struct spawn_child *child)
{
        struct deadline grace = deadline_in(KILL_GRACE_MS);

        (void)kill(-child->pid, SIGKILL);
        (void)clock_wait_fd(&grace, child->pidfd, KILL_GRACE_MS);
}

static int child_reap(const struct spawn_child *child, struct spawn_result *result)
{
        siginfo_t info = {0};

        if (waitid(P_PIDFD, (id_t)child->pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0)
                return -ECHILD;
        result->exit_code = info.si_code == CLD_EXITED ? info.si_status : -1;
        result->signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
        return 0;
}

int spawn_run(const struct spawn_request *request, const struct deadline *deadline,
              struct spawn_result *ret_result, struct ocf_error *err)
{
        size_t cap = request->output_cap ? request->output_cap : SPAWN_OUTPUT_CAP;
        OWN(own_child)
        struct spawn_child child = {.pidfd = -1,
                                    .out = {.fd = -1, .cap = cap},
                                    .err = {.fd = -1, .cap = cap, .drop = true}};
        struct spawn_result result = {0};
        const char *name = request->argv[0];
        int r, followed;

        r = child_start(request, &child);
        if (r < 0)
                return ocf_fail(err, r, "cannot run '%s': %s", name, strerror(-r));
        followed = child_follow(&child, deadline);
        if (followed < 0)
                child_kill(&child);
        r = child_reap(&child, &result);
        if (followed == -ETIMEDOUT)
                return ocf_fail(err, -ETIMEDOUT, "'%s' did not end in its time and was killed%s",
                                name, r < 0 ? ", but is still there" : "");
        if (followed < 0)
                return ocf_fail(err, followed, "'%s' wrote more than %zu bytes and was killed",
                                name, cap);
        if (r < 0)
                return ocf_fail(err, r, "cannot tell how '%s' ended: %s", name, strerror(-r));
        result.out_size = child.out.size;
        result.out = stream_take(&child.out);
        result.err_size = child.err.size;
        result.err = stream_take(&child.err);
        *ret_result = result;
        return 0;
}

void spawn_result_release(struct spawn_result *result)
{
        free(result->out);
        free(result->err);
        *result = (struct spawn_result){0};
}
