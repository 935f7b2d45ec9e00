/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Real connections, of this process's control group, to servers that stall as kcn does. */
#include "agents/kcn-node/stalled.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "fake_server.h"
#include "path.h"
#include "process/cgroup.h"
#include "suite.h"
#include "text.h"

#define D16(c) c c c c c c c c c c c c c c c c
#define KEY D16("a") D16("a") D16("a") D16("a") D16("a") D16("a") D16("a") D16("a")

static const struct {
        int family;
        const char *url;
        bool to;
} remotes[] = {
        {AF_INET, "kni://" KEY "@192.0.2.9:32323?discport=0&ntype=cn", true},
        {AF_INET, "kni://" KEY "@192.0.2.9:32323", true},
        {AF_INET, "kni://" KEY "@192.0.2.9:32324", false},
        {AF_INET, "kni://" KEY "@192.0.2.90:32323", false},
        {AF_INET, "kni://" KEY "@[192.0.2.9]:32323", false},
        {AF_INET, "kni://" KEY "@pn.example:32323", false},
        {AF_INET, "kni://" KEY "@192.0.2.9:", false},
        {AF_INET, "kni://" KEY "@:32323", false},
        {AF_INET, "kni://" KEY "@[2001:db8::9]:32323", false},
        {AF_INET, "kni://aa@192.0.2.9:32323", false},
        {AF_INET, "", false},
        {AF_INET6, "kni://" KEY "@[2001:db8::9]:32323?discport=0", true},
        {AF_INET6, "kni://" KEY "@[2001:db8::90]:32323", false},
        {AF_INET6, "kni://" KEY "@192.0.2.9:32323", false},
};

START_TEST(connection_is_known_by_address_and_port)
{
        int family = remotes[_i].family;
        struct inet_diag_msg found = {.idiag_family = (uint8_t)family,
                                      .id.idiag_dport = htons(32323)};

        ck_assert_int_eq(inet_pton(family, family == AF_INET ? "192.0.2.9" : "2001:db8::9",
                                   found.id.idiag_dst),
                         1);
        ck_assert_int_eq(stalled_is_to(&found, remotes[_i].url), remotes[_i].to);
}
END_TEST

static void say_and_hold(int connection, const void *data)
{
        fake_send(connection, data);
        fake_stall();
}

static int tcp_connect(const struct fake_server *server)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)server->port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        return fd;
}

/* A control group of this process alone, until its owner's scope ends. */
struct leaf {
        char name[64];   /* as systemd would give it */
        char path[256];  /* where it is */
        char above[256]; /* where this process was */
};

static bool leaf_join(const char *group)
{
        OWN_TEXT char *procs = text_format("%s/cgroup.procs", group);
        OWN_FILE FILE *file = fopen(procs, "we");

        return file && fputs("0\n", file) >= 0 && fflush(file) == 0;
}

static void leaf_release(struct leaf *leaf)
{
        (void)leaf_join(leaf->above);
        (void)rmdir(leaf->path);
}

#define OWN_LEAF OWN(leaf_release)

/* False where that cannot be. */
static bool leaf_make(struct leaf *ret_leaf)
{
        OWN_TEXT char *root = NULL;
        char text[4096] = "";
        size_t length;
        const char *at;

        if (cgroup_root(&root, NULL) < 0)
                return false;
        (void)path_read("/proc/self/cgroup", text, sizeof text, &length);
        at = strstr(text, "0::");
        (void)snprintf(ret_leaf->name, sizeof ret_leaf->name, "/validator-test-%d", (int)getpid());
        (void)snprintf(ret_leaf->path, sizeof ret_leaf->path, "%s%s", root, ret_leaf->name);
        (void)snprintf(ret_leaf->above, sizeof ret_leaf->above, "%s%.*s", root,
                       at ? (int)strcspn(at + 3, "\n") : 0, at ? at + 3 : "");
        return mkdir(ret_leaf->path, 0700) == 0 && leaf_join(ret_leaf->path);
}

/* What the server says at once, and whether a connection on which no more comes has stalled. */
static const struct {
        const char *said;
        int wait_ms;
        bool listed;
        int ended;
} holds[] = {
        {"\1", 500, true, 1},   {"\1", 0, true, 0},    {"", 500, true, 0},
        {"\1\2", 500, true, 0}, {"\1", 500, false, 0},
};

START_TEST(only_a_connection_that_stalled_is_ended)
{
        OWN_FAKE_SERVER struct fake_server server = fake_server_tcp(say_and_hold, holds[_i].said);
        OWN(text_list_release) struct text_list urls = {0};
        OWN_LEAF struct leaf leaf = {0};
        bool made = leaf_make(&leaf);
        OWN_TEXT char *url = text_format("kni://" KEY "@127.0.0.1:%d",
                                         holds[_i].listed ? server.port : server.port + 1);
        OWN_FD int fd = made ? tcp_connect(&server) : -1;
        struct deadline never = deadline_in(10000);
        struct ocf_error err = {0};
        char byte;

        ck_assert(made);
        if (*holds[_i].said)
                ck_assert_int_eq(recv(fd, &byte, 1, 0), 1);
        (void)clock_wait_fd(&never, -1, holds[_i].wait_ms);
        text_list_add(&urls, url);
        ck_assert_int_eq(stalled_end(leaf.name, &urls, &err), holds[_i].ended);
        ck_assert_str_eq(err.sentence, "");
        if (holds[_i].ended) {
                ck_assert_int_lt(recv(fd, &byte, 1, 0), 0);
                ck_assert_int_eq(errno, ECONNABORTED);
        } else {
                ck_assert_int_eq(send(fd, "x", 1, MSG_NOSIGNAL), 1);
        }
}
END_TEST

static const char *stalled_missing(void)
{
        static struct ocf_error err;
        OWN(text_list_release) struct text_list none = {0};
        OWN_LEAF struct leaf leaf = {0};

        if (geteuid() != 0 || !leaf_make(&leaf))
                return "not root, or no control group can be made";
        return stalled_end(leaf.name, &none, &err) < 0 ? err.sentence : NULL;
}

SUITE_MAIN_WHERE("kcn-node/stalled", stalled_missing(),
                 TABLE(connection_is_known_by_address_and_port, remotes),
                 TABLE(only_a_connection_that_stalled_is_ended, holds))
