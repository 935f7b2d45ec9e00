/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate_rig.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "gate/bpf.h"
#include "gate/gate.h"
#include "own.h"
#include "process/cgroup.h"

enum { ORDER_DATAGRAMS = 'd', ORDER_WAITING = 'w', ORDER_REST = 'r' };

const char *rig_missing(void)
{
        static struct ocf_error err;
        OWN_TEXT char *root = NULL;
        OWN_FD int map = -1;

        if (geteuid() != 0)
                return "not root";
        if (cgroup_root(&root, &err) < 0 || bpf_deadline_new(&map, &err) < 0)
                return err.sentence;
        return access("/sbin/ip", X_OK) == 0 ? NULL : "no /sbin/ip";
}

static void run_ip(const char *arguments)
{
        char line[256], *words[24], *next = line;
        int status, count = 0;
        pid_t child;

        (void)snprintf(line, sizeof line, "ip %s", arguments);
        while ((words[count] = strsep(&next, " ")))
                count++;
        child = fork();
        if (child == 0) {
                execv("/sbin/ip", words);
                _exit(127);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_msg(status == 0, "ip %s", arguments);
}

static struct sockaddr_in address_of(const char *text, uint16_t port)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

        ck_assert_int_eq(inet_pton(AF_INET, text, &address.sin_addr), 1);
        return address;
}

static int listener_socket(int type, uint16_t port)
{
        const struct sockaddr_in here = address_of("0.0.0.0", port);
        int fd = socket(AF_INET, type, 0), small = 4096, big = 1 << 22;

        ck_assert_int_ge(fd, 0);
        if (type == SOCK_STREAM)
                (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        else
                (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *)&here, sizeof here), 0);
        if (type == SOCK_STREAM)
                ck_assert_int_eq(listen(fd, 4), 0);
        return fd;
}

static void drain_datagrams(int fd, struct rig_answer *answer)
{
        uint64_t stamp;

        while (recv(fd, &stamp, sizeof stamp, MSG_DONTWAIT) == sizeof stamp) {
                answer->packets++;
                if (stamp > answer->last_stamp_ns)
                        answer->last_stamp_ns = stamp;
        }
}

static void read_to_the_end(int fd, struct rig_answer *answer)
{
        char buffer[65536];
        ssize_t got;

        while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0)
                answer->bytes += (uint64_t)got;
        answer->error = got < 0 ? errno : 0;
}

static void listener_run(int order, int answers)
{
        int udp = listener_socket(SOCK_DGRAM, RIG_UDP_PORT);
        int tcp = listener_socket(SOCK_STREAM, RIG_TCP_PORT), stream = -1, waiting = 0;
        struct rig_answer answer = {0};
        const struct timeval patience = {.tv_sec = 5};
        char what;

        ck_assert_int_eq(write(answers, &answer, sizeof answer), sizeof answer);
        for (;;) {
                struct pollfd wait[] = {{.fd = order, .events = POLLIN},
                                        {.fd = udp, .events = POLLIN},
                                        {.fd = tcp, .events = POLLIN}};

                (void)poll(wait, 3, -1);
                drain_datagrams(udp, &answer);
                if (wait[2].revents) {
                        stream = accept(tcp, NULL, NULL);
                        (void)setsockopt(stream, SOL_SOCKET, SO_RCVTIMEO, &patience,
                                         sizeof patience);
                }
                if (!wait[0].revents)
                        continue;
                if (read(order, &what, 1) != 1)
                        _exit(0);
                if (what == ORDER_WAITING && ioctl(stream, FIONREAD, &waiting) == 0)
                        answer.bytes = (uint64_t)waiting;
                if (what == ORDER_REST)
                        read_to_the_end(stream, &answer);
                ck_assert_int_eq(write(answers, &answer, sizeof answer), sizeof answer);
                answer = (struct rig_answer){0};
        }
}

static struct rig_answer listener_ask(const struct rig *rig, char what)
{
        struct rig_answer answer;

        if (what)
                ck_assert_int_eq(write(rig->order, &what, 1), 1);
        ck_assert_int_eq(read(rig->answer, &answer, sizeof answer), sizeof answer);
        return answer;
}

struct rig_answer rig_datagrams(const struct rig *rig)
{
        return listener_ask(rig, ORDER_DATAGRAMS);
}

struct rig_answer rig_stream_waiting(const struct rig *rig)
{
        return listener_ask(rig, ORDER_WAITING);
}

struct rig_answer rig_stream_rest(const struct rig *rig)
{
        return listener_ask(rig, ORDER_REST);
}

static void listener_start(struct rig *rig)
{
        int orders[2], answers[2], ready[2];
        char line[128], go;

        ck_assert(pipe(orders) == 0 && pipe(answers) == 0 && pipe(ready) == 0);
        rig->listener = fork();
        if (rig->listener == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                (void)close(orders[1]);
                ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
                ck_assert_int_eq(write(answers[1], "", 1), 1);
                ck_assert_int_eq(read(ready[0], &go, 1), 1);
                run_ip("link set lo up");
                run_ip("addr add " RIG_LISTENER "/24 dev there");
                run_ip("link set there up");
                listener_run(orders[0], answers[1]);
        }
        rig->order = orders[1];
        rig->answer = answers[0];
        ck_assert_int_eq(read(rig->answer, &go, 1), 1);
        (void)snprintf(line, sizeof line, "link add here type veth peer name there netns %d",
                       (int)rig->listener);
        run_ip(line);
        run_ip("link set lo up");
        run_ip("addr add 192.0.2.1/24 brd 192.0.2.255 dev here");
        run_ip("link set here up");
        ck_assert_int_eq(write(ready[1], "", 1), 1);
        (void)listener_ask(rig, 0);
}

void rig_start(struct rig *rig)
{
        OWN_TEXT char *root = NULL;
        char full[256];

        ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
        ck_assert_int_eq(cgroup_root(&root, NULL), 0);
        (void)snprintf(rig->path, sizeof rig->path, "/validator-test-%d", (int)getpid());
        (void)snprintf(full, sizeof full, "%s%s", root, rig->path);
        ck_assert_int_eq(mkdir(full, 0755), 0);
        ck_assert_int_eq(cgroup_open(rig->path, &rig->slice, NULL), 0);
        ck_assert_int_eq(mkdirat(rig->slice, "signer", 0755), 0);
        rig->leaf = openat(rig->slice, "signer", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ck_assert_int_ge(rig->leaf, 0);
        listener_start(rig);
}

void rig_stop(struct rig *rig)
{
        const struct deadline deadline = deadline_in(5000);
        OWN_TEXT char *root = NULL;
        char full[256];

        rig_kill(rig->listener);
        ck_assert_int_eq(cgroup_kill(rig->slice, &deadline, NULL), 0);
        while (waitpid(-1, NULL, 0) > 0)
                ;
        (void)unlinkat(rig->slice, "signer", AT_REMOVEDIR);
        ck_assert_int_eq(cgroup_root(&root, NULL), 0);
        (void)snprintf(full, sizeof full, "%s%s", root, rig->path);
        ck_assert(rmdir(full) == 0 || errno == ENOENT);
}

/* A child in the cgroup, before it makes any socket. */
static pid_t signer_fork(int cgroup)
{
        pid_t child = fork();
        int members;

        if (child != 0)
                return child;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        members = openat(cgroup, "cgroup.procs", O_WRONLY);
        if (members < 0 || write(members, "0", 1) != 1)
                _exit(120);
        return 0;
}

pid_t rig_signer_udp(int cgroup)
{
        const struct sockaddr_in to = address_of(RIG_LISTENER, RIG_UDP_PORT);
        pid_t child = signer_fork(cgroup);
        int fd;

        if (child != 0)
                return child;
        fd = socket(AF_INET, SOCK_DGRAM, 0);
        for (;;) {
                struct timespec pause = {.tv_nsec = 200000};
                uint64_t stamp = gate_now_ns();

                (void)sendto(fd, &stamp, sizeof stamp, 0, (const struct sockaddr *)&to, sizeof to);
                (void)nanosleep(&pause, NULL);
        }
}

pid_t rig_signer_tcp(int cgroup)
{
        const struct sockaddr_in to = address_of(RIG_LISTENER, RIG_TCP_PORT);
        char block[4096], full;
        int done[2], fd;
        pid_t child;

        ck_assert_int_eq(pipe(done), 0);
        child = signer_fork(cgroup);
        if (child != 0) {
                ck_assert_int_eq(read(done[0], &full, 1), 1);
                return child;
        }
        memset(block, 'o', sizeof block);
        fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (const struct sockaddr *)&to, sizeof to) < 0)
                _exit(121);
        for (struct pollfd wait = {.fd = fd, .events = POLLOUT}; poll(&wait, 1, 300) == 1;)
                if (send(fd, block, sizeof block, MSG_DONTWAIT) < 0 && errno != EAGAIN)
                        _exit(122);
        if (write(done[1], "", 1) != 1)
                _exit(123);
        for (;;)
                (void)pause();
}

int rig_send_once(int cgroup, const char *address)
{
        const struct sockaddr_in to = address_of(address, RIG_UDP_PORT);
        pid_t child = signer_fork(cgroup);
        int status, fd;

        if (child == 0) {
                fd = socket(AF_INET, SOCK_DGRAM, 0);
                _exit(sendto(fd, "x", 1, 0, (const struct sockaddr *)&to, sizeof to) < 0 ? errno
                                                                                         : 0);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFEXITED(status));
        return WEXITSTATUS(status);
}

void rig_kill(pid_t pid)
{
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
}
