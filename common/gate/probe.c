/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own.h"

enum { DISCARD_PORT = 9, PROBE_SETUP_FAILED = 255, NS_PER_MS = 1000000 };

static void own_ifaddrs(struct ifaddrs **list)
{
        if (*list)
                freeifaddrs(*list);
}

/* From where packets are sent. */
struct probe {
        const struct gate *gate;
        int leaf; /* a control group behind the gate */
        char interface[IF_NAMESIZE];
};

/* An interface that is up and can broadcast, so that a packet leaves by it without a route. */
static int probe_interface(char ret_name[static IF_NAMESIZE], struct ocf_error *err)
{
        OWN(own_ifaddrs) struct ifaddrs *list = NULL;
        const unsigned int wanted = IFF_UP | IFF_BROADCAST;

        if (getifaddrs(&list) < 0)
                return ocf_fail(err, -errno, "cannot list the network interfaces: %s",
                                strerror(errno));
        for (const struct ifaddrs *at = list; at; at = at->ifa_next)
                if ((at->ifa_flags & wanted) == wanted && !(at->ifa_flags & IFF_LOOPBACK) &&
                    at->ifa_addr && at->ifa_addr->sa_family == AF_INET) {
                        (void)snprintf(ret_name, IF_NAMESIZE, "%s", at->ifa_name);
                        return 0;
                }
        return ocf_fail(err, -ENODEV,
                        "cannot prove the gate: no network interface with an IPv4 address is up");
}

/* The child: its exit code is the kernel's answer. Calls nothing that allocates. */
static void probe_send(int leaf, const char *interface)
{
        const struct sockaddr_in to = {.sin_family = AF_INET,
                                       .sin_port = htons(DISCARD_PORT),
                                       .sin_addr = {htonl(INADDR_BROADCAST)}};
        int members = openat(leaf, "cgroup.procs", O_WRONLY | O_CLOEXEC), on = 1;
        int out;

        if (members < 0 || write(members, "0", 1) != 1)
                _exit(PROBE_SETUP_FAILED);
        /* After the move: a socket belongs to the cgroup in which it was made. */
        out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (out < 0 || setsockopt(out, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) < 0 ||
            setsockopt(out, SOL_SOCKET, SO_BINDTODEVICE, interface,
                       (socklen_t)strlen(interface) + 1) < 0)
                _exit(PROBE_SETUP_FAILED);
        _exit(sendto(out, "", 0, 0, (const struct sockaddr *)&to, sizeof to) < 0 ? errno & 0x7f
                                                                                 : 0);
}

static int probe_wait(pid_t child, const struct deadline *deadline, int *ret_answer)
{
        OWN_FD int watch = pidfd_open(child, 0);
        int status;

        if (watch < 0 || !clock_wait_fd(deadline, watch, deadline_left_ms(deadline)))
                (void)kill(child, SIGKILL);
        if (waitpid(child, &status, 0) < 0)
                return -errno;
        if (!WIFEXITED(status))
                return -ETIMEDOUT;
        *ret_answer = WEXITSTATUS(status);
        return 0;
}

/* One state of the gate, and what a packet has to meet there. */
struct probe_step {
        uint64_t until_ns;
        const char *otherwise; /* what it is worth when a packet meets the opposite */
        int r;
        bool passes;
};

static int probe_judge(int answer, const struct probe_step *step, const struct probe *probe,
                       struct ocf_error *err)
{
        switch (answer) {
        case EPERM:
        case 0:
                if (step->passes == (answer == 0))
                        return 0;
                return ocf_fail(err, step->r, "%s (a packet on '%s')", step->otherwise,
                                probe->interface);
        case PROBE_SETUP_FAILED:
                return ocf_fail(err, -EIO,
                                "cannot prove the gate: no process could be placed behind it");
        default:
                return ocf_fail(err, -answer,
                                "cannot prove the gate: a packet on '%s' failed for another "
                                "reason: %s",
                                probe->interface, strerror(answer));
        }
}

static int probe_take_step(const struct probe *probe, const struct probe_step *step,
                           const struct deadline *deadline, struct ocf_error *err)
{
        int answer = 0, r = gate_set(probe->gate, step->until_ns, err);
        pid_t child;

        if (r < 0)
                return r;
        child = fork();
        if (child == 0)
                probe_send(probe->leaf, probe->interface);
        r = child < 0 ? -errno : probe_wait(child, deadline, &answer);
        /* A packet that was late to the proof's end says nothing of the gate. */
        if (r >= 0 && deadline_passed(deadline))
                r = -ETIMEDOUT;
        if (r < 0)
                return ocf_fail(err, r, "cannot prove the gate: %s", strerror(-r));
        return probe_judge(answer, step, probe, err);
}

static int probe_take_steps(const struct probe *probe, const struct deadline *deadline,
                            struct ocf_error *err)
{
        const struct probe_step steps[] = {
                {GATE_STANDBY,
                 "cannot prove the gate: what leaves is refused with the gate open too, so that a "
                 "refusal proves nothing; let UDP to port 9 pass the firewall's output",
                 -EACCES, true},
                {GATE_CLOSED, "the gate does not hold: it lets pass what it should refuse", -EPROTO,
                 false},
                {(uint64_t)deadline->at_ms * NS_PER_MS,
                 "the gate is worth nothing: it refuses before its deadline, so the keeper's boot "
                 "time is not the kernel's",
                 -EPROTO, true},
                {gate_now_ns() - NS_PER_MS,
                 "the gate is worth nothing: it lets pass after its deadline, so the keeper's boot "
                 "time is not the kernel's",
                 -EPROTO, false},
        };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < sizeof steps / sizeof *steps; i++)
                r = probe_take_step(probe, &steps[i], deadline, err);
        return r;
}

/* Unlike the error that led here, a gate that cannot be shut is worth nothing. */
static int probe_shut(const struct gate *gate, int r, struct ocf_error *err)
{
        return gate_set(gate, GATE_CLOSED, r < 0 ? NULL : err) < 0 ? -EPROTO : r;
}

static int probe_place(struct probe *probe, const char *name, struct ocf_error *err)
{
        if (mkdirat(probe->gate->cgroup, name, 0755) == 0 || errno == EEXIST)
                probe->leaf = openat(probe->gate->cgroup, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (probe->leaf < 0)
                return ocf_fail(err, -errno, "cannot make a cgroup behind the gate: %s",
                                strerror(errno));
        return 0;
}

int gate_probe(const struct gate *gate, const struct deadline *deadline, struct ocf_error *err)
{
        struct probe probe = {.gate = gate, .leaf = -1};
        char name[32];
        int r;

        (void)snprintf(name, sizeof name, "probe-%d", (int)getpid());
        r = probe_interface(probe.interface, err);
        if (r >= 0)
                r = probe_place(&probe, name, err);
        if (r >= 0)
                r = probe_take_steps(&probe, deadline, err);
        own_close(&probe.leaf);
        (void)unlinkat(gate->cgroup, name, AT_REMOVEDIR);
        return probe_shut(gate, r, err);
}
