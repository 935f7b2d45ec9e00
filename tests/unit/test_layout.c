/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/layout.h"

#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "key/store.h"
#include "killed_at.h"
#include "scratch.h"
#include "suite.h"

#define IDENTITY "validator-test-none" /* nothing is in its folder below /run */

/* A DATA_DIR with the key of `seat`, or another, as a regular file. */
struct bench {
        struct scratch scratch;
        struct kcnd_conf conf;
        struct layout layout;
        char seat[KEY_ADDRESS_SIZE];
        char own[KEY_ADDRESS_SIZE];
        char bls[KEY_ADDRESS_SIZE];       /* what its bytes would give as another kind of key */
        char older[KEY_ADDRESS_SIZE];     /* an own key from before */
        char older_bls[KEY_ADDRESS_SIZE]; /* the same */
};

static void own_bench(struct bench *bench)
{
        layout_release(&bench->layout);
        scratch_remove(&bench->scratch);
}

#define OWN_BENCH OWN(own_bench)

static void bench_key_put(const char *path, enum key_kind kind,
                          char ret_address[static KEY_ADDRESS_SIZE])
{
        struct key_file file = {.path = path, .kind = kind};
        OWN_SECRET struct secret secret;

        secret_init(&secret);
        ck_assert_int_eq(key_generate(kind, &secret, NULL), 0);
        ck_assert_int_eq(key_file_install(&file, &secret, NULL), 0);
        ck_assert_int_eq(secp256k1_key_address(&secret, ret_address, NULL), 0);
}

/* The seat's address is of a key that is nowhere here. */
static void bench_init(struct bench *bench)
{
        OWN_TEXT char *klay = NULL;
        OWN_SECRET struct secret secret;

        *bench = (struct bench){.scratch = scratch_make()};
        bench->conf = (struct kcnd_conf){.data_dir = bench->scratch.path, .log_dir = ""};
        layout_init(&bench->layout, &bench->conf, IDENTITY);
        klay = scratch_path(&bench->scratch, "klay");
        ck_assert_int_eq(mkdir(klay, 0700), 0);
        secret_init(&secret);
        ck_assert_int_eq(key_generate(KEY_SECP256K1, &secret, NULL), 0);
        ck_assert_int_eq(secp256k1_key_address(&secret, bench->seat, NULL), 0);
}

/* Removes what a round left, so that the next one begins anew. */
static void bench_empty(struct bench *bench)
{
        own_bench(bench);
        bench_init(bench);
}

static void assert_leads(const char *path, const char *target)
{
        char leads[256] = "";

        ck_assert_int_gt(readlink(path, leads, sizeof leads - 1), 0);
        ck_assert_str_eq(leads, target);
}

static bool file_there(const char *path)
{
        struct stat found;

        return lstat(path, &found) == 0 && S_ISREG(found.st_mode);
}

START_TEST(operators_key_becomes_the_own_one)
{
        OWN_BENCH struct bench bench;
        char address[KEY_ADDRESS_SIZE], bls[KEY_ADDRESS_SIZE];

        bench_init(&bench);
        bench_key_put(bench.layout.nodekey, KEY_SECP256K1, bench.own);
        bench_key_put(bench.layout.bls_nodekey, KEY_BLS12_381, bls);
        for (int i = 0; i < 2; i++) {
                ck_assert_int_eq(layout_adopt_own(&bench.layout, bench.seat, address, NULL), 0);
                ck_assert_str_eq(address, bench.own);
                ck_assert_int_eq(layout_link_own(&bench.layout, NULL), 0);
                assert_leads(bench.layout.nodekey, "standby-nodekey");
                assert_leads(bench.layout.bls_nodekey, "standby-bls-nodekey");
                ck_assert(file_there(bench.layout.own_bls_nodekey));
                ck_assert_int_eq(layout_is_seats(&bench.layout), TRI_NO);
        }
        ck_assert_int_eq(layout_link_seat(&bench.layout, NULL), 0);
        ck_assert_int_eq(layout_is_seats(&bench.layout), TRI_YES);
        ck_assert_int_eq(access(bench.layout.nodekey, F_OK), -1); /* it leads nowhere */
}
END_TEST

START_TEST(key_that_kcn_would_load_is_known)
{
        OWN_BENCH struct bench bench;
        OWN_TEXT char *legacy = NULL;
        char address[KEY_ADDRESS_SIZE], copy[KEY_ADDRESS_SIZE];
        struct ocf_error err = {0};

        bench_init(&bench);
        legacy = scratch_path(&bench.scratch, "nodekey");
        ck_assert_int_eq(layout_loads_seats(&bench.layout, bench.seat, NULL), TRI_NO);
        ck_assert_int_eq(layout_adopt_own(&bench.layout, bench.seat, address, NULL), 0);
        ck_assert_int_eq(layout_link_own(&bench.layout, NULL), 0);
        ck_assert_int_eq(layout_loads_seats(&bench.layout, bench.seat, NULL), TRI_NO);
        ck_assert_int_eq(layout_loads_seats(&bench.layout, address, NULL), TRI_YES); /* a copy */
        /* Linked to the seat's, which is not there. */
        ck_assert_int_eq(layout_link_seat(&bench.layout, NULL), 0);
        ck_assert_int_eq(layout_loads_seats(&bench.layout, bench.seat, NULL), TRI_YES);
        /* One right under DATA_DIR goes before it. */
        bench_key_put(legacy, KEY_SECP256K1, copy);
        ck_assert_int_eq(layout_loads_seats(&bench.layout, bench.seat, NULL), TRI_NO);
        ck_assert_int_eq(layout_loads_seats(&bench.layout, copy, NULL), TRI_YES);
        ck_assert_int_eq(chmod(legacy, 0644), 0);
        ck_assert_int_eq(layout_loads_seats(&bench.layout, copy, &err), TRI_UNKNOWN);
        ck_assert_ptr_nonnull(strstr(err.sentence, legacy));
}
END_TEST

START_TEST(machine_without_a_key_gets_one)
{
        OWN_BENCH struct bench bench;
        char first[KEY_ADDRESS_SIZE], second[KEY_ADDRESS_SIZE];

        bench_init(&bench);
        ck_assert_int_eq(layout_adopt_own(&bench.layout, bench.seat, first, NULL), 0);
        ck_assert_int_eq(layout_adopt_own(&bench.layout, bench.seat, second, NULL), 0);
        ck_assert_str_eq(first, second);
        ck_assert_str_ne(first, bench.seat);
}
END_TEST

START_TEST(seats_key_as_the_only_one_is_refused_and_kept)
{
        OWN_BENCH struct bench bench;
        char address[KEY_ADDRESS_SIZE];
        struct ocf_error err = {0};

        bench_init(&bench);
        bench_key_put(bench.layout.nodekey, KEY_SECP256K1, bench.seat);
        ck_assert_int_eq(layout_adopt_own(&bench.layout, bench.seat, address, &err), -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.sentence, "is the seat's own key"));
        ck_assert(file_there(bench.layout.nodekey));
        ck_assert(!file_there(bench.layout.own_nodekey));
}
END_TEST

/* The keys that are anywhere below DATA_DIR, by their addresses. */
static int address_collect(const char *path, const struct stat *found, int type, struct FTW *level)
{
        struct key_file file = {.path = path};
        char address[KEY_ADDRESS_SIZE];
        OWN_SECRET struct secret secret;

        (void)level;
        secret_init(&secret);
        if (type == FTW_F && S_ISREG(found->st_mode) && !strstr(path, ".new") &&
            key_file_read(&file, &secret, NULL) == 0 &&
            secp256k1_key_address(&secret, address, NULL) == 0 &&
            strcmp(address, getenv("WANTED")) == 0)
                return 1;
        return 0;
}

static bool key_is_somewhere(const struct bench *bench, const char *address)
{
        ck_assert_int_eq(setenv("WANTED", address, 1), 0);
        return nftw(bench->scratch.path, address_collect, 8, FTW_PHYS) == 1;
}

static void assert_nothing_lost(const struct bench *bench, bool with_seats)
{
        const char *const wanted[] = {bench->own, bench->bls, bench->older, bench->older_bls,
                                      with_seats ? bench->seat : ""};

        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
                ck_assert(!*wanted[i] || key_is_somewhere(bench, wanted[i]));
}

static int act_adopt(const void *data)
{
        const struct bench *bench = data;
        char address[KEY_ADDRESS_SIZE];
        int r = layout_adopt_own(&bench->layout, bench->seat, address, NULL);

        return r < 0 ? r : layout_link_own(&bench->layout, NULL);
}

static void put_operators(struct bench *bench)
{
        bench_key_put(bench->layout.nodekey, KEY_SECP256K1, bench->own);
        bench_key_put(bench->layout.bls_nodekey, KEY_BLS12_381, bench->bls);
}

/* An older own key is there, and the operator put a new one in place. */
static void put_both(struct bench *bench)
{
        bench_key_put(bench->layout.own_nodekey, KEY_SECP256K1, bench->older);
        bench_key_put(bench->layout.own_bls_nodekey, KEY_BLS12_381, bench->older_bls);
        put_operators(bench);
}

/* A start that died half way, and a node that was started by hand then and derived a bls key. */
static void put_half(struct bench *bench)
{
        bench_key_put(bench->layout.own_bls_nodekey, KEY_BLS12_381, bench->older_bls);
        put_operators(bench);
}

/* The seat's key lies where no key of the seat's may lie. */
static void put_seats(struct bench *bench)
{
        bench_key_put(bench->layout.own_nodekey, KEY_SECP256K1, bench->own);
        bench_key_put(bench->layout.nodekey, KEY_SECP256K1, bench->seat);
        bench_key_put(bench->layout.bls_nodekey, KEY_BLS12_381, bench->bls);
}

static void put_nothing(struct bench *bench)
{
        (void)bench;
}

static const struct {
        void (*put)(struct bench *bench);
        bool finds_seats; /* the seat's key was there, and must be kept */
} beginnings[] = {{put_operators, false},
                  {put_both, false},
                  {put_half, false},
                  {put_seats, true},
                  {put_nothing, false}};

/* Whatever point a start dies at: no key is lost, and the next start ends as this one would have.
 */
START_TEST(start_killed_while_it_places_the_own_key)
{
        OWN_BENCH struct bench bench;
        int n = 0;

        bench_init(&bench);
        beginnings[_i].put(&bench);
        while (killed_at(n++, act_adopt, &bench)) {
                char address[KEY_ADDRESS_SIZE];

                assert_nothing_lost(&bench, beginnings[_i].finds_seats);
                ck_assert_int_eq(act_adopt(&bench), 0);
                ck_assert_int_eq(layout_adopt_own(&bench.layout, bench.seat, address, NULL), 0);
                if (*bench.own)
                        ck_assert_str_eq(address, bench.own);
                assert_leads(bench.layout.nodekey, "standby-nodekey");
                assert_nothing_lost(&bench, beginnings[_i].finds_seats);
                bench_empty(&bench);
                beginnings[_i].put(&bench);
        }
        ck_assert_int_gt(n, 20);
}
END_TEST

START_TEST(key_that_overrides_is_refused)
{
        OWN_BENCH struct bench bench;
        OWN_TEXT char *path = NULL;
        char address[KEY_ADDRESS_SIZE];
        struct ocf_error err = {0};

        bench_init(&bench);
        ck_assert_int_eq(layout_check(&bench.layout, NULL), 0);
        path = scratch_path(&bench.scratch, "nodekey");
        bench_key_put(path, KEY_SECP256K1, address);
        ck_assert_int_eq(layout_check(&bench.layout, &err), -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.sentence, "move it away"));
}
END_TEST

static int act_link_own(const void *data)
{
        return layout_link_own(&((const struct bench *)data)->layout, NULL);
}

static int act_link_seat(const void *data)
{
        return layout_link_seat(&((const struct bench *)data)->layout, NULL);
}

static bool leads_to(const char *path, const char *target)
{
        char leads[256] = "";

        return readlink(path, leads, sizeof leads - 1) > 0 && strcmp(leads, target) == 0;
}

static const struct {
        int (*before)(const void *data);
        int (*act)(const void *data);
} turnings[] = {{act_link_own, act_link_seat}, {act_link_seat, act_link_own}};

/* With another's bls key the seat's signer would never propose again. */
START_TEST(seats_nodekey_is_never_linked_with_another_bls_key)
{
        OWN_BENCH struct bench bench;
        int n = 0;

        bench_init(&bench);
        ck_assert_int_eq(turnings[_i].before(&bench), 0);
        while (killed_at(n++, turnings[_i].act, &bench)) {
                ck_assert(!leads_to(bench.layout.nodekey, bench.layout.seat_nodekey) ||
                          leads_to(bench.layout.bls_nodekey, bench.layout.seat_bls_nodekey));
                ck_assert_int_eq(turnings[_i].act(&bench), 0); /* the next one ends it */
                ck_assert_int_eq(layout_is_seats(&bench.layout) == TRI_YES,
                                 turnings[_i].act == act_link_seat);
                ck_assert_int_eq(turnings[_i].before(&bench), 0);
        }
        ck_assert_int_gt(n, 5);
}
END_TEST

static void put_stray_bls(struct bench *bench)
{
        ck_assert_int_eq(act_adopt(bench), 0);
        ck_assert_int_eq(unlink(bench->layout.bls_nodekey), 0);
        bench_key_put(bench->layout.bls_nodekey, KEY_BLS12_381, bench->bls);
}

/* An operator, while the standby ran. */
static void put_stray_pair(struct bench *bench)
{
        put_stray_bls(bench);
        ck_assert_int_eq(unlink(bench->layout.nodekey), 0);
        bench_key_put(bench->layout.nodekey, KEY_SECP256K1, bench->own);
}

static const struct {
        void (*put)(struct bench *bench);
        int (*act)(const void *data);
} strays[] = {{put_stray_bls, act_link_own},  {put_stray_bls, act_adopt},
              {put_stray_bls, act_link_seat}, {put_stray_pair, act_link_seat},
              {put_stray_pair, act_link_own}, {put_seats, act_link_seat}};

START_TEST(key_in_the_place_of_a_link_is_kept)
{
        OWN_BENCH struct bench bench;

        bench_init(&bench);
        strays[_i].put(&bench);
        ck_assert_int_eq(strays[_i].act(&bench), 0);
        assert_nothing_lost(&bench, strays[_i].put == put_seats);
        ck_assert(!file_there(bench.layout.nodekey));
        ck_assert(!file_there(bench.layout.bls_nodekey));
}
END_TEST

static void spoil_mode(const char *path)
{
        ck_assert_int_eq(chmod(path, 0644), 0);
}

static void spoil_length(const char *path)
{
        ck_assert_int_eq(truncate(path, SECRET_HEX - 1), 0);
}

static void spoil_owner(const char *path)
{
        ck_assert_int_eq(chown(path, 4242, 4242), 0);
}

static void (*const spoilers[])(const char *path) = {spoil_mode, spoil_length, spoil_owner};

START_TEST(unfit_key_is_refused_by_its_name_and_kept)
{
        OWN_BENCH struct bench bench;
        char address[KEY_ADDRESS_SIZE];
        struct ocf_error err = {0}, checked = {0};
        struct stat before, after;

        bench_init(&bench);
        put_both(&bench);
        spoilers[_i](bench.layout.nodekey);
        ck_assert_int_eq(lstat(bench.layout.nodekey, &before), 0);
        ck_assert_int_lt(layout_check_own(&bench.layout, bench.seat, &checked), 0);
        ck_assert_int_lt(layout_adopt_own(&bench.layout, bench.seat, address, &err), 0);
        ck_assert_str_eq(err.sentence, checked.sentence);
        ck_assert_ptr_nonnull(strstr(err.sentence, bench.layout.nodekey));
        ck_assert_int_eq(lstat(bench.layout.nodekey, &after), 0);
        ck_assert_uint_eq(before.st_ino, after.st_ino);
        bench.own[0] = '\0'; /* no key any more */
        assert_nothing_lost(&bench, false);
}
END_TEST

START_TEST(data_dir_that_is_not_there_is_told)
{
        OWN_BENCH struct bench bench;
        OWN_TEXT char *klay = NULL;
        char address[KEY_ADDRESS_SIZE];
        struct ocf_error err = {0};

        bench_init(&bench);
        klay = scratch_path(&bench.scratch, "klay");
        ck_assert_int_eq(rmdir(klay), 0);
        ck_assert_int_lt(layout_adopt_own(&bench.layout, bench.seat, address, &err), 0);
        ck_assert_ptr_nonnull(strstr(err.sentence, klay));
}
END_TEST

/* validate-all and probes call it beside a node that runs. */
START_TEST(checking_changes_nothing)
{
        OWN_BENCH struct bench bench;
        struct ocf_error err = {0};

        bench_init(&bench);
        ck_assert_int_eq(layout_check_own(&bench.layout, bench.seat, NULL), 0);
        ck_assert(!file_there(bench.layout.own_nodekey));
        put_operators(&bench);
        ck_assert_int_eq(layout_check_own(&bench.layout, bench.seat, NULL), 0);
        ck_assert(file_there(bench.layout.nodekey) && file_there(bench.layout.bls_nodekey));
        ck_assert_int_eq(layout_check_own(&bench.layout, bench.own, &err), -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.sentence, "is the seat's own key"));
        ck_assert(file_there(bench.layout.nodekey) && file_there(bench.layout.bls_nodekey));
}
END_TEST

static const char *root_missing(void)
{
        return geteuid() == 0 ? NULL : "needs root, whose the keys must be";
}

SUITE_MAIN_WHERE("layout", root_missing(), TEST(operators_key_becomes_the_own_one),
                 TEST(machine_without_a_key_gets_one), TEST(key_that_kcn_would_load_is_known),
                 TEST(seats_key_as_the_only_one_is_refused_and_kept),
                 TABLE(start_killed_while_it_places_the_own_key, beginnings),
                 TABLE(seats_nodekey_is_never_linked_with_another_bls_key, turnings),
                 TABLE(key_in_the_place_of_a_link_is_kept, strays),
                 TABLE(unfit_key_is_refused_by_its_name_and_kept, spoilers),
                 TEST(data_dir_that_is_not_there_is_told), TEST(checking_changes_nothing),
                 TEST(key_that_overrides_is_refused))
