/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/kill/change.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

#define NONE (-1)

/* Where the arguments of a call name its objects: a path and a second one, or a descriptor. */
struct call_row {
        unsigned long number;
        const char *name;
        int path, to, fd;
};

static const struct call_row rows[] = {
        {SYS_openat, "openat", 1, NONE, NONE},
        {SYS_rename, "rename", 0, 1, NONE},
        {SYS_renameat, "renameat", 1, 3, NONE},
        {SYS_renameat2, "renameat2", 1, 3, NONE},
        {SYS_unlink, "unlink", 0, NONE, NONE},
        {SYS_unlinkat, "unlinkat", 1, NONE, NONE},
        {SYS_rmdir, "rmdir", 0, NONE, NONE},
        {SYS_mkdir, "mkdir", 0, NONE, NONE},
        {SYS_mkdirat, "mkdirat", 1, NONE, NONE},
        {SYS_symlink, "symlink", 0, 1, NONE},
        {SYS_symlinkat, "symlinkat", 0, 2, NONE},
        {SYS_link, "link", 0, 1, NONE},
        {SYS_linkat, "linkat", 1, 3, NONE},
        {SYS_chmod, "chmod", 0, NONE, NONE},
        {SYS_fchmodat, "fchmodat", 1, NONE, NONE},
        {SYS_chown, "chown", 0, NONE, NONE},
        {SYS_lchown, "lchown", 0, NONE, NONE},
        {SYS_fchownat, "fchownat", 1, NONE, NONE},
        {SYS_truncate, "truncate", 0, NONE, NONE},
        {SYS_utimensat, "utimensat", 1, NONE, NONE},
        {SYS_write, "write", NONE, NONE, 0},
        {SYS_pwrite64, "pwrite64", NONE, NONE, 0},
        {SYS_writev, "writev", NONE, NONE, 0},
        {SYS_ftruncate, "ftruncate", NONE, NONE, 0},
        {SYS_fallocate, "fallocate", NONE, NONE, 0},
        {SYS_fsync, "fsync", NONE, NONE, 0},
        {SYS_fdatasync, "fdatasync", NONE, NONE, 0},
        {SYS_fchmod, "fchmod", NONE, NONE, 0},
        {SYS_fchown, "fchown", NONE, NONE, 0},
        {SYS_sendto, "sendto", NONE, NONE, 0},
        {SYS_sendmsg, "sendmsg", NONE, NONE, 0},
        {SYS_kill, "kill", NONE, NONE, NONE},
        {SYS_tgkill, "tgkill", NONE, NONE, NONE},
        {SYS_pidfd_send_signal, "pidfd_send_signal", NONE, NONE, NONE},
        {SYS_execve, "execve", 0, NONE, NONE},
};

/* Members of the bus that only ask, or speak of the connection itself. */
static const char *const questions[] = {
        "Hello",     "Get",         "GetAll",      "GetUnit",         "LoadUnit",
        "Ping",      "AddMatch",    "RemoveMatch", "GetNameOwner",    "GetJob",
        "Subscribe", "Unsubscribe", "ListUnits",   "GetUnitProcesses"};

/* As much as can be read, up to `size`. */
static size_t memory_read(pid_t pid, uint64_t at, void *ret, size_t size)
{
        size_t done = 0;

        while (done < size) {
                size_t page = 4096 - (at + done) % 4096;
                size_t part = size - done < page ? size - done : page;
                struct iovec here = {(char *)ret + done, part};
                struct iovec there = {(void *)(uintptr_t)(at + done), part};

                if (process_vm_readv(pid, &here, 1, &there, 1, 0) != (ssize_t)part)
                        break;
                done += part;
        }
        return done;
}

static void text_at(pid_t pid, uint64_t at, char *ret, size_t size)
{
        memset(ret, 0, size);
        (void)memory_read(pid, at, ret, size - 1);
        ret[strcspn(ret, "\n\t")] = '\0';
}

static void fd_object(pid_t pid, int fd, char *ret, size_t size)
{
        char link[64];
        ssize_t n;

        (void)snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)pid, fd);
        n = readlink(link, ret, size - 1);
        ret[n < 0 ? 0 : n] = '\0';
}

static void connection_note(struct change_peers *peers, pid_t pid,
                            const struct ptrace_syscall_info *call)
{
        uint64_t fd = call->entry.args[0];
        struct sockaddr_un name = {0};

        if (fd >= CHANGE_FDS)
                return;
        (void)memory_read(pid, call->entry.args[1], &name, sizeof name);
        (void)snprintf(peers->path[fd], sizeof peers->path[fd], "%.*s", (int)sizeof name.sun_path,
                       name.sun_family == AF_UNIX ? name.sun_path : "");
}

/* The first bytes of what is sent. */
static size_t message_read(pid_t pid, const struct ptrace_syscall_info *call, void *ret,
                           size_t size)
{
        const __u64 *args = call->entry.args;
        uint64_t at = args[1], length = args[2];
        struct msghdr message;
        struct iovec part;

        if (call->entry.nr == SYS_sendmsg) {
                if (memory_read(pid, at, &message, sizeof message) != sizeof message)
                        return 0;
                at = (uintptr_t)message.msg_iov;
        }
        if (call->entry.nr == SYS_sendmsg || call->entry.nr == SYS_writev) {
                if (memory_read(pid, at, &part, sizeof part) != sizeof part)
                        return 0;
                at = (uintptr_t)part.iov_base;
                length = part.iov_len;
        }
        return memory_read(pid, at, ret, length < size ? length : size);
}

/* Reads a number of the message's header, aligned; 0 beyond its end. */
static uint32_t header_u32(const uint8_t *bytes, size_t length, size_t *at)
{
        uint32_t value = 0;

        *at = (*at + 3) & ~(size_t)3;
        if (*at + sizeof value <= length)
                memcpy(&value, bytes + *at, sizeof value);
        *at += sizeof value;
        return value;
}

/* The member that a message of the bus calls: its header's fields are a code, a signature of one
 * letter and a value; the member's code is 3. Empty for what is no call, as the handshake. */
static void bus_member(const uint8_t *bytes, size_t length, char *ret, size_t size)
{
        size_t at = 12, end;

        *ret = '\0';
        if (length < 16 || bytes[0] != 'l' || bytes[1] != 1)
                return;
        end = header_u32(bytes, length, &at);
        end = end + at < length ? end + at : length;
        while (at + 8 < end) {
                uint8_t code;
                char type;
                uint32_t value;

                at = (at + 7) & ~(size_t)7;
                code = bytes[at];
                type = (char)bytes[at + 2];
                at += 4;
                if (type == 'g') { /* its length is one byte */
                        at += 2 + (size_t)bytes[at];
                        continue;
                }
                value = header_u32(bytes, length, &at);
                if (type == 'u')
                        continue;
                if (code == 3 && at + value <= length)
                        (void)snprintf(ret, size, "%.*s", (int)value, (const char *)bytes + at);
                at += value + 1;
        }
}

static bool bus_changes(const uint8_t *bytes, size_t length, char *ret, size_t size)
{
        char member[80];

        bus_member(bytes, length, member, sizeof member);
        for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
                if (strcmp(member, questions[i]) == 0)
                        return false;
        (void)snprintf(ret, size, "the bus: %s", member);
        return *member != '\0';
}

static bool keeper_changes(const char *text, char *ret, size_t size)
{
        const char *request = strstr(text, "request=");
        size_t length = request ? strcspn(request, "\n") : 0;

        if (!request || text_starts(request, "request=status\n"))
                return false;
        (void)snprintf(ret, size, "the keeper: %.*s", (int)length, request);
        return true;
}

static bool message_changes(const struct change_peers *peers, pid_t pid,
                            const struct ptrace_syscall_info *call, char *ret, size_t size)
{
        uint64_t fd = call->entry.args[0];
        const char *peer = fd < CHANGE_FDS ? peers->path[fd] : "";
        char bytes[1024] = "";
        size_t length = message_read(pid, call, bytes, sizeof bytes - 1);

        if (strstr(peer, "/validator-keeper/"))
                return keeper_changes(bytes, ret, size);
        if (strstr(peer, ".ipc") && strstr(bytes, "\"admin_addPeer\"")) {
                (void)snprintf(ret, size, "the node: admin_removePeer, admin_addPeer");
                return true;
        }
        if (strstr(peer, "bus") || strstr(peer, "/systemd/private"))
                return bus_changes((const uint8_t *)bytes, length, ret, size);
        return false;
}

bool change_is_exec(pid_t pid, const struct ptrace_syscall_info *call)
{
        char path[200];

        if (call->entry.nr != SYS_execve)
                return false;
        text_at(pid, call->entry.args[0], path, sizeof path);
        return access(path, X_OK) == 0; /* else the next directory of PATH is tried */
}

/* The program and the words that it is given; one that is only asked changes nothing. */
static bool program_changes(pid_t pid, const struct ptrace_syscall_info *call, char *ret,
                            size_t size)
{
        uint64_t argv = call->entry.args[1], at;
        char word[80];
        size_t length;

        text_at(pid, call->entry.args[0], word, sizeof word);
        (void)snprintf(ret, size, "%s", strrchr(word, '/') ? strrchr(word, '/') + 1 : word);
        for (int i = 1; memory_read(pid, argv + 8 * (uint64_t)i, &at, 8) == 8 && at; i++) {
                text_at(pid, at, word, sizeof word);
                length = strlen(ret);
                (void)snprintf(ret + length, size - length, " %s", word);
        }
        return !strstr(ret, "query") && !strstr(ret, " -Q") && !strstr(ret, "reference") &&
               (strstr(ret, "crm") || strstr(ret, "attrd"));
}

static bool path_changes(pid_t pid, const struct ptrace_syscall_info *call,
                         const struct call_row *row, char *ret, size_t size)
{
        size_t length;

        text_at(pid, call->entry.args[row->path], ret, size);
        if (text_starts(ret, "/dev/") || text_starts(ret, "/proc/"))
                return false;
        if (call->entry.nr == SYS_openat)
                return (call->entry.args[2] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
        if (call->entry.nr == SYS_mkdir)
                return access(ret, F_OK) < 0;
        length = strlen(ret);
        if (row->to != NONE) {
                (void)snprintf(ret + length, size - length, " -> ");
                text_at(pid, call->entry.args[row->to], ret + length + 4, size - length - 4);
        }
        return true;
}

static const struct call_row *row_of(const struct ptrace_syscall_info *call)
{
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (rows[i].number == call->entry.nr)
                        return &rows[i];
        return NULL;
}

static bool object_changes(struct change_peers *peers, pid_t pid,
                           const struct ptrace_syscall_info *call, const struct call_row *row,
                           char object[static CHANGE_TEXT / 2])
{
        const size_t size = CHANGE_TEXT / 2;

        if (call->entry.nr == SYS_execve)
                return change_is_exec(pid, call) && program_changes(pid, call, object, size);
        if (row->path != NONE)
                return path_changes(pid, call, row, object, size);
        if (row->fd == NONE) {
                (void)snprintf(object, size, "a process");
                return true;
        }
        fd_object(pid, (int)call->entry.args[row->fd], object, size);
        if (text_starts(object, "socket:"))
                return message_changes(peers, pid, call, object, size);
        return object[0] == '/' && !text_starts(object, "/dev/");
}

bool change_of_call(struct change_peers *peers, pid_t pid, const struct ptrace_syscall_info *call,
                    char ret_text[static CHANGE_TEXT])
{
        const struct call_row *row = row_of(call);
        char object[CHANGE_TEXT / 2] = "";

        if (call->entry.nr == SYS_connect)
                connection_note(peers, pid, call);
        if (!row || !object_changes(peers, pid, call, row, object))
                return false;
        (void)snprintf(ret_text, CHANGE_TEXT, "%s\t%s", row->name, object);
        return true;
}
