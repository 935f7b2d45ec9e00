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

enum { DISCARD_PORT = 9, PROBE_SETUP_FAILED = 255 };

static void own_ifaddrs(struct ifaddrs **list)
{
        if (*list)
                freeifaddrs(*list);
}

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

static int probe_judge(int answer, const char *interface, struct ocf_error *err)
{
        switch (answer) {
        case EPERM:
                return 0;
        case 0:
                return ocf_fail(err, -EPROTO,
                                "the gate does not hold: a packet passed the closed gate on '%s'",
                                interface);
        case PROBE_SETUP_FAILED:
                return ocf_fail(err, -EIO,
                                "cannot prove the gate: no process could be placed behind it");
        default:
                return ocf_fail(err, -answer,
                                "cannot prove the gate: a packet on '%s' failed for another "
                                "reason: %s",
                                interface, strerror(answer));
        }
}

int gate_probe(const struct gate *gate, const struct deadline *deadline, struct ocf_error *err)
{
        char interface[IF_NAMESIZE], name[32];
        OWN_FD int leaf = -1;
        int answer = 0, r;
        pid_t child;

        r = probe_interface(interface, err);
        if (r < 0)
                return r;
        (void)snprintf(name, sizeof name, "probe-%d", (int)getpid());
        if (mkdirat(gate->cgroup, name, 0755) < 0 && errno != EEXIST)
                return ocf_fail(err, -errno, "cannot make a cgroup behind the gate: %s",
                                strerror(errno));
        leaf = openat(gate->cgroup, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        child = leaf < 0 ? -1 : fork();
        if (child == 0)
                probe_send(leaf, interface);
        r = child < 0 ? -errno : probe_wait(child, deadline, &answer);
        (void)unlinkat(gate->cgroup, name, AT_REMOVEDIR);
        if (r < 0)
                return ocf_fail(err, r, "cannot prove the gate: %s", strerror(-r));
        return probe_judge(answer, interface, err);
}
