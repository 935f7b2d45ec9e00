/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "etcd_rig.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "fake_server.h"
#include "process/spawn.h"

const char *etcd_rig_missing(void)
{
        if (access("/usr/bin/etcd", X_OK) < 0)
                return "no /usr/bin/etcd";
        return access("/usr/bin/openssl", X_OK) < 0 ? "no /usr/bin/openssl" : NULL;
}

/* Runs openssl in the rig's folder. */
static void run_openssl(const struct etcd_rig *rig, const char *arguments)
{
        OWN_TEXT char *line = text_format("cd %s && openssl %s", rig->scratch.path, arguments);
        const char *const argv[] = {"/bin/sh", "-c", line, NULL};
        const struct spawn_request request = {.argv = argv};
        const struct deadline deadline = deadline_in(20000);
        OWN_SPAWN_RESULT struct spawn_result result = {0};
        struct ocf_error err = {0};

        ck_assert_msg(spawn_run(&request, &deadline, &result, &err) == 0, "%s", err.sentence);
        ck_assert_msg(result.exit_code == 0, "openssl %s: %s", arguments, result.err);
}

static void certificates_make(struct etcd_rig *rig)
{
        const char *const parties[] = {"server", "client"};

        run_openssl(rig, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                         "-subj /CN=test-authority -keyout ca.key -out ca.pem");
        for (size_t i = 0; i < 2; i++) {
                OWN_TEXT char *ask = text_format(
                        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%s "
                        "-addext subjectAltName=IP:127.0.0.1 -keyout %s.key -out %s.csr",
                        parties[i], parties[i], parties[i]);
                OWN_TEXT char *sign = text_format(
                        "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
                        "-copy_extensions copy -out %s.pem",
                        parties[i], parties[i]);

                run_openssl(rig, ask);
                run_openssl(rig, sign);
        }
}

static void etcd_exec(const struct etcd_rig *rig, const char *data)
{
        OWN_TEXT char *peer = text_format("http://127.0.0.1:%d", fake_port_closed());
        OWN_TEXT char *cluster = text_format("default=%s", peer);
        const char *const argv[] = {"etcd",        "--data-dir",
                                    data,          "--listen-client-urls",
                                    rig->endpoint, "--advertise-client-urls",
                                    rig->endpoint, "--listen-peer-urls",
                                    peer,          "--initial-advertise-peer-urls",
                                    peer,          "--initial-cluster",
                                    cluster,       "--cert-file",
                                    "server.pem",  "--key-file",
                                    "server.key",  "--trusted-ca-file",
                                    "ca.pem",      "--client-cert-auth",
                                    "--log-level", "error",
                                    NULL};
        int nothing = open("/dev/null", O_RDWR);

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(nothing, 1);
        (void)dup2(nothing, 2);
        if (chdir(rig->scratch.path) == 0)
                execv("/usr/bin/etcd", (char *const *)(uintptr_t)argv);
        _exit(127);
}

void etcd_rig_run(struct etcd_rig *rig, const char *data)
{
        const struct etcd_request read = {.key = "/ready"};
        const struct deadline deadline = deadline_in(20000);
        struct etcd_answer answer = {0};
        OWN_ETCD struct etcd etcd = {0};
        struct ocf_error err = {0};

        rig->pid = fork();
        if (rig->pid == 0)
                etcd_exec(rig, data);
        ck_assert_int_eq(etcd_init(&etcd, rig->endpoint, &rig->tls, &http_transport, &err), 0);
        do {
                const struct deadline step = deadline_cap(&deadline, 1000);

                ck_assert_msg(!deadline_passed(&deadline), "etcd does not start: %s", err.sentence);
                etcd_ask(&etcd, &read, &step, &answer, &err);
        } while (answer.outcome == ETCD_UNKNOWN && !clock_wait_fd(&deadline, -1, 20));
}

void etcd_rig_start(struct etcd_rig *rig)
{
        *rig = (struct etcd_rig){.scratch = scratch_make(), .port = fake_port_closed()};
        (void)snprintf(rig->endpoint, sizeof rig->endpoint, "https://127.0.0.1:%d", rig->port);
        (void)snprintf(rig->ca, sizeof rig->ca, "%s/ca.pem", rig->scratch.path);
        (void)snprintf(rig->certificate, sizeof rig->certificate, "%s/client.pem",
                       rig->scratch.path);
        (void)snprintf(rig->key, sizeof rig->key, "%s/client.key", rig->scratch.path);
        rig->tls =
                (struct http_tls){.ca = rig->ca, .certificate = rig->certificate, .key = rig->key};
        certificates_make(rig);
        etcd_rig_run(rig, "data");
}

void etcd_rig_kill(struct etcd_rig *rig)
{
        (void)kill(rig->pid, SIGKILL);
        (void)waitpid(rig->pid, NULL, 0);
}

void etcd_rig_stop(struct etcd_rig *rig)
{
        etcd_rig_kill(rig);
        scratch_remove(&rig->scratch);
}
