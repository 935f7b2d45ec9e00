/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client against a real etcd on loopback, with mutual TLS. */
#include "etcd/kv.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "etcd_rig.h"
#include "fake_server.h"
#include "suite.h"

static struct etcd_answer ask(struct etcd *etcd, const struct etcd_request *request, int ms,
                              struct ocf_error *err)
{
        const struct deadline deadline = deadline_in(ms);
        struct etcd_answer answer;

        etcd_ask(etcd, request, &deadline, &answer, err);
        return answer;
}

static struct etcd_answer swap(struct etcd *etcd, uint64_t compare, const char *value)
{
        const struct etcd_request request = {.key = "/seat/test",
                                             .swap = true,
                                             .compare = compare,
                                             .value = value,
                                             .value_size = strlen(value)};
        struct ocf_error err = {0};
        struct etcd_answer answer = ask(etcd, &request, 5000, &err);

        ck_assert_msg(answer.outcome != ETCD_UNKNOWN, "%s", err.sentence);
        return answer;
}

static struct etcd_answer look(struct etcd *etcd)
{
        const struct etcd_request request = {.key = "/seat/test"};
        struct ocf_error err = {0};
        struct etcd_answer answer = ask(etcd, &request, 5000, &err);

        ck_assert_msg(answer.outcome == ETCD_SHOWN, "%s", err.sentence);
        return answer;
}

static void etcd_begin(struct etcd_rig *rig, struct etcd *etcd)
{
        struct ocf_error err = {0};

        etcd_rig_start(rig);
        ck_assert_msg(etcd_init(etcd, rig->endpoint, &rig->tls, &http_transport, &err) == 0, "%s",
                      err.sentence);
}

START_TEST(a_swap_is_made_only_for_the_revision_that_was_seen)
{
        OWN_ETCD struct etcd etcd = {0};
        struct etcd_answer answer;
        struct etcd_rig rig;
        uint64_t first;

        etcd_begin(&rig, &etcd);
        ck_assert(!look(&etcd).exists);
        answer = swap(&etcd, 0, "one");
        ck_assert_int_eq(answer.outcome, ETCD_DONE);
        first = answer.key_revision;

        answer = swap(&etcd, 0, "never");
        ck_assert_int_eq(answer.outcome, ETCD_DIFFERS);
        ck_assert(answer.exists);
        ck_assert_uint_eq(answer.key_revision, first);
        ck_assert_mem_eq(answer.value, "one", 3);

        answer = swap(&etcd, first, "two\n\n=");
        ck_assert_int_eq(answer.outcome, ETCD_DONE);
        ck_assert_uint_gt(answer.key_revision, first);
        ck_assert_int_eq(swap(&etcd, first, "never").outcome, ETCD_DIFFERS);

        answer = look(&etcd);
        ck_assert_uint_eq(answer.value_size, 6);
        ck_assert_mem_eq(answer.value, "two\n\n=", 6);
        ck_assert_uint_ne(answer.cluster, 0);
        etcd_rig_stop(&rig);
}
END_TEST

/* A frozen etcd may have the request, and carry it out when it goes on or not: a read tells, and
 * the revision that it shows can be swapped. */
START_TEST(a_swap_without_an_answer_is_unknown_until_it_is_read)
{
        const struct etcd_request late = {
                .key = "/seat/test", .swap = true, .value = "late", .value_size = 4};
        OWN_ETCD struct etcd etcd = {0};
        struct ocf_error err = {0};
        struct etcd_answer answer;
        struct etcd_rig rig;

        etcd_begin(&rig, &etcd);
        (void)look(&etcd);
        ck_assert_int_eq(kill(rig.pid, SIGSTOP), 0);
        ck_assert_int_eq(waitpid(rig.pid, NULL, WUNTRACED), rig.pid);
        answer = ask(&etcd, &late, 300, &err);
        ck_assert_int_eq(answer.outcome, ETCD_UNKNOWN);
        ck_assert(err.sentence[0]);
        ck_assert_int_eq(kill(rig.pid, SIGCONT), 0);
        answer = look(&etcd);
        if (answer.exists)
                ck_assert_mem_eq(answer.value, "late", 4);
        answer = swap(&etcd, answer.exists ? answer.key_revision : 0, "next");
        ck_assert(answer.outcome == ETCD_DONE || answer.exists);
        etcd_rig_stop(&rig);
}
END_TEST

/* As one that does not compact becomes in weeks. */
START_TEST(an_etcd_that_is_full_is_called_so)
{
        static char value[ETCD_VALUE_MAX];
        const struct etcd_request put = {
                .key = "/seat/test", .swap = true, .value = value, .value_size = sizeof value};
        OWN_ETCD struct etcd etcd = {0};
        struct ocf_error err = {0};
        struct etcd_request next = put;
        struct etcd_answer answer;
        struct etcd_rig rig;

        ck_assert_int_eq(setenv("ETCD_QUOTA_BACKEND_BYTES", "131072", 1), 0);
        etcd_begin(&rig, &etcd);
        for (int i = 0; i < 100 && !*err.sentence; i++) {
                answer = ask(&etcd, &next, 5000, &err);
                next.compare = answer.key_revision;
        }
        ck_assert_int_eq(answer.outcome, ETCD_UNKNOWN);
        ck_assert_msg(strstr(err.sentence, "is full (NOSPACE)") != NULL, "%s", err.sentence);
        etcd_rig_stop(&rig);
}
END_TEST

START_TEST(a_client_without_a_certificate_learns_nothing)
{
        const struct etcd_request read = {.key = "/seat/test"};
        OWN_ETCD struct etcd etcd = {0};
        OWN_ETCD struct etcd bare = {0};
        struct ocf_error err = {0};
        struct http_tls tls;
        struct etcd_rig rig;

        etcd_begin(&rig, &etcd);
        tls = (struct http_tls){.ca = rig.ca};
        ck_assert_int_eq(etcd_init(&bare, rig.endpoint, &tls, &http_transport, NULL), 0);
        ck_assert_int_eq(ask(&bare, &read, 3000, &err).outcome, ETCD_UNKNOWN);
        ck_assert_msg(strstr(err.sentence, rig.endpoint) != NULL, "%s", err.sentence);
        etcd_rig_stop(&rig);
}
END_TEST

START_TEST(an_etcd_of_another_authority_is_not_believed)
{
        const struct etcd_request read = {.key = "/seat/test"};
        OWN_ETCD struct etcd etcd = {0};
        OWN_ETCD struct etcd wary = {0};
        struct ocf_error err = {0};
        struct http_tls tls;
        struct etcd_rig rig;

        etcd_begin(&rig, &etcd);
        tls = rig.tls;
        tls.ca = rig.certificate;
        ck_assert_int_eq(etcd_init(&wary, rig.endpoint, &tls, &http_transport, NULL), 0);
        ck_assert_int_eq(ask(&wary, &read, 3000, &err).outcome, ETCD_UNKNOWN);
        ck_assert_msg(strstr(err.sentence, "TLS") != NULL, "%s", err.sentence);
        etcd_rig_stop(&rig);
}
END_TEST

static void stall(int connection, const void *data)
{
        (void)connection;
        (void)data;
        fake_stall();
}

START_TEST(an_endpoint_that_is_down_or_hangs_gives_way_to_the_next)
{
        const struct etcd_request read = {.key = "/seat/test"};
        OWN_FAKE_SERVER struct fake_server hangs = fake_server_tcp(stall, NULL);
        OWN_TEXT char *down = NULL;
        OWN_TEXT char *connecting = NULL;
        OWN_TEXT char *hanging = NULL;
        OWN_ETCD struct etcd etcd = {0};
        OWN_ETCD struct etcd first = {0};
        OWN_ETCD struct etcd second = {0};
        OWN_ETCD struct etcd third = {0};
        struct ocf_error err = {0};
        struct etcd_rig rig;

        etcd_begin(&rig, &etcd);
        down = text_format("https://127.0.0.1:%d,%s", fake_port_closed(), rig.endpoint);
        ck_assert_int_eq(etcd_init(&first, down, &rig.tls, &http_transport, NULL), 0);
        ck_assert_int_eq(ask(&first, &read, 3000, &err).outcome, ETCD_SHOWN);

        /* TLS never comes about: nothing was sent, and there is time for the next. */
        connecting = text_format("https://127.0.0.1:%d %s", hangs.port, rig.endpoint);
        ck_assert_int_eq(etcd_init(&second, connecting, &rig.tls, &http_transport, NULL), 0);
        ck_assert_int_eq(ask(&second, &read, 2000, &err).outcome, ETCD_SHOWN);

        /* It was sent, and may have been carried out. */
        hanging = text_format("http://127.0.0.1:%d %s", hangs.port, rig.endpoint);
        ck_assert_int_eq(etcd_init(&third, hanging, &rig.tls, &http_transport, NULL), 0);
        ck_assert_int_eq(ask(&third, &read, 300, &err).outcome, ETCD_UNKNOWN);
        ck_assert_int_eq(ask(&third, &read, 3000, &err).outcome, ETCD_SHOWN);
        etcd_rig_stop(&rig);
}
END_TEST

static const struct {
        const char *endpoints;
        int r;
} endpoints[] = {
        {"https://a:2379", 0},
        {"https://a:2379, https://b:2379/", 0},
        {"http://127.0.0.1:2379", 0},
        {"http://a:2379", -EINVAL},
        {"a:2379", -EINVAL},
        {" , ", -EINVAL},
        {"", -EINVAL},
};

START_TEST(endpoints_without_tls_are_refused)
{
        const struct http_tls tls = {0};
        OWN_ETCD struct etcd etcd = {0};
        struct ocf_error err = {0};

        ck_assert_int_eq(etcd_init(&etcd, endpoints[_i].endpoints, &tls, &http_transport, &err),
                         endpoints[_i].r);
        ck_assert_int_eq(err.sentence[0] != '\0', endpoints[_i].r < 0);
}
END_TEST

static int compare_ms(const void *a, const void *b)
{
        const double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

START_TEST(a_renewal_takes_milliseconds)
{
        enum { SWAPS = 200 };
        OWN_ETCD struct etcd etcd = {0};
        double took[SWAPS];
        struct etcd_rig rig;
        uint64_t revision = 0;

        etcd_begin(&rig, &etcd);
        for (int i = 0; i < SWAPS; i++) {
                struct timespec before, after;
                struct etcd_answer answer;

                (void)clock_gettime(CLOCK_MONOTONIC, &before);
                answer = swap(&etcd, revision, "version=1\nstate=held\nowner=node1\n");
                (void)clock_gettime(CLOCK_MONOTONIC, &after);
                ck_assert_int_eq(answer.outcome, ETCD_DONE);
                revision = answer.key_revision;
                took[i] = (double)(after.tv_sec - before.tv_sec) * 1e3 +
                          (double)(after.tv_nsec - before.tv_nsec) / 1e6;
        }
        qsort(took, SWAPS, sizeof *took, compare_ms);
        printf("swap over TLS: p50 %.2f ms, p99 %.2f ms\n", took[SWAPS / 2], took[SWAPS - 2]);
        ck_assert(took[SWAPS / 2] < 200);
        etcd_rig_stop(&rig);
}
END_TEST

int main(void)
{
        const struct suite_case cases[] = {
                TEST(a_swap_is_made_only_for_the_revision_that_was_seen),
                TEST(a_swap_without_an_answer_is_unknown_until_it_is_read),
                TEST(an_etcd_that_is_full_is_called_so),
                TEST(a_client_without_a_certificate_learns_nothing),
                TEST(an_etcd_of_another_authority_is_not_believed),
                TEST(an_endpoint_that_is_down_or_hangs_gives_way_to_the_next),
                TABLE(endpoints_without_tls_are_refused, endpoints),
                TEST(a_renewal_takes_milliseconds),
        };
        const char *missing = etcd_rig_missing();

        if (missing) {
                printf("skipped: no etcd can be started: %s\n", missing);
                return 77;
        }
        return suite_run("etcd", cases, sizeof cases / sizeof *cases);
}
