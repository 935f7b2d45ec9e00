/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/standby_nodes.h"

#include <string.h>
#include <sys/stat.h>

#include "agents/kcn-node/static_nodes.h"
#include "own.h"
#include "path.h"
#include "rpc/json_rpc.h"
#include "scratch.h"
#include "suite.h"

struct bench {
        struct scratch scratch;
        char *data_dir;
        struct layout layout;
        struct text_list pn;
};

static void bench_end(struct bench *bench)
{
        layout_release(&bench->layout);
        text_list_release(&bench->pn);
        free(bench->data_dir);
        scratch_remove(&bench->scratch);
}

#define OWN_BENCH OWN(bench_end)

/* As an action of the agent finds DATA_DIR; the list lies in the folder instead of /run. */
static void bench_look(struct bench *bench)
{
        struct kcnd_conf conf = {.data_dir = bench->data_dir, .log_dir = ""};
        char *list = scratch_path(&bench->scratch, "run/list.json");

        layout_release(&bench->layout);
        layout_init(&bench->layout, &conf, "cell1");
        free(bench->layout.standby_nodes);
        bench->layout.standby_nodes = list;
}

static void bench_init(struct bench *bench)
{
        OWN_TEXT char *klay = NULL;

        *bench = (struct bench){.scratch = scratch_make()};
        bench->data_dir = scratch_path(&bench->scratch, "data");
        klay = scratch_path(&bench->scratch, "data/klay");
        ck_assert_int_eq(path_make_dir(klay, NULL), 0);
        text_list_split(&bench->pn, "kni://a@192.0.2.20:1 kni://b@192.0.2.21:1", " ");
        bench_look(bench);
}

/* What kcn reads: the one directly under DATA_DIR before the other. */
static size_t entries(const struct bench *bench)
{
        OWN_JSON json_t *list = NULL;

        ck_assert_int_eq(static_nodes_read(bench->layout.nodes_link, &list, NULL), 0);
        return json_array_size(list);
}

START_TEST(a_standby_dials_the_proxy_nodes_alone_for_as_long_as_it_is_one)
{
        OWN_BENCH struct bench bench;
        struct stat found;

        bench_init(&bench);
        ck_assert(!standby_nodes_in_use(&bench.layout));
        for (int i = 0; i < 2; i++) {
                ck_assert_int_eq(standby_nodes_place(&bench.layout, &bench.pn, NULL), 0);
                ck_assert(standby_nodes_in_use(&bench.layout));
                ck_assert_uint_eq(entries(&bench), 2);
        }
        ck_assert_ptr_nonnull(strstr(bench.layout.static_nodes, "/klay/"));
        for (int i = 0; i < 2; i++)
                ck_assert_int_eq(standby_nodes_remove(&bench.layout, NULL), 0);
        ck_assert(!standby_nodes_in_use(&bench.layout));
        ck_assert_int_lt(lstat(bench.layout.nodes_link, &found), 0);
}
END_TEST

START_TEST(without_proxy_nodes_to_name_there_is_no_list)
{
        OWN_BENCH struct bench bench;
        struct text_list none = {0};

        bench_init(&bench);
        ck_assert_int_eq(standby_nodes_place(&bench.layout, &bench.pn, NULL), 0);
        ck_assert_int_eq(standby_nodes_place(&bench.layout, &none, NULL), 0);
        ck_assert(!standby_nodes_in_use(&bench.layout));
}
END_TEST

START_TEST(a_file_of_the_operators_own_under_that_name_stays)
{
        OWN_BENCH struct bench bench;

        bench_init(&bench);
        ck_assert_int_eq(path_replace(bench.layout.nodes_link, "[]", 2, false, NULL), 0);
        bench_look(&bench);
        ck_assert_str_eq(bench.layout.static_nodes, bench.layout.nodes_link);
        ck_assert_int_eq(standby_nodes_place(&bench.layout, &bench.pn, NULL), 0);
        ck_assert_int_eq(standby_nodes_remove(&bench.layout, NULL), 0);
        ck_assert(!standby_nodes_in_use(&bench.layout));
        ck_assert_uint_eq(entries(&bench), 0);
}
END_TEST

/* /run is empty after a power loss: kcn passes over a link that leads nowhere. */
START_TEST(a_link_that_leads_nowhere_is_the_standbys_still)
{
        OWN_BENCH struct bench bench;

        bench_init(&bench);
        ck_assert_int_eq(standby_nodes_place(&bench.layout, &bench.pn, NULL), 0);
        ck_assert_int_eq(unlink(bench.layout.standby_nodes), 0);
        ck_assert_int_ne(access(bench.layout.nodes_link, F_OK), 0);
        ck_assert_int_eq(standby_nodes_place(&bench.layout, &bench.pn, NULL), 0);
        ck_assert_uint_eq(entries(&bench), 2);
}
END_TEST

/* A signer is not started on it. */
START_TEST(a_link_that_cannot_be_read_is_not_taken_for_none)
{
        OWN_BENCH struct bench bench;
        struct ocf_error err = {0};

        bench_init(&bench);
        ck_assert_int_eq(path_replace(bench.layout.nodes_link, "[]", 2, false, NULL), 0);
        free(bench.layout.nodes_link);
        bench.layout.nodes_link = scratch_path(&bench.scratch, "data/static-nodes.json/below");
        ck_assert_int_lt(standby_nodes_remove(&bench.layout, &err), 0);
        ck_assert_ptr_nonnull(strstr(err.sentence, "cannot tell whether"));
}
END_TEST

SUITE_MAIN("kcn-node/standby_nodes",
           TEST(a_standby_dials_the_proxy_nodes_alone_for_as_long_as_it_is_one),
           TEST(without_proxy_nodes_to_name_there_is_no_list),
           TEST(a_file_of_the_operators_own_under_that_name_stays),
           TEST(a_link_that_leads_nowhere_is_the_standbys_still),
           TEST(a_link_that_cannot_be_read_is_not_taken_for_none))
